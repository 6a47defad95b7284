/**
 * An agent that is only a stage: it answers the dashboard as a real one would,
 * with a mesh of any size and whatever names the test wants to see drawn.
 *
 * @module
 */
import type {
  AgentGateway,
  AlertRecord,
  DrillDetail,
  EventRecord,
  Role,
  SignalsView,
  StatusView,
} from "../../../dashboard/mod.ts";
import { alertOf } from "../../../dashboard/api/alert_event.ts";
import type { LinkNews, NodeNews } from "../../../dashboard/api/node_stream.ts";
import { actorHeader, readActor } from "../../../dashboard/api/operator_act.ts";
import { leastRole, leastRoleNow } from "../../../dashboard/api/signal_desk.ts";
import { isRole, mayAct } from "../../../dashboard/web/role.ts";
import { quarantinesOf } from "./staged_quarantines.ts";
import { machineAnswer, machineOrder } from "./staged_machines.ts";
import type { Alertness, Mode, SignalView } from "../../../defense/mod.ts";

import { rolloutOf } from "./staged_rollout.ts";
import { stagedSettings } from "./staged_settings.ts";

/** What stands on the stage. */
export interface Staging {
  /** Names of the members; the first is the machine that is asked. */
  readonly names: readonly string[];
  /** What was seen, newest first. */
  readonly alerts?: readonly AlertRecord[];
  /** Drills that were held, newest first; a further one repeats the first. */
  readonly drills?: readonly DrillDetail[];
  /** Where the operator's key is; on this machine, open, if not said. */
  readonly operatorKey?: SignalsView["operatorKey"];
  /** What the agent does; it enforces, if not said. */
  readonly mode?: Mode;
  /** Places of members that were voted out. */
  readonly votedOut?: readonly number[];
  /** What is done, or would be; nothing, if not said. */
  readonly leases?: StatusView["agent"]["leases"];
}

/** The agent and what a test may do to it. */
export interface StagedAgent extends AgentGateway {
  /** Something happens. */
  tell(event: Omit<EventRecord, "seq">): void;
  /** A member or a link changes. */
  tellMesh(news: NodeNews | LinkNews): void;
  /** From now on nothing is answered, or it is again. */
  hide(hidden: boolean): void;
  /** What changes of settings have reached. */
  readonly done: readonly string[];
  /** Bodies of what was ordered, by path. */
  readonly orders: { readonly path: string; readonly body: unknown }[];
  /** The same of what was only to be shown. */
  readonly rehearsals: StagedAgent["orders"];
}

/** 64 hex characters that begin with the place in the list. */
export function idOf(place: number): string {
  return place.toString(16).padStart(8, "0").padEnd(64, "a");
}

