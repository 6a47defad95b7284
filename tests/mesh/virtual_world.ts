/**
 * The world of `sims/world/` as tests of real drivers use it: one clock, one
 * network on which every cell takes the same time and a cut loses what is sent
 * into it, seeded randomness. Everything runs in the order of virtual time;
 * nothing waits.
 *
 * @module
 */
import type { Random } from "../../mesh/world.ts";
import { mondayMs, type VirtualClock } from "../../sims/world/clock.ts";
import { VirtualNetwork as WorldNetwork } from "../../sims/world/network.ts";
import { SeededRandom } from "../../sims/world/random.ts";

export { VirtualClock } from "../../sims/world/clock.ts";
export type { Listener, SentCell } from "../../sims/world/network.ts";

/** Wall clock at virtual time 0. */
export const wallStartMs = mondayMs;

/** The world's stream of one seed. */
export function seededRandom(seed: string): Random {
  return new SeededRandom(seed);
}

/** Connects hosts by name; each cell takes `delayMs`, in order. */
export class VirtualNetwork extends WorldNetwork {
  constructor(clock: VirtualClock, delayMs: number) {
    super(
      clock,
      new SeededRandom("unused"),
      { baseMs: delayMs, jitterMs: 0 },
      { cutsLose: true, dialFailsAfterMs: 2 * delayMs },
    );
    this.recording = true;
  }
}
