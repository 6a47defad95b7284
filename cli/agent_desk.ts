/**
 * The agent as the local API sees it: puts together what the agent, the
 * journal and the isolates know. Everything it asks of another isolate has a
 * time limit, so `status` answers even when one of them does not.
 *
 * @module
 */
import {
  type AgentDesk,
  alertOf,
  type AlertRecord,
  type ConfigDesk,
  type ContainAnswer,
  type FindingsView,
  nodesOf,
  type OperatorDesk,
  type PingRefusal,
  type Shortcoming,
  type SignalDesk,
} from "../dashboard/mod.ts";
import {
  type Address,
  type Agent,
  type HostLease,
  type JournalReader,
  type JournalWriter,
  type Lease,
  type ProtectedEntry,
  renderDryRun,
  type RunningAgent,
} from "../defense/mod.ts";
import type { ContainmentIsolate } from "../defense/host/mod.ts";
import {
  emptyLeakage,
  type MemberView,
  type MeshReport,
  type NodeId,
  type PingOutcome,
  reportOf,
} from "../mesh/mod.ts";
import { systemClock } from "../mesh/host/mod.ts";
import type { LoadedConfig } from "./config.ts";
import type { HostDesk } from "./host_desk.ts";
import type { MemberWords } from "./member_words.ts";
import { rolloutView } from "./rollout_view.ts";
import type { SettingsRollout } from "./settings_rollout.ts";
import { memberNamed } from "./member_named.ts";
import { NodeWatch } from "./node_watch.ts";
import { within } from "./within.ts";
import { alertPage } from "./journal_alerts.ts";
import type { DrillKeeper } from "./drill_keeper.ts";
import type { DecoyKeeper } from "./decoy_keeper.ts";
import type { DecoyNode, DecoyNodes } from "./decoy_nodes.ts";
import type { ProfileKeeper } from "./profile_keeper.ts";

/** What the desk is put together from. */
export interface DeskParts {
  readonly version: string;
  readonly startedAtMs: number;
  readonly loaded: LoadedConfig;
  readonly meshId: Uint8Array;
  readonly agent: Agent;
  readonly running: RunningAgent;
  readonly journal: JournalReader & JournalWriter;
  readonly containment: ContainmentIsolate;
  readonly host: HostDesk;
  readonly operator: OperatorDesk;
  readonly settings: Omit<ConfigDesk, "rollout">;
  readonly rollout: Pick<SettingsRollout, "word">;
  readonly signals: SignalDesk;
  readonly wallMs: () => number;
  readonly members: () => readonly MemberView[];
  readonly decoys: Pick<DecoyKeeper, "view" | "plan">;
  readonly drills: Pick<DrillKeeper, "begin" | "list" | "find">;
  readonly nodes: Pick<DecoyNodes, "find" | "send" | "forget" | "states">;
  readonly profile: Pick<ProfileKeeper, "view" | "order">;
  readonly meshReport: () => Promise<MeshReport>;
  readonly ping: (to: NodeId) => Promise<PingOutcome>;
  readonly words: Pick<MemberWords, "ask" | "last">;
  readonly findings: () => FindingsView;
  readonly sensorReport: () => Promise<unknown>;
  readonly shortcomings: () => readonly Shortcoming[];
  readonly mergeRoster: (entries: readonly Uint8Array[]) => void;
  readonly reload: () => Promise<void>;
}

/** Below the client's own limit; on `metered` an answer may take longer. */
const pingMsMax = 28_000;
/** Journal entries that `explain` shows. */
const historyMax = 50;

