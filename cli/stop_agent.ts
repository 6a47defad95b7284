/**
 * The end of an agent: everything that runs, in the order in which it may end.
 *
 * @module
 */
import type { ApiServer } from "../dashboard/server.ts";
import type { RunningAgent } from "../defense/mod.ts";
import type {
  ContainmentIsolate,
  Sensors,
  SqliteJournal,
} from "../defense/host/mod.ts";
import type { SpawnedMesh } from "../mesh/host/mod.ts";
import type { DecoyKeeper } from "./decoy_keeper.ts";
import type { DrillKeeper } from "./drill_keeper.ts";
import type { KeyKeeper } from "./key_keeper.ts";
import type { ProfileKeeper } from "./profile_keeper.ts";
import type { SettingsKeeper } from "./settings_keeper.ts";
import type { StateKeeper } from "./state_keeper.ts";
import { systemNote } from "./system_note.ts";

/** Ends all of it; the kernel is left as `onExit` says. */
export async function stopAgent(
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
  systemNote(journal, "agent_stopped", {});
  journal.close();
  await state.stop();
}
