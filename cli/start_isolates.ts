/**
 * Starts the isolates, each with only its own permissions (design §4), in the
 * order in which they need each other: who contains, the mesh, the decoys, and
 * the sensors, which have to know the decoys' ports.
 *
 * @module
 */
import { familyOf } from "../defense/mod.ts";
import {
  type ContainmentIsolate,
  LearnedFile,
  type Sensors,
  spawnContainment,
  spawnDecoys,
  spawnSensors,
  type SqliteJournal,
} from "../defense/host/mod.ts";
import type { OpenInvite } from "../mesh/mod.ts";
import {
  type KeptPace,
  type SpawnedMesh,
  spawnMesh,
  type StateStore,
  systemClock,
} from "../mesh/host/mod.ts";
import type { LoadedConfig } from "./config.ts";
import { DecoyKeeper } from "./decoy_keeper.ts";
import { DecoyNodes } from "./decoy_nodes.ts";
import { decoysStart } from "./decoy_setting.ts";
import { splitHostPort } from "./host_addresses.ts";
import { usualLogs } from "./host_check.ts";
import { noContainment, noSensors } from "./observer.ts";
import type { OwnState } from "./own_state.ts";
import { ProfileKeeper } from "./profile_keeper.ts";
import { planOf } from "./profile_setting.ts";
import { readSensors } from "./read_sensors.ts";
import { RosterKeeper } from "./roster_keeper.ts";
import { valueIn } from "./run_time_settings.ts";
import {
  readShelf,
  type ScenarioShelf,
  shelfTroubles,
} from "./scenario_shelf.ts";
import type { Config } from "./schema.ts";
import { entriesOf } from "./setting_effects.ts";

/** What they are started with. */
export interface IsolatesStart {
  readonly loaded: LoadedConfig;
  /** As this host can carry it out. */
  readonly config: Config;
  readonly observer: boolean;
  readonly adminAddresses: readonly string[];
  readonly own: OwnState;
  readonly store: StateStore;
  readonly invites: readonly OpenInvite[];
  readonly incarnation: number;
  readonly startedAtMs: number;
  readonly journal: SqliteJournal;
  /** Gets what ends each, in the order in which they began. */
  readonly undo: (() => unknown)[];
  onTrouble(message: string): void;
}

/** Those that run, and what belongs to them. */
export interface Isolates {
  readonly containment: ContainmentIsolate;
  readonly mesh: SpawnedMesh;
  readonly decoys: DecoyKeeper;
  readonly sensors: Sensors;
  /** Pace of the links. */
  readonly pace: ProfileKeeper;
  readonly roster: RosterKeeper;
  /** Where steered clients go. */
  readonly nodes: DecoyNodes;
  readonly shelf: ScenarioShelf;
  readonly learned: LearnedFile;
  /** Whom people listed while an agent ran. */
  readonly listed: ReturnType<typeof entriesOf>;
}

/** Starts them. */
export async function startIsolates(start: IsolatesStart): Promise<Isolates> {
  const { loaded, config, observer, adminAddresses, own, store } = start;
  const { invites, incarnation, startedAtMs, journal, undo } = start;
  const onTrouble = (message: string) => start.onTrouble(message);
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
    kept: await keptPace(store, onTrouble),
    wallMs: () => systemClock.wallMs(),
    save: (kept) => store.writePace(kept),
    onTrouble,
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
    onFailure: (error) => onTrouble(error.message),
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
  for (const reason of shelfTroubles(shelf)) onTrouble(reason);
  const reach = nodes.addresses().filter((each) => familyOf(each) === 6);
  const decoysWanted = observer ? undefined : decoysStart(config, reach);
  const decoys = await DecoyKeeper.start(decoysWanted, {
    spawn: spawnDecoys,
    record: (entry) => journal.append(entry),
    onTrouble,
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
    placesFile: placesFileOf(config),
    canaries: config.canaries,
    decoyPorts: decoys.listening,
  });
  undo.push(() => sensors.stop());

  return {
    ...{ containment, mesh, decoys, sensors },
    ...{ pace, roster, nodes, shelf, learned, listed },
  };
}

/** Where it is kept how far the logs were read. */
export function placesFileOf({ stateDir }: Pick<Config, "stateDir">): string {
  return `${stateDir}/log-places.json`;
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
