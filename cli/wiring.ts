/**
 * Builds the whole agent: opens its state, has the isolates started
 * (`start_isolates.ts`), connects them, serves the local API, and gives up
 * everything main does not need before the first message is handled. The only
 * place where the pieces of the product meet on a real host; `stop_agent.ts`
 * ends them.
 *
 * What main keeps is what it holds open (the journal, the API's socket, the
 * ends of its workers) and of the state directory: reading, and writing the
 * roster, the open invites, the leakage account and the settings. It can touch
 * no other file, run nothing and dial nobody.
 *
 * @module
 */
import {
  measuresInForce,
  type ProfileView,
  sensorsOf,
} from "../dashboard/mod.ts";
import { serveApi } from "../dashboard/server.ts";
import {
  addresses,
  Agent,
  type Alert,
  type JournalEntry,
  natsPerVoter,
  type ProtectedEntry,
  type RunningAgent,
  startAgent,
} from "../defense/mod.ts";
import { placesPaths, SqliteJournal } from "../defense/host/mod.ts";
import type { MemberView } from "../mesh/mod.ts";
import { StateStore, systemClock } from "../mesh/host/mod.ts";
import { socketName } from "./agent_client.ts";
import { agentDesk } from "./agent_desk.ts";
import { cardWords } from "./card_words.ts";
import type { LoadedConfig } from "./config.ts";
import { DrillKeeper } from "./drill_keeper.ts";
import type { Finding } from "./host_check.ts";
import { HostDesk } from "./host_desk.ts";
import { keptClaims } from "./kept_claims.ts";
import { keptReleases } from "./kept_releases.ts";
import { keptSignals } from "./kept_signals.ts";
import { KeyKeeper } from "./key_keeper.ts";
import { LateApi } from "./late_api.ts";
import { memberNews } from "./member_news.ts";
import { MemberWords } from "./member_words.ts";
import { MembershipDesk } from "./membership_desk.ts";
import { MeshPings } from "./mesh_pings.ts";
import { MeshReports } from "./mesh_reports.ts";
import { operatorAuthority } from "./operator_authority.ts";
import { operatorDesk } from "./operator_desk.ts";
import { OperatorSeal } from "./operator_seal.ts";
import { foundOwnMesh, openOwnState } from "./own_state.ts";
import { keepPaths } from "./permissions.ts";
import { runTimeFileName } from "./run_time_settings.ts";
import { readDomain } from "./schema.ts";
import { operatorsList } from "./setting_effects.ts";
import { SettingsKeeper } from "./settings_keeper.ts";
import { SettingsRollout } from "./settings_rollout.ts";
import { retentionOf, settingsWorld } from "./settings_world.ts";
import { shortcomingsOf } from "./shortcomings.ts";
import { signalDesk } from "./signal_desk.ts";
import { placesFileOf, startIsolates } from "./start_isolates.ts";
import { StateKeeper } from "./state_keeper.ts";
import { stopAgent } from "./stop_agent.ts";
import { systemNote } from "./system_note.ts";
import { usableConfig } from "./usable_config.ts";
import { within } from "./within.ts";

/** What a started agent is, for the summary. */
export interface WholeAgent {
  readonly self: string;
  readonly meshId: string;
  readonly members: readonly MemberView[];
  readonly listening: string;
  readonly socketPath: string;
  readonly founded: boolean;
  readonly profile: ProfileView;
  readonly neverBlock: readonly ProtectedEntry[];
  /** Calls `listener` for each new entry of the journal. */
  follow(listener: (entry: JournalEntry, seq: number) => void): () => void;
  reload(): Promise<void>;
  /** Ends everything in order; leaves the host as it was found. */
  stop(): Promise<void>;
}

