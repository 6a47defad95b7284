/**
 * Starts the isolate that plays one simulation. It is started for each run and
 * ended after it, so nothing of a run outlives it, and a run that is cancelled
 * stops in the middle of whatever it computes.
 *
 * @module
 */
import type { SimulationStart, SimulationWord } from "./simulation_messages.ts";

/** A run that is being played. */
export interface PlayedSimulation {
  /** Ends it at once; nothing is heard of it any more. */
  stop(): void;
}

/** Starts a run; `hear` is told how it goes, the last word is its end. */
export type SpawnSimulation = (
  start: SimulationStart,
  hear: (word: SimulationWord) => void,
) => PlayedSimulation;

/** The real one. */
export const spawnSimulation: SpawnSimulation = (start, hear) => {
  const url = new URL("./simulation_isolate.ts", import.meta.url);
  // The `deno` option is only typed with `--unstable-worker-options`.
  const options: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    name: "simulation",
    deno: { permissions: "none" },
  };
  const worker = new Worker(url, options as WorkerOptions);
  worker.onmessage = ({ data }: MessageEvent<SimulationWord>) => hear(data);
  worker.onerror = (event) => {
    event.preventDefault();
    hear({ type: "failed", reason: event.message });
  };
  worker.postMessage(start);
  return { stop: () => worker.terminate() };
};
