/**
 * An agent for tests of the API: answers from constants and remembers what it
 * was asked.
 *
 * @module
 */
import {
  type AgentDesk,
  type AlertRecord,
  apiOver,
  type ContainOrder,
  type DecoysView,
  type DrillDetail,
  type ProfileView,
  type SettingView,
  type StatusView,
} from "../../../dashboard/mod.ts";
import {
  isDocumentationAddress,
  parseAddress,
  type SelfWord,
  type SignalView,
} from "../../../defense/mod.ts";
import { emptyLeakage, parseNodeId, reportOf } from "../../../mesh/mod.ts";

export const self = parseNodeId("ab".repeat(32));

export const profile: ProfileView = {
  inForce: "lan",
  sinceMs: 0,
  chosenBy: "calendar",
  configured: "lan",
  next: { atMs: 9, profile: "metered" },
  timeZone: "UTC",
};

export const status: StatusView = {
  version: "test",
  startedAtMs: 0,
  name: "box",
  meshId: "cd".repeat(32),
  agent: {
    self,
    mode: "observe",
    members: 1,
    faultBound: 0,
    blockQuorum: 1,
    subjects: 0,
    claims: 0,
    leases: [],
    quarantines: [],
    alertness: "usual",
    signals: [],
    counters: {},
  },
  members: [],
  mesh: {
    profile: "lan",
    leakage: reportOf(emptyLeakage("lan", 0)),
    links: [],
    muted: [],
    health: [],
    counters: {},
  },
  profile,
  sensors: {},
  containment: {},
  driver: {
    journalFailures: 0,
    unwritten: 0,
    unwrittenDropped: 0,
    containmentFailures: 0,
    detection: { count: 0, lastMs: 0, maxMs: 0 },
  },
  journal: {
    head: { seq: 0, hash: "" },
    waiting: 0,
    dropped: 0,
    failures: 0,
  },
  hostLeases: [],
  neverBlock: [{ network: "192.0.2.1", reason: "gateway" }],
  shortcomings: [],
  settings: [],
};

export const alert: AlertRecord = {
  seq: 5,
  atMs: 1,
  node: "",
  subject: "192.0.2.7",
  technique: "T1046",
  scenario: "port-scan",
  evidence: "E0",
  score: 12,
  observations: 9,
  summary: "tried 9 ports",
};

export const visit: DecoysView["transcripts"][number] = {
  number: 1,
  atMs: 1,
  heldMs: 2,
  service: "ssh",
  port: 22,
  steered: true,
  source: parseAddress("192.0.2.7"),
  received: 20,
  sent: 40,
  notes: [
    { kind: "client", text: "SSH-2.0-Go" },
    { kind: "login", user: "root", password: "toor" },
  ],
  notesDropped: 0,
  ended: "client",
};

/** What a member says of itself. */
export const till3: SelfWord = {
  version: "0.1.0",
  mode: "observe",
  profile: "lan",
  startedAtMs: 3,
  measures: 0,
  sensors: [{ name: "packets", trouble: "no tcpdump" }],
  findings: [{
    what: "tcpdump",
    verdict: "missing",
    detail: "no tcpdump that can be run",
    nextStep: "Install the package tcpdump",
  }],
};

export const settings: readonly SettingView[] = [
  {
    name: "mode",
    value: "observe",
    origin: "default",
    change: "value",
  },
  {
    name: "neverBlock",
    value: ["192.0.2.0/24"],
    origin: "changed by anna (owner), 2026-11-27 09:00Z",
    change: "list",
    changed: { by: "anna (owner)", atMs: 1 },
    items: [{
      value: "192.0.2.0/24",
      origin: "changed by anna (owner), 2026-11-27 09:00Z",
      removable: true,
    }],
  },
];
/** One of two members heard it. */
export const drill: DrillDetail = {
  id: "0123456789abcdef",
  subject: "192.0.2.77",
  toldMs: 1,
  running: false,
  of: 2,
  heard: 1,
  halfMs: 120,
  mostMs: 120,
  lastMs: 120,
  members: [{
    node: "cd".repeat(32),
    name: "till-2",
    heardAfterMs: 120,
    answeredAfterMs: 300,
    hops: 2,
    would: "throttle",
    needed: 2,
    mode: "enforce",
    protected: false,
  }, { node: "ef".repeat(32), name: "till-3", state: "gone" }],
};