/** Puts an agent on the stage. */
export function stagedAgent(
  {
    names,
    alerts = [],
    drills = [],
    operatorKey = "open",
    mode = "enforce",
    votedOut = [],
    leases = [],
  }: Staging,
): StagedAgent {
  let signals: readonly SignalView[] = [];
  const listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const meshListeners: typeof listeners = new Set();
  const alertsTo = alerts[0]?.seq ?? 0;
  // The journal has come as far as the alerts have.
  const events: EventRecord[] = alertsTo === 0 ? [] : [{
    seq: alertsTo,
    atMs: Date.now(),
    stage: "system",
    subject: "",
    node: "",
    what: "agent_started",
    detail: {},
  }];
  const orders: { path: string; body: unknown }[] = [];
  const rehearsals: typeof orders = [];
  const open = new Set(["cd".repeat(32)]);
  let held = leases;
  let hidden = false;
  const encoder = new TextEncoder();
  /** What was told while nobody could hear it; it is not repeated. */
  const unheard = new Set<EventRecord>();
  const lineOf = (value: unknown) =>
    encoder.encode(`${JSON.stringify(value)}\n`);
  const stream = (
    to: typeof listeners,
    backlog: readonly EventRecord[] = [],
  ) => {
    let mine: ReadableStreamDefaultController<Uint8Array>;
    return new Response(
      new ReadableStream<Uint8Array>({
        start(controller) {
          mine = controller;
          to.add(mine);
          controller.enqueue(encoder.encode("\n"));
          for (const each of backlog) controller.enqueue(lineOf(each));
        },
        cancel: () => void to.delete(mine),
      }),
    );
  };
  const settings = stagedSettings();
  const status = () => statusOf(names, signals, votedOut, mode, held);
  const answer = (
    path: string,
    init?: RequestInit,
  ): Response | Promise<Response> => {
    const { pathname, searchParams } = new URL(path, "http://agent");
    if (pathname === "/v1/config/rollout") {
      return Response.json({ rollout: rolloutOf(names, signals) });
    }
    if (settings.answers(pathname)) return settings.answer(path, init);
    const place = pathname.slice("/v1".length);
    if (init?.method === "DELETE") {
      open.delete(place.slice("/invites/".length));
      return Response.json({ cancelled: true });
    }
    if (init?.method === "POST") {
      const body = JSON.parse(
        new TextDecoder().decode(init.body as Uint8Array),
      );
      (body.rehearse === true ? rehearsals : orders)
        .push({ path: pathname, body });
      const done = machineOrder(place, body);
      if (done) return Response.json(done);
      const cancelled = /^\/v1\/signals\/(\w+)\/cancel$/.exec(pathname)?.[1];
      if (cancelled !== undefined) {
        const meant = signals.find(({ id }) => id === cancelled);
        const least = meant && leastRole(meant.order.what, meant.scope);
        if (least && !mayAct(roleOf(init), least)) return forbidden();
        signals = signals.filter(({ id }) => id !== cancelled);
        return Response.json({ dryRun: false });
      }
      if (pathname === "/v1/signals") {
        const needed = leastRoleNow(
          body.what,
          body.scope ?? "mesh",
          alertnessOf(signals),
        );
        if (!mayAct(roleOf(init), needed)) return forbidden();
        if (operatorKey === "sealed" && body.passphrase !== "open sesame") {
          const detail = "the passphrase is not that of the operator's key";
          return Response.json({ title: "Refused", detail }, { status: 409 });
        }
        // What is said of a member takes the place of what was said before.
        signals = [
          signalOf(body, signals.length),
          ...signals.filter(({ order }) =>
            "member" in order
              ? order.member !== body.member
              : !("changes" in order && "changes" in body)
          ),
        ];
        return Response.json({ signal: signals[0], dryRun: false });
      }
      if (pathname === "/v1/release") {
        held = held.filter(({ subject }) => subject !== body.address);
      }
      return Response.json(
        body.rehearse ? rehearsedOf(body.address) : { ended: 1 },
      );
    }
    const machine = machineAnswer(
      place,
      status() as StatusView,
      [...open],
    );
    if (machine) return Response.json(machine);
    const drill = /^\/v1\/drills\/(\w+)$/.exec(pathname)?.[1];
    if (drill !== undefined) {
      return Response.json(drills.find(({ id }) => id === drill));
    }
    switch (pathname) {
      case "/v1/drills":
        return Response.json({ drills });
      case "/v1/status":
        return Response.json(status());
      case "/v1/signals":
        return Response.json({
          alertness: alertnessOf(signals),
          signals,
          operatorKey,
        });
      case "/v1/alerts": {
        const before = Number(searchParams.get("before") ?? Infinity);
        const limit = Number(searchParams.get("limit"));
        const wanted = [
          ...events.flatMap((each) => alertOf(each) ?? []).reverse(),
          ...alerts,
        ].filter((alert) =>
          alert.seq < before && isWanted(alert, searchParams)
        );
        const page = wanted.slice(0, limit);
        const last = page.at(-1);
        return Response.json({
          alerts: page,
          ...(wanted.length > limit && last && { next: last.seq }),
        });
      }
      case "/v1/events":
        return Response.json({
          events: events.filter((event) =>
            (["subject", "what"] as const).every((field) =>
              !searchParams.has(field) ||
              event[field] === searchParams.get(field)
            )
          ).toReversed().slice(0, Number(searchParams.get("limit") ?? 100)),
        });
      case "/v1/events/stream":
        return stream(
          listeners,
          events.filter((each) =>
            each.seq > Number(searchParams.get("after") ?? Infinity) &&
            !unheard.has(each)
          ),
        );
      case "/v1/nodes/stream":
        return stream(meshListeners);
      default:
        return Response.json(
          explanationOf(decodeURIComponent(pathname.slice(12)), names, events),
        );
    }
  };
  return {
    orders,
    rehearsals,
    done: settings.done,
    request: (path, init) =>
      hidden
        ? Promise.reject(new TypeError("nobody there"))
        : Promise.resolve(answer(path, init)),
    tell(event) {
      const record = { ...event, seq: (events.at(-1)?.seq ?? 0) + 1 };
      events.push(record);
      if (hidden) unheard.add(record);
      for (const listener of listeners) listener.enqueue(lineOf(record));
    },
    tellMesh(news) {
      for (const listener of meshListeners) listener.enqueue(lineOf(news));
    },
    hide(value) {
      hidden = value;
      if (!hidden) return;
      for (const told of [listeners, meshListeners]) {
        for (const listener of told) listener.close();
        told.clear();
      }
    },
  };
}

/** Who asks through a dashboard; a test that asks itself may everything. */
function roleOf(init: RequestInit): Role {
  const text = new Headers(init.headers).get(actorHeader);
  const role = text === null ? undefined : readActor(text)?.role;
  return role !== undefined && isRole(role) ? role : "owner";
}

function forbidden(): Response {
  return Response.json({ title: "The role does not include it" }, {
    status: 403,
  });
}

/** As an agent filters: words stand in what it wrote down. */
function isWanted(alert: AlertRecord, wanted: URLSearchParams): boolean {
  const { subject: _subject, ...detail } = alert;
  const same = (["subject", "technique", "evidence", "node"] as const)
    .every((field) => !wanted.has(field) || wanted.get(field) === alert[field]);
  return same && alert.atMs >= Number(wanted.get("sinceMs") ?? 0) &&
    JSON.stringify(detail).includes(wanted.get("text") ?? "");
}