/** Builds the desk. */
export function agentDesk(parts: DeskParts): AgentDesk {
  const { agent, running, journal, containment, loaded, wallMs } = parts;
  // Of an IPv6 address, the journal names its whole /64.
  const withSubject = <Q extends { readonly subject?: Address | undefined }>(
    query: Q,
  ): Q =>
    query.subject === undefined
      ? query
      : { ...query, subject: agent.subjectOf(query.subject) };
  const nodes = new NodeWatch(
    async () => nodesOf(await desk.status(), wallMs()),
    systemClock,
  );
  const desk: AgentDesk = {
    wallMs,
    turn: () => new Promise((resolve) => setTimeout(resolve, 0)),
    async status() {
      const profile = parts.profile.view();
      const noMesh: MeshReport = {
        profile: profile.inForce,
        leakage: reportOf(emptyLeakage(profile.inForce, profile.sinceMs)),
        links: [],
        muted: [],
        health: [],
        counters: {},
      };
      const [mesh, sensors, held, hostLeases, neverBlock] = await Promise.all([
        within(parts.meshReport(), noMesh),
        within(parts.sensorReport(), { silent: true }),
        within<unknown>(containment.report(), { silent: true }),
        within<HostLease[]>(containment.hostLeases(), []),
        within<ProtectedEntry[]>(containment.protectedEntries(), []),
      ]);
      return {
        version: parts.version,
        startedAtMs: parts.startedAtMs,
        name: loaded.config.name,
        meshId: parts.meshId.toHex(),
        agent: agent.view(wallMs()),
        members: parts.members(),
        mesh,
        profile,
        sensors,
        containment: held,
        hostLeases,
        driver: running.view(),
        journal: journal.health(),
        neverBlock,
        shortcomings: [
          ...parts.shortcomings(),
          ...parts.nodes.states(mesh.health)
            .filter(({ trouble }) => trouble !== "")
            .map(({ name, trouble }) => ({
              what: `decoy node ${name}: ${trouble}`,
              works: "the decoys of this host, which its clients meet",
            })),
        ],
        settings: parts.settings.settings(),
      };
    },
    alerts({ state, ...query }) {
      const page = alertPage(journal, withSubject(query));
      if (state === undefined) return page;
      // What is in force the agent knows, not the journal.
      const held = new Set(
        agent.view(wallMs()).leases.map(({ subject }) => subject as string),
      );
      const wanted = state === "contained";
      const alerts = page.alerts
        .filter(({ subject }) => held.has(subject) === wanted);
      return { ...page, alerts };
    },
    alert(seq) {
      const { entries } = journal.read({ before: seq + 1, limit: 1 });
      const [entry] = entries;
      return entry?.seq === seq ? alertOf(entry) : undefined;
    },
    journalMark() {
      const { head, waiting, dropped } = journal.health();
      return `${head.seq}-${waiting}-${dropped}-${head.hash.slice(0, 16)}`;
    },
    events(query) {
      const given = Object.fromEntries(
        Object.entries(withSubject(query))
          .filter(([, value]) => value !== undefined),
      );
      const { entries, next } = journal.read(given);
      const events = entries.map(({ hash: _hash, ...event }) => event);
      return next === undefined ? { events } : { events, next };
    },
    watchEvents: (listener) =>
      journal.follow((entry, seq) => listener({ ...entry, seq })),
    watchNodes: (listener) => nodes.watch(listener),
    watchAlerts: (listener: (alert: AlertRecord) => void) =>
      journal.follow((entry, seq) => {
        const alert = alertOf({ ...entry, seq });
        if (alert) listener(alert);
      }),
    async contain(
      { dryRun, rehearse, to, ...order },
    ): Promise<ContainAnswer | PingRefusal> {
      const { address, measure, service, forMs } = order;
      let node: DecoyNode | undefined;
      if (to !== undefined) {
        if (measure !== "steer") {
          return { refused: "only steer leads anywhere" };
        }
        const found = parts.nodes.find(to);
        if ("refused" in found) return found;
        node = found;
      }
      const lease: Lease = {
        subject: agent.subjectOf(address),
        measure,
        ...(service && { service }),
        untilMs: wallMs() + forMs,
        cause: "operator",
      };
      if (rehearse) {
        const { refusal, ...rehearsal } = await containment.rehearse(lease);
        return refusal
          ? { lease, outcome: { applied: false, lease, refusal } }
          : { lease, rehearsal };
      }
      if (dryRun) {
        const entries = await containment.protectedEntries();
        const { plan } = parts.decoys;
        const ruleset = renderDryRun([lease], entries, wallMs(), plan);
        return { lease, ruleset };
      }
      // First the way, so that the first connection goes there already.
      if (node) parts.nodes.send(lease.subject, node, lease.untilMs);
      else if (measure === "steer") parts.nodes.forget(lease.subject);
      const outcome = await running.contain(order);
      if (node && !outcome.applied) parts.nodes.forget(lease.subject);
      const steeredTo = node?.name;
      return {
        lease: outcome.lease,
        outcome,
        ...(steeredTo !== undefined && { steeredTo }),
      };
    },
    containHost: (order) => parts.host.contain(order),
    releaseHost: (request) => parts.host.release(request),
    async release(subject, here) {
      const ended = await running.release(subject, here);
      parts.nodes.forget(
        subject === "all" ? subject : agent.subjectOf(subject),
      );
      if (subject !== "all") return ended;
      const onHost = await containment.releaseHost("all");
      running.readmitted("all");
      return ended + onHost;
    },
    explain(address) {
      const subject = agent.subjectOf(address);
      const { entries } = journal.read({ subject, limit: historyMax });
      return agent.explain(address, wallMs(), entries);
    },
    drills: () => parts.drills.list(),
    drill: (id) => parts.drills.find(id),
    beginDrill: (address) => Promise.resolve(parts.drills.begin(address)),
    async decoys() {
      const [view, health] = await Promise.all([
        parts.decoys.view(),
        within(parts.meshReport().then(({ health }) => health), []),
      ]);
      return { ...view, nodes: parts.nodes.states(health) };
    },
    profile: () => parts.profile.view(),
    useProfile: (order) => parts.profile.order(order),
    async ping(text) {
      const members = parts.members();
      const meant = memberNamed(text, members);
      if ("refused" in meant) return meant;
      const { node, name } = meant;
      const outcome = await within(
        parts.ping(node),
        { answered: false, reason: "silent" } as const,
        pingMsMax,
      );
      if (!outcome.answered) return { node, name, outcome };
      const via = members.find((each) => each.node === outcome.via)?.name;
      return { node, name, outcome, ...(via !== undefined && { via }) };
    },
    async member(text) {
      const meant = memberNamed(text, parts.members());
      if ("refused" in meant) return meant;
      const { node, name } = meant;
      const late = AbortSignal.timeout(pingMsMax);
      const vain = new AbortController();
      const until = AbortSignal.any([late, vain.signal]);
      const silent = { answered: false, reason: "silent" } as const;
      const asked = within(parts.words.ask(node, until), undefined, pingMsMax);
      const ping = await within<PingOutcome>(
        parts.ping(node),
        silent,
        pingMsMax,
      );
      // This host itself, for one: the mesh carries no question there.
      if (!ping.answered && ping.reason === "stranger") vain.abort();
      const heard = await asked;
      const word = heard ?? parts.words.last(node);
      return { node, name, ping, ...(word && { word }) };
    },
    findings: () => parts.findings(),
    ...parts.operator,
    settings: () => parts.settings.settings(),
    trial: () => parts.settings.trial(),
    rollout: () =>
      rolloutView({
        self: agent.self,
        signals: () => agent.signals(wallMs()),
        members: parts.members,
        own: () => parts.rollout.word,
        words: parts.words,
        wallMs,
        timeout: (ms) => AbortSignal.timeout(ms),
      }),
    endTrial: (end, by) => parts.settings.endTrial(end, by),
    changeConfig: (order, by) => parts.settings.changeConfig(order, by),
    ...parts.signals,
    mergeRoster: (entries) => parts.mergeRoster(entries),
    reload: () => parts.reload(),
    act: ({ actor, act, subject, detail }) =>
      journal.append({
        atMs: wallMs(),
        stage: "operator",
        subject,
        node: "",
        what: "act",
        detail: { act, ...actor, ...detail },
      }),
  };
  return desk;
}
