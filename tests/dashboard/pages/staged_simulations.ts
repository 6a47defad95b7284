/**
 * The real desk for simulations over a player that says what the test wants.
 *
 * @module
 */
import {
  type OwnSimulationDesk,
  simulationDesk,
} from "../../../cli/simulation_desk.ts";
import { simulationKinds } from "../../../cli/simulation_kinds.ts";
import type {
  SimulationStart,
  SimulationWord,
} from "../../../cli/simulation_messages.ts";
import {
  openDashboardFile,
  SimulationFile,
} from "../../../dashboard/host/mod.ts";

/** The desk and its player. */
export interface StagedSimulations {
  readonly desk: OwnSimulationDesk;
  /** What was started, oldest first. */
  readonly started: SimulationStart[];
  /** How many were ended by the desk. */
  stopped(): number;
  /** The run that is played says something. */
  say(word: SimulationWord): void;
  /** Runs what waits for its time. */
  late(): void;
  close(): void;
}

/** @param path Of the file that keeps runs. */
export function stagedSimulations(path: string): StagedSimulations {
  const db = openDashboardFile(path);
  const started: SimulationStart[] = [];
  let hear: (word: SimulationWord) => void = () => {};
  let wake: (() => void) | undefined;
  let stopped = 0;
  let drawn = 0;
  const desk = simulationDesk({
    kinds: simulationKinds,
    scenarios: () => [],
    spawn(start, heard) {
      started.push(start);
      hear = heard;
      return { stop: () => void stopped++ };
    },
    store: new SimulationFile(db),
    wallMs: () => Date.now(),
    fill: (bytes) => void bytes.fill(++drawn),
    later(_ms, late) {
      wake = late;
      return () => wake = undefined;
    },
  });
  return {
    desk,
    started,
    stopped: () => stopped,
    say: (word) => hear(word),
    late: () => wake?.(),
    close: () => db.close(),
  };
}