/** The signal that it tells of. */
export const signal: SignalView = {
  id: "ab".repeat(16),
  issuedMs: 1,
  untilMs: 2,
  expiresMs: 3,
  by: "ada",
  order: { what: "caution" },
  scope: "mesh",
  active: true,
};

/** A desk that remembers what it was asked. */
export function deskWith(changes: Partial<AgentDesk> = {}) {
  const asked: unknown[] = [];
  const watchers = new Set<(alert: AlertRecord) => void>();
  const desk: AgentDesk = {
    ping: (node) =>
      Promise.resolve(
        node === "till-3"
          ? {
            node: "ab".repeat(32),
            name: "till-3",
            outcome: {
              answered: true,
              roundTripMs: 12,
              clockAheadMs: -3,
              hops: 2,
              via: parseNodeId("cd".repeat(32)),
            },
            via: "till-2",
          }
          : { refused: `no member is called "${node}"` },
      ),
    status: () => Promise.resolve(status),
    act: (act) => void asked.push(act),
    wallMs: () => 1_000,
    turn: () => Promise.resolve(),
    alerts(query) {
      asked.push(query);
      const { before = Infinity } = query;
      return before > 5 ? { alerts: [alert], next: 5 } : { alerts: [] };
    },
    alert: (seq) => seq === alert.seq ? alert : undefined,
    journalMark: () => "7",
    invites: () => Promise.resolve([{ id: "ab".repeat(32), expiresAtMs: 9 }]),
    invite(order) {
      asked.push(order);
      return Promise.resolve(
        order.custodian
          ? {
            refused: "the operator key is sealed",
            nextStep: "On this host: stealthmesh keys invite --custodian",
          }
          : {
            id: "cd".repeat(32),
            expiresAtMs: 9,
            invite: "line",
            qr: "<svg/>",
          },
      );
    },
    cancelInvite(id) {
      asked.push(id);
      return Promise.resolve(id.startsWith("ab"));
    },
    sayAbout(order) {
      asked.push(order);
      return Promise.resolve(
        order.node === "till-3"
          ? {
            node: "ab".repeat(32),
            name: "till-3",
            by: "operator",
            holds: true,
            dryRun: order.dryRun,
          }
          : { refused: "no such member", nextStep: "" },
      );
    },
    keys: () =>
      Promise.resolve({
        generation: 2,
        sinceMs: 1,
        nextRotationMs: 5,
        membershipUntilMs: 9,
        operatorKey: "sealed",
      }),
    rotateKeys() {
      asked.push("rotate");
      return Promise.resolve({ generation: 3, sinceMs: 2, nextRotationMs: 6 });
    },
    rename(order) {
      asked.push(order);
      return Promise.resolve(
        order.node === "till-3"
          ? {
            node: "ab".repeat(32),
            name: order.name,
            by: "operator" as const,
            holds: true,
            dryRun: false,
          }
          : { refused: "no such member", nextStep: "" },
      );
    },
    member: (node) =>
      Promise.resolve(
        node === "till-3"
          ? {
            node: "ab".repeat(32),
            name: "till-3",
            ping: { answered: false, reason: "silent" } as const,
            word: { atMs: 7, word: till3 },
          }
          : { refused: `no member is called "${node}"` },
      ),
    findings: () => ({
      atMs: 0,
      findings: [{
        what: "nft",
        verdict: "missing",
        detail: "no nft that can be run",
        works: "Everything in observe mode",
        nextStep: "Install the package nftables",
      }],
    }),
    checkConfig: (yaml) =>
      yaml === "mode: observe"
        ? { valid: true, faults: [] }
        : { valid: false, faults: ["1:1: expected another value"] },
    settings: () => settings,
    rollout: () =>
      Promise.resolve({
        id: "ab".repeat(16),
        by: "ada",
        changes: [{ name: "mode", action: "set", value: "enforce" }],
        kept: false,
        active: true,
        issuedMs: 1,
        untilMs: 2,
        all: false,
        machines: [
          { node: "ab".repeat(32), name: "till-3", state: "trial", why: "" },
          { node: "cd".repeat(32), name: "till-2", state: "refused", why: "x" },
        ],
      }),
    trial: () => ({ names: ["mode"], by: "anna (owner)", untilMs: 9 }),
    endTrial(end, by) {
      asked.push({ end, by });
      return Promise.resolve(
        end === "keep"
          ? { ended: end, names: ["mode"] }
          : { refused: "nothing is on trial", nextStep: "change something" },
      );
    },
    changeConfig(order, by) {
      asked.push({ order, by });
      const [first] = order.changes;
      if (first?.action === "unset") {
        return Promise.resolve({
          refused: "cannot keep it: the disk is full",
          nextStep: "nothing was changed",
        });
      }
      const faults = first?.action === "remove"
        ? [{ index: 0, name: first.name, reason: "it was not added here" }]
        : [];
      const done = !order.dryRun && faults.length === 0;
      const rest = { begins: [], ends: [], notes: [], settings };
      return Promise.resolve({ done, changes: 1, faults, ...rest });
    },
    scenarios: () => [{
      name: "port-scan",
      title: "Scan",
      technique: "T1046",
      builtIn: true,
      off: false,
      text: "name: port-scan",
    }],
    tryLog({ log }) {
      asked.push(log);
      return { lines: 1, unparsed: [1], alerts: [] };
    },
    events: () => ({ events: [] }),
    watchEvents: () => () => {},
    watchNodes: () => () => {},
    watchAlerts(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    contain(order: ContainOrder) {
      asked.push(order);
      const { address: subject, measure } = order;
      return Promise.resolve({
        lease: { subject, measure, untilMs: 9, cause: "operator" as const },
      });
    },
    containHost(order) {
      asked.push(order);
      return Promise.resolve({ refused: "no such member" });
    },
    releaseHost(request) {
      asked.push(request);
      return Promise.resolve(1);
    },
    release(subject, here) {
      asked.push([subject, here]);
      return Promise.resolve(2);
    },
    explain: (subject) => ({
      subject,
      votes: [],
      have: 0,
      needed: 2,
      leases: [],
      signals: [],
      history: [],
    }),
    decoys: () =>
      Promise.resolve({
        running: true,
        doors: [{ port: 22, listen: 40_022, service: "ssh", steered: true }],
        counters: { held: 0 },
        nodes: [],
        transcripts: [visit],
      }),
    drills: () => Promise.resolve([drill]),
    drill: (id) => Promise.resolve(id === drill.id ? drill : undefined),
    beginDrill(address) {
      asked.push(address);
      return Promise.resolve(
        address === undefined || isDocumentationAddress(address)
          ? { id: drill.id, subject: address ?? drill.subject }
          : { refused: `${address} may be somebody's` },
      );
    },
    profile: () => profile,
    useProfile(order) {
      asked.push(order);
      const bits = 2;
      const to = order.profile === "configured" ? "lan" : order.profile;
      const { dryRun } = order;
      const from = "lan" as const;
      return {
        type: "allowed",
        forced: false,
        from,
        to,
        bits,
        dryRun,
        profile,
      };
    },
    signals: () =>
      Promise.resolve({
        alertness: "caution",
        signals: [signal],
        operatorKey: "sealed",
      }),
    giveSignal(request, call) {
      asked.push({ ...request, ...call });
      return Promise.resolve({ signal, dryRun: call.dryRun });
    },
    cancelSignal(id, call) {
      asked.push({ id, ...call });
      return Promise.resolve({ signal, dryRun: call.dryRun });
    },
    mergeRoster: (entries) => void asked.push(entries),
    reload: () => Promise.resolve(),
    ...changes,
  };
  return { app: apiOver(desk, "0"), asked, watchers };
}

/** A request with a body in JSON. */
export function post(body: unknown, type = "application/json"): RequestInit {
  return {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": type },
  };
}