/** As the agent would tell of what was just said. */
function signalOf(
  { what, forMs = 0, scope = "mesh", machines, ...rest }: {
    readonly what: "caution" | "stand_down";
    readonly forMs?: number;
    readonly machines?: readonly string[] | "all";
    readonly scope?: "host" | "mesh";
  },
  number: number,
): SignalView {
  const issuedMs = Date.now();
  const untilMs = issuedMs + forMs;
  return {
    id: number.toString(16).padStart(32, "0"),
    issuedMs,
    untilMs,
    expiresMs: untilMs,
    by: "ada",
    order: { ...rest, what, ...(machines && { members: machines }) },
    scope,
    active: forMs > 0,
  };
}

function alertnessOf([last]: readonly SignalView[]): Alertness {
  const what = last?.order.what;
  return what === "caution" || what === "stand_down" ? what : "usual";
}

/** As many states as there are; every tenth is late, every twentieth gone. */
function statusOf(
  names: readonly string[],
  signals: readonly SignalView[],
  votedOut: readonly number[],
  mode: Mode,
  leases: StatusView["agent"]["leases"],
): unknown {
  const others = names.map((_, place) => place).slice(1);
  const self = idOf(0);
  return {
    version: "0.0.0",
    startedAtMs: Date.now(),
    name: names[0],
    meshId: "0".repeat(64),
    agent: {
      self,
      mode,
      members: names.length,
      faultBound: 1,
      blockQuorum: 2,
      subjects: 0,
      claims: 0,
      leases,
      quarantines: quarantinesOf(signals, votedOut, mode),
      alertness: alertnessOf(signals),
      signals,
      counters: {},
    },
    members: names.map((name, place) => ({
      node: idOf(place),
      name,
      addresses: [`192.0.2.${place % 250 + 1}:7946`],
      custodian: place < 3,
      observer: place === 4,
      keysSinceMs: Date.now() - place * 86_400_000,
      revoked: false,
      generation: 0,
      notAfterMs: Date.now() + 86_400_000,
    })),
    mesh: {
      profile: "lan",
      links: others.slice(0, 5).map((place) => ({
        peer: idOf(place),
        dialled: true,
        silentMs: 100,
        upMs: 60_000,
        periodMs: 250,
        peerPeriodMs: 250,
      })),
      muted: [],
      health: others.map((place) => ({
        node: idOf(place),
        state: place % 20 === 7 ? "gone" : place % 10 === 5 ? "late" : "up",
        forMs: 1_000,
        heardAgoMs: place % 20 === 7 ? 900_000 : 700,
      })),
      counters: {},
    },
    profile: {
      inForce: "lan",
      sinceMs: 0,
      chosenBy: "configuration",
      configured: "lan",
    },
    hostLeases: signals.flatMap(({ active, order, untilMs }) => {
      if (mode === "observe" || !active || order.what !== "quarantine") {
        return [];
      }
      const name = names[parseInt(order.member.slice(0, 8), 16)] ?? "";
      const target = {
        kind: "quarantine_member",
        name,
        addresses: [],
        keptPorts: [7946],
        atOnceMax: 1,
      };
      return [{ target, name, untilMs }];
    }),
    sensors: { sources: [{ name: "packets", counters: {} }] },
    neverBlock: [{ network: "127.0.0.0/8", reason: "loopback" }],
    shortcomings: [],
    settings: [{ name: "mode", value: "enforce", origin: "default" }],
  } satisfies Partial<Record<keyof StatusView, unknown>>;
}

/** Two members saw it, the first of the others over a whole connection. */
function explanationOf(
  subject: string,
  names: readonly string[],
  events: readonly EventRecord[],
): unknown {
  const vote = {
    technique: "T1110.001",
    scenario: "ssh-bruteforce",
    score: 12,
    observations: 6,
    atMs: Date.now(),
    counts: true,
  };
  return {
    subject,
    votes: names.slice(0, 2).map((name, place) => ({
      ...vote,
      node: idOf(place),
      name,
      own: place === 0,
      evidence: place === 0 ? "E1" : "E2",
    })),
    have: 2,
    needed: 2,
    leases: [{
      subject,
      measure: "block",
      untilMs: Date.now() + 600_000,
      sinceMs: Date.now(),
      cause: "mesh",
      state: "in_force",
    }],
    signals: [],
    history: events.filter((event) => event.subject === subject),
  };
}

/** One connection that would be cut. */
function rehearsedOf(from: string): unknown {
  const connection = {
    protocol: "tcp",
    from,
    fromPort: 40_000,
    to: "192.0.2.1",
    toPort: 22,
    program: "sshd (811)",
  };
  const cut = from.startsWith("203.0.113.") ? [connection] : [];
  return { lease: {}, rehearsal: { cut, kept: [], more: 0 } };
}