/** What the agent is started with. */
export interface WholeAgentOptions {
  readonly loaded: LoadedConfig;
  readonly version: string;
  /** What this host lacks, from `host_check.ts`. */
  readonly findings: readonly Finding[];
  /** Where the operator is logged in from, if from afar. */
  readonly adminAddresses: readonly string[];
  /**
   * `observer`: nothing is looked at and nothing is touched, the node only
   * listens to the mesh; the caller narrows its own permissions.
   */
  readonly role?: "agent" | "observer";
  /** Something to tell whoever watches; the agent goes on. */
  onTrouble(message: string): void;
}

/** Troubles remembered for `status`; the oldest are dropped. */
const troublesMax = 16;

/**
 * Starts an agent on this host. On an error nothing is left running.
 *
 * @throws {StateError} When the state directory cannot be used.
 * @throws {SocketError} When an agent runs already.
 * @throws {ContainmentError} When `enforce` is asked for and cannot be had.
 * @throws {TransportError} When the port cannot be opened.
 */
export async function startWholeAgent(
  options: WholeAgentOptions,
): Promise<WholeAgent> {
  const undo: (() => unknown)[] = [];
  try {
    return await assemble(options, undo);
  } catch (error) {
    for (const step of undo.reverse()) {
      await Promise.resolve().then(step).catch(() => {});
    }
    throw error;
  }
}

