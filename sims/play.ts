/**
 * How a scenario is played, whatever happens in it: time moves event by event,
 * and after each one the invariants must hold.
 *
 * @module
 */
import type { Scenario } from "../defense/mod.ts";
import type { Invariants } from "./invariants.ts";
import { type TimelineLine, timelineOf } from "./story.ts";
import type { Site } from "./world/site.ts";

/** What may be chosen from run to run. */
export interface RunOptions {
  /** Machines in the mesh, 1 to 200. */
  readonly nodes: number;
  /** Any text; the same text gives the same report, byte for byte. */
  readonly seed: string;
  /** What the machines detect. */
  readonly scenarios: readonly Scenario[];
  /** Told now and then how far the run is, from 0 to 1. */
  readonly onProgress?: (done: number) => void | Promise<void>;
  /** Told what happened about the attackers since the last call, in order. */
  readonly onStory?: (lines: readonly TimelineLine[]) => void;
}

/** What of a run is told while it runs. */
export interface Telling extends Pick<RunOptions, "onProgress" | "onStory"> {
  /** Whether an address is an attacker's. */
  readonly isAttacker: (subject: string) => boolean;
  /** Virtual milliseconds of the attackers' first move. */
  readonly startMs: number;
}

/** Machines a run may have; more take hours on one core. */
export const nodesMax = 200;
/** Events between two calls of `onProgress`. */
const eventsPerProgress = 2_000;

/**
 * Refuses a size that cannot be played.
 *
 * @throws {RangeError} If `nodes` is not a whole number from 1 to 200.
 */
export function checkNodes(nodes: number): void {
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > nodesMax) {
    throw new RangeError(
      `Cannot simulate ${nodes} nodes: expected 1 to ${nodesMax}`,
    );
  }
}

/** Plays a site to `endMs` of virtual time. */
export async function play(
  site: Site,
  endMs: number,
  invariants: Invariants,
  { onProgress, onStory, isAttacker, startMs }: Telling,
): Promise<void> {
  let told = 0;
  const tell = () => {
    if (!onStory) return;
    const news = site.entries.slice(told);
    told = site.entries.length;
    const about = news.filter(({ entry }) => isAttacker(entry.subject));
    const lines = timelineOf(about, startMs);
    if (lines.length > 0) onStory(lines);
  };
  for (let events = 0; await site.step(endMs); events++) {
    invariants.check();
    if (events % eventsPerProgress !== 0) continue;
    tell();
    await onProgress?.(site.clock.nowMs() / endMs);
  }
  tell();
  await onProgress?.(1);
}
