/**
 * What a change of settings reaches in a running agent: containment and the
 * decisions, the sensors, the journal, the state directory.
 *
 * @module
 */
import {
  type Agent,
  renderDryRun,
  type Retention,
  type RunningAgent,
} from "../defense/mod.ts";
import type {
  ContainmentIsolate,
  Sensors,
  SqliteJournal,
} from "../defense/host/mod.ts";
import { type StateStore, systemClock } from "../mesh/host/mod.ts";
import type { DecoyKeeper } from "./decoy_keeper.ts";
import { runTimeFileName } from "./run_time_settings.ts";
import type { SettingsWorld } from "./settings_keeper.ts";

/** The parts of the agent. */
export interface SettingsParts {
  readonly store: StateStore;
  readonly agent: Agent;
  readonly running: RunningAgent;
  readonly containment: ContainmentIsolate;
  readonly sensors: Sensors;
  readonly journal: SqliteJournal;
  readonly decoys: DecoyKeeper;
}

/** Connects them. */
export function settingsWorld(parts: SettingsParts): SettingsWorld {
  const { agent, running, containment, sensors, journal, decoys } = parts;
  const wallMs = () => systemClock.wallMs();
  return {
    async setMode(mode) {
      // Who is steered from the first moment on shall meet a decoy.
      if (mode === "enforce") await decoys.steer(true);
      try {
        await containment.setMode(mode);
      } catch (error) {
        if (mode === "enforce") await decoys.steer(false);
        throw error;
      }
      running.setMode(mode);
      if (mode === "observe") await decoys.steer(false);
    },
    async list(entries) {
      await containment.list(entries);
      running.setListed(entries);
    },
    watch: (off, learning) => sensors.watch(off, learning),
    retain: (days) => journal.retain(retentionOf(days)),
    save: (text) => parts.store.writeText(runTimeFileName, text),
    leases: () => agent.leases(wallMs()),
    hostMeasures: async () => (await containment.hostLeases()).length,
    async ruleset(leases, listed) {
      const entries = [...await containment.protectedEntries(), ...listed];
      const script = renderDryRun(leases, entries, wallMs(), decoys.plan);
      return decoys.ready && decoys.plan === undefined
        ? `${script}# decoys open first; steer_all and steer_strays then lead to their ports\n`
        : script;
    },
    journal,
    wallMs,
    after: (delayMs, wake) => systemClock.after(delayMs, wake),
  };
}

/** So many days of the journal, and no more than a million entries of them. */
export function retentionOf(days: number): Retention {
  return { ageMs: days * 86_400_000, entries: 1_000_000 };
}
