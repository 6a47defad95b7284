/**
 * When a link renews its sending key: on a clock of its own, drawn from the
 * seed that only this end knows, whether anything is said or not, so that a
 * renewal tells an observer nothing.
 *
 * @module
 */
import { drawUniform, type Pace } from "./pacer.ts";

/**
 * Mean time between two rekeys and the share that is drawn on each side of it
 * (design §5: 120 s ± 30 s, or 10 min for slow profiles).
 */
const rekeyShare = 1 / 4;
const rekeyMs = 120_000;
const slowRekeyMs = 600_000;
/** From this period on a profile is slow: `wan` and `metered`, not `open`. */
const slowPeriodMs = 1_000;
/** Where in the link's uniform sequence the rekey times begin; slots are below. */
const rekeyDrawsFrom = 2 ** 40;

/** The rekey times of one link and direction. */
export class RekeyClock {
  readonly #seed: Uint8Array;
  #dueMs = Infinity;
  #draws = 0;

  /** @param seed 32 bytes; that of the link's slots, of which it uses others. */
  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  /** Whether the key is to be renewed now; never before it was wound. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueMs;
  }

  /** Draws the next time: a key is new now. */
  wind({ periodMs, slotted }: Pace, nowMs: number): void {
    const mean = slotted && periodMs >= slowPeriodMs ? slowRekeyMs : rekeyMs;
    const uniform = drawUniform(this.#seed, rekeyDrawsFrom + this.#draws++);
    this.#dueMs = nowMs + mean * (1 + rekeyShare * (2 * uniform - 1));
  }
}