async function assemble(
  options: WholeAgentOptions,
  undo: (() => unknown)[],
): Promise<WholeAgent> {
  const { loaded, version, findings, adminAddresses } = options;
  const observer = options.role === "observer";
  const config = usableConfig(loaded.config, observer);
  const startedAtMs = systemClock.wallMs();
  const troubles: string[] = [];
  const trouble = (message: string) => {
    if (troubles.push(message) > troublesMax) troubles.shift();
    options.onTrouble(message);
  };

  const store = await StateStore.open(config.stateDir);
  // First of all: two agents on one state directory would fight.
  const api = new LateApi();
  const server = await serveApi(
    `${store.directory}/${socketName}`,
    (request) => api.answer(request),
  );
  undo.push(() => server.stop());

  const founded = !await StateStore.exists(store.directory);
  const words = cardWords(config);
  const own = founded
    ? await foundOwnMesh(store, words, undefined, startedAtMs)
    : await openOwnState(store, words, startedAtMs);
  const operator = await operatorAuthority(own);
  const incarnation = await store.nextIncarnation(startedAtMs);
  const invites = (await store.readInvites())
    .filter(({ expiresAtMs }) => expiresAtMs > startedAtMs);

  const journal = new SqliteJournal(`${store.directory}/journal.sqlite`, {
    retention: retentionOf(config.journal.days),
  });
  undo.push(() => journal.close());

  const { containment, pace, mesh, roster, nodes, decoys, sensors, ...rest } =
    await startIsolates({
      loaded,
      config,
      observer,
      adminAddresses,
      own,
      store,
      invites,
      incarnation,
      startedAtMs,
      journal,
      undo,
      onTrouble: trouble,
    });
  const { listed, learned, shelf } = rest;

  const neverBlock = await containment.protectedEntries();
  const agent = new Agent({
    self: own.keys.node,
    mode: config.mode,
    operator,
    neverBlock: neverBlock.filter(({ network, reason }) =>
      reason !== operatorsList ||
      !Object.hasOwn(loaded.changed.neverBlock, network)
    ),
    listed,
    failureDomains: config.failureDomains.map(readDomain),
  });
  const state = await StateKeeper.start(store, {
    onChanged: (snapshot) => roster.takeUp(snapshot),
    onTrouble: trouble,
  });
  undo.push(() => state.stop());

  pace.run(mesh);
  const reports = new MeshReports(mesh);
  const pings = new MeshPings(mesh);
  const noteOrder = (what: string, detail: JournalEntry["detail"]) =>
    journal.append({
      atMs: systemClock.wallMs(),
      stage: "operator",
      subject: "",
      node: "",
      what,
      detail,
    });
  const keys = new KeyKeeper({
    store,
    wallMs: () => systemClock.wallMs(),
    isLinked: async () => (await reports.ask()).links.length > 0,
    note: noteOrder,
    onTrouble: trouble,
  });
  undo.push(() => keys.stop());
  const memberWords = new MemberWords({
    mesh,
    wallMs: () => systemClock.wallMs(),
    describe: async () => {
      // An isolate that is silent does not keep the others from the rest.
      const [hostLeases, sensorReport] = await Promise.all([
        within(containment.hostLeases(), []),
        within<unknown>(sensors.report(), {}),
      ]);
      const now = systemClock.wallMs();
      return {
        version,
        mode: observer ? "observer" : agent.view(now).mode,
        profile: pace.view().inForce,
        startedAtMs,
        measures: measuresInForce(agent.view(now).leases, hostLeases),
        sensors: sensorsOf(sensorReport),
        findings: findings.filter(({ verdict }) => verdict !== "ok"),
        ...(rollout.word && { settings: rollout.word }),
      };
    },
  });
  const { read, write } = store.pathsOfRunningAgent(runTimeFileName);
  const kept = {
    read: [...read, ...learned.paths],
    write: [
      ...[...write, ...learned.paths, server.path],
      // Or a restart would read the logs from where they were at the first.
      ...placesPaths(placesFileOf(config)),
    ],
  };
  if (!observer && !await keepPaths(kept)) {
    trouble(
      "what the mesh learns is not kept over a restart: started with a " +
        "permission for all paths that cannot be narrowed; start with " +
        "--allow-read=/ --allow-write=/",
    );
  }

  const host = new HostDesk({
    self: own.keys.node,
    containment,
    journal,
    wallMs: () => systemClock.wallMs(),
    members: () => roster.members,
    listen: config.listen,
    onReadmitted: (member) => running.readmitted(member),
  });
  const running: RunningAgent = startAgent({
    agent,
    containment,
    mesh,
    journal,
    clock: systemClock,
    onPrior: (subject, nats) => sensors.addPrior(subject, nats),
    quarantine: (member, untilMs) => host.quarantine(member, untilMs),
    readmit: (member) => host.readmit(member),
    onAcquit: (subject) => sensors.forget(subject),
    onAlertness: (alertness) =>
      sensors.setBasePrior(alertness === "caution" ? natsPerVoter : 0),
    onTally: (scenario, tally) => sensors.addTally(scenario, tally),
    onLend: (subject, lent) => sensors.lend(subject, lent),
    onTrySettings: (trial) => void rollout.try(trial),
    onKeepSettings: (kept) => void rollout.keep(kept),
    onRoster(entries, members) {
      for (const { what, member } of memberNews(roster.members, members)) {
        const { node, name } = member;
        systemNote(journal, what, { name }, node);
      }
      roster.members = members;
      void decoys.readMembers();
      // Known entries cost a hash each; who is operator follows from the new.
      own.roster.merge(entries, systemClock.wallMs());
      state.saveRoster(entries);
    },
    onMeshEvent(event) {
      if (event.type === "report") reports.arrived(event.report);
      if (event.type === "pinged") pings.arrived(event);
      if (event.type === "told") memberWords.told(event.from, event.payload);
      if (event.type === "invite_used") {
        systemNote(journal, "invite_used", { id: event.id.toHex() });
        state.inviteUsed(event.id);
      }
      if (event.type === "leakage") pace.said(event.leakage);
    },
  });
  const drills = new DrillKeeper({
    running,
    journal,
    self: own.keys.node,
    members: () => roster.members,
    ping: (to) => pings.ask(to),
    meshReport: () => reports.ask(),
    wallMs: () => systemClock.wallMs(),
    fill: (bytes) => void crypto.getRandomValues(bytes),
  });
  undo.push(() => drills.stop());
  const settings = new SettingsKeeper(
    loaded,
    shelf.all.map(({ scenario }) => scenario.name),
    settingsWorld({
      store,
      agent,
      running,
      containment,
      sensors,
      journal,
      decoys,
    }),
  );
  undo.push(() => settings.stop());
  const rollout: SettingsRollout = new SettingsRollout({
    settings,
    wallMs: () => systemClock.wallMs(),
    ...(observer && { deaf: "it only looks on" }),
  });
  running.restoreSignals(keptSignals(journal));
  running.restoreReleases(keptReleases(journal, systemClock.wallMs()));
  running.restoreClaims(keptClaims(journal, systemClock.wallMs()));
  for (const { id, active, order } of agent.signals(systemClock.wallMs())) {
    const mine = order.what === "trial" && addresses(order, own.keys.node);
    if (active && mine) rollout.restarted(id);
  }
  sensors.onFailure(trouble);
  sensors.onLearned((bytes) => {
    try {
      learned.write(bytes);
    } catch (error) {
      trouble(`cannot keep what was learned: ${error}`);
    }
  });
  sensors.onTallied((scenario, tally) => running.tallied(scenario, tally));
  sensors.onTraced((trace) => running.traced(trace));
  sensors.onDetected((alert: Alert) => running.detected(alert));
  await decoys.connect({
    steerTo: (plan) => containment.steerTo(plan),
    admit: (source) =>
      agent.measureAgainst(source) === undefined
        ? { to: "nobody" }
        : nodes.placeOf(agent.subjectOf(source)),
    nodes,
    onTouched: (touch) => sensors.touched(touch),
    onListening: (ports) => sensors.setDecoyPorts(ports),
  });
  journal.follow((entry) => {
    if (isRelease(entry)) settings.released();
  });
  systemNote(journal, "agent_started", { version, mode: config.mode });
  api.open(
    agentDesk({
      version,
      startedAtMs,
      loaded,
      meshId: own.meshId,
      agent,
      running,
      journal,
      containment,
      host,
      operator: operatorDesk({
        membership: new MembershipDesk({
          store,
          wallMs: () => systemClock.wallMs(),
          mergeRoster: (entries) =>
            mesh.send({ type: "merge_roster", entries }),
          note: noteOrder,
        }),
        keys,
        shelf,
        off: () => settings.off,
        wallMs: () => systemClock.wallMs(),
      }),
      settings,
      rollout,
      signals: signalDesk({
        agent,
        running,
        seal: new OperatorSeal(store, own.roster, () => systemClock.nowMs()),
        members: () => roster.members,
        wallMs: () => systemClock.wallMs(),
      }),
      wallMs: () => systemClock.wallMs(),
      members: () => roster.members,
      decoys,
      drills,
      nodes,
      profile: pace,
      meshReport: () => reports.ask(),
      ping: (to) => pings.ask(to),
      words: memberWords,
      findings: () => ({ atMs: startedAtMs, findings }),
      sensorReport: () => sensors.report(),
      shortcomings: () => shortcomingsOf(own, findings, troubles),
      mergeRoster: (entries) => mesh.send({ type: "merge_roster", entries }),
      reload: () => state.reload(),
    }),
    version,
  );

  keys.start();
  return {
    self: own.keys.node,
    meshId: own.meshId.toHex(),
    members: roster.members,
    listening: mesh.address,
    socketPath: server.path,
    founded,
    profile: pace.view(),
    neverBlock,
    follow: (listener) => journal.follow(listener),
    reload: () => state.reload(),
    stop: () =>
      stopAgent({
        server,
        settings,
        decoys,
        drills,
        sensors,
        running,
        containment,
        mesh,
        pace,
        journal,
        state,
        keys,
      }),
  };
}

/** Whether somebody had to be let go: by a word here, of a member, or to all. */
function isRelease({ stage, what, detail }: JournalEntry): boolean {
  if (stage !== "operator") return false;
  return what === "release" ||
    (what === "signal" && detail["signal"] === "release" && !detail["again"]);
}
