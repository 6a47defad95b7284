/**
 * Builds the whole agent: opens its state, starts the isolates with only their
 * permissions, connects them, serves the local API, and gives up everything
 * main does not need before the first message is handled. The only place where
 * the pieces of the product meet on a real host.
 *
 * What main keeps is what it holds open (the journal, the API's socket, the
 * ends of its workers) and of the state directory: reading, and writing the
 * roster, the open invites, the leakage account and the settings. It can touch
 * no other file, run nothing and dial nobody.
 *
 * @module
 */
import type { ProfileView, Shortcoming } from "../dashboard/mod.ts";
import { type ApiServer, serveApi } from "../dashboard/server.ts";
import {
  addresses,
  Agent,
  type Alert,
  familyOf,
  type JournalEntry,
  natsPerVoter,
  type OperatorAuthority,
  type ProtectedEntry,
  type RunningAgent,
  startAgent,
} from "../defense/mod.ts";
import {
  type ContainmentIsolate,
  LearnedFile,
  type Sensors,
  spawnContainment,
  spawnDecoys,
  spawnSensors,
  SqliteJournal,
} from "../defense/host/mod.ts";
import { ed25519Signer, ed25519Verify, type MemberView } from "../mesh/mod.ts";
import {
  type KeptPace,
  type SpawnedMesh,
  spawnMesh,
  StateStore,
  systemClock,
  validityOf,
} from "../mesh/host/mod.ts";
import { socketName } from "./agent_client.ts";
import { agentDesk } from "./agent_desk.ts";
import { LateApi } from "./late_api.ts";
import { certificateNotices, membershipNotices } from "./membership_notices.ts";
import { MembershipDesk } from "./membership_desk.ts";
import { KeyKeeper } from "./key_keeper.ts";
import { memberNews } from "./member_news.ts";
import { MemberWords } from "./member_words.ts";
import { MeshPings } from "./mesh_pings.ts";
import { MeshReports } from "./mesh_reports.ts";
import { RosterKeeper } from "./roster_keeper.ts";
import { cardWords } from "./card_words.ts";
import type { LoadedConfig } from "./config.ts";
import { DecoyKeeper } from "./decoy_keeper.ts";
import { DrillKeeper } from "./drill_keeper.ts";
import { DecoyNodes } from "./decoy_nodes.ts";
import { decoysStart } from "./decoy_setting.ts";
import { type Finding, usualLogs } from "./host_check.ts";
import { splitHostPort } from "./host_addresses.ts";
import { HostDesk } from "./host_desk.ts";
import { keptSignals } from "./kept_signals.ts";
import { noContainment, noSensors } from "./observer.ts";
import { operatorDesk } from "./operator_desk.ts";
import { OperatorSeal } from "./operator_seal.ts";
import { foundOwnMesh, openOwnState, type OwnState } from "./own_state.ts";
import { keepPaths } from "./permissions.ts";
import { ProfileKeeper } from "./profile_keeper.ts";
import { planOf } from "./profile_setting.ts";
import { readSensors } from "./read_sensors.ts";
import { runTimeFileName, valueIn } from "./run_time_settings.ts";
import { readShelf, shelfTroubles } from "./scenario_shelf.ts";
import { type Config, readDomain } from "./schema.ts";
import { entriesOf, operatorsList } from "./setting_effects.ts";
import { SettingsKeeper } from "./settings_keeper.ts";
import { SettingsRollout } from "./settings_rollout.ts";
import { retentionOf, settingsWorld } from "./settings_world.ts";
import { signalDesk } from "./signal_desk.ts";
import { StateKeeper } from "./state_keeper.ts";

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
  const config = configFor(withUsableListen(loaded.config), observer);
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

  const listed = entriesOf(Object.keys(loaded.changed.neverBlock));
  const configured = entriesOf(
    valueIn(loaded.base, "neverBlock") as Config["neverBlock"],
  );
  const containment = observer
    ? noContainment([...configured, ...listed])
    : await spawnContainment({
      mode: config.mode,
      protected: configured,
      listed,
      adminAddresses: [...adminAddresses],
      onExit: config.onExit,
    });
  undo.push(() => containment.stop());

  const plan = planOf(
    config.profile,
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  );
  const pace = new ProfileKeeper({
    plan,
    kept: await keptPace(store, trouble),
    wallMs: () => systemClock.wallMs(),
    save: (kept) => store.writePace(kept),
    onTrouble: trouble,
  });
  undo.push(() => pace.stop());
  const mesh = await spawnMesh({
    start: {
      keys: own.keys,
      meshId: own.meshId,
      meshSecret: own.meshSecret,
      roster: own.roster.entries(),
      invites,
      profile: pace.startProfile,
      ...(plan.far && { farProfile: plan.far }),
      ...(pace.leakage && { leakage: pace.leakage }),
      incarnation,
    },
    listen: {
      ...splitHostPort(config.listen),
      certificatePem: own.certificate.certificatePem,
      keyPem: own.certificate.keyPem,
    },
    page: { businessName: config.coverPage.title },
    onFailure: (error) => trouble(error.message),
  });
  undo.push(() => mesh.stop());

  const roster = new RosterKeeper(own, invites, mesh, startedAtMs);
  const nodes = new DecoyNodes({
    self: own.keys.node,
    node: config.decoys.node,
    port: config.decoys.membersPort,
    members: () => roster.members,
    wallMs: () => systemClock.wallMs(),
  });
  const learned = new LearnedFile(config.stateDir);
  const shelf = readShelf(config.scenarios);
  for (const reason of shelfTroubles(shelf)) trouble(reason);
  const reach = nodes.addresses().filter((each) => familyOf(each) === 6);
  const decoysWanted = observer ? undefined : decoysStart(config, reach);
  const decoys = await DecoyKeeper.start(decoysWanted, {
    spawn: spawnDecoys,
    record: (entry) => journal.append(entry),
    onTrouble: trouble,
    wallMs: () => systemClock.wallMs(),
  });
  undo.push(() => decoys.stop());

  const sensors = observer ? noSensors() : await spawnSensors({
    scenarios: shelf.all.map(({ scenario }) => scenario),
    off: config.scenarios.off,
    learning: config.learning === "on",
    learned: learned.read(),
    logs: config.logs.length > 0 ? config.logs : logsOfThisHost(),
    filters: readSensors(config.sensors),
    interface: config.interface,
    placesFile: `${config.stateDir}/log-places.json`,
    canaries: config.canaries,
    decoyPorts: decoys.listening,
  });
  undo.push(() => sensors.stop());

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
      const hostLeases = await containment.hostLeases().catch(() => []);
      const now = systemClock.wallMs();
      return {
        version,
        mode: observer ? "observer" : agent.view(now).mode,
        profile: pace.view().inForce,
        startedAtMs,
        measures: agent.view(now).leases.length + hostLeases.length,
        sensors: (await sensors.report().catch(() => undefined))?.sources
          .map(({ name, trouble }) =>
            trouble === undefined ? { name } : { name, trouble }
          ) ?? [],
        findings: findings.filter(({ verdict }) => verdict !== "ok"),
        ...(rollout.word && { settings: rollout.word }),
      };
    },
  });
  const { read, write } = store.pathsOfRunningAgent(runTimeFileName);
  const kept = {
    read: [...read, ...learned.paths],
    write: [...write, ...learned.paths, server.path],
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
        note(journal, what, { name }, node);
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
        note(journal, "invite_used", { id: event.id.toHex() });
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
  note(journal, "agent_started", { version, mode: config.mode });
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
      shortcomings: () => [
        ...shortcomingsOf(findings),
        ...[
          ...membershipNotices(own.roster, own.keys.node, systemClock.wallMs()),
          ...certificateNotices(
            validityOf(own.certificate),
            systemClock.wallMs(),
          ),
        ].map(({ what, works, nextStep }) => ({
          what: `${what}; ${nextStep}`,
          works,
        })),
        ...troubles.map((what) => ({ what, works: "the rest" })),
      ],
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
      stopAll({
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

/** Everything that runs, in the order in which it ends. */
async function stopAll(
  all: {
    readonly server: ApiServer;
    readonly settings: SettingsKeeper;
    readonly decoys: DecoyKeeper;
    readonly drills: DrillKeeper;
    readonly sensors: Sensors;
    readonly running: RunningAgent;
    readonly containment: ContainmentIsolate;
    readonly mesh: SpawnedMesh;
    readonly pace: ProfileKeeper;
    readonly journal: SqliteJournal;
    readonly state: StateKeeper;
    readonly keys: KeyKeeper;
  },
): Promise<void> {
  const { server, sensors, running, containment, mesh, pace } = all;
  const { decoys, drills, journal, state, keys } = all;
  // First nobody gives orders any more, then nothing is seen any more.
  await server.stop();
  await keys.stop();
  all.settings.stop();
  drills.stop();
  await decoys.stop();
  await sensors.stop();
  running.stop();
  await containment.stop().catch(() => {});
  mesh.onEvent((event) => {
    if (event.type === "leakage") pace.said(event.leakage);
  });
  await mesh.stop();
  await pace.stop();
  note(journal, "agent_stopped", {});
  journal.close();
  await state.stop();
}

/** Whether somebody had to be let go: by a word here, of a member, or to all. */
function isRelease({ stage, what, detail }: JournalEntry): boolean {
  if (stage !== "operator") return false;
  return what === "release" ||
    (what === "signal" && detail["signal"] === "release" && !detail["again"]);
}

function note(
  journal: SqliteJournal,
  what: string,
  detail: JournalEntry["detail"],
  node = "",
): void {
  const atMs = systemClock.wallMs();
  journal.append({
    atMs,
    stage: "system",
    subject: "",
    node,
    what,
    detail,
  });
}

/** The files systems keep logins in; none where there is only the journal. */
function logsOfThisHost(): string[] {
  return usualLogs.filter((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** All addresses of both families, or of IPv4 where IPv6 is switched off. */
function withUsableListen(config: Config): Config {
  const { hostname, port } = splitHostPort(config.listen);
  if (hostname !== "::") return config;
  try {
    Deno.listen({ hostname, port: 0 }).close();
    return config;
  } catch {
    return { ...config, listen: `0.0.0.0:${port}` };
  }
}

/** An observer enforces nothing, whatever the configuration of the host says. */
function configFor(config: Config, observer: boolean): Config {
  return observer ? { ...config, mode: "observe" } : config;
}

/** The operator's key: to check with always, to sign with where it lies open. */
async function operatorAuthority(
  { store, roster }: OwnState,
): Promise<OperatorAuthority> {
  const verify: OperatorAuthority["verify"] = (bytes, signature) =>
    ed25519Verify(roster.operator, bytes, signature);
  if (!await store.hasOperator()) return { verify };
  try {
    const signer = ed25519Signer(await store.readOperator());
    if (signer.public.toHex() !== roster.operator.toHex()) return { verify };
    return { verify, sign: (bytes) => signer.sign(bytes) };
  } catch {
    // Sealed under a passphrase: an agent has nobody to ask for it.
    return { verify };
  }
}

/** A damaged account is no reason to leave a host without its agent. */
async function keptPace(
  store: StateStore,
  trouble: (message: string) => void,
): Promise<KeptPace> {
  try {
    return await store.readPace();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    trouble(`the leakage account begins anew: ${why}`);
    return {};
  }
}

function shortcomingsOf(findings: readonly Finding[]): Shortcoming[] {
  return findings.filter(({ verdict }) =>
    verdict === "limited" || verdict === "missing"
  ).map(({ what, detail, works }) => ({ what: `${what}: ${detail}`, works }));
}
