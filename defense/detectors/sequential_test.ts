/**
 * Sequential hypothesis test (Wald 1947) as Threshold Random Walk uses it:
 * Jung, Paxson, Berger, Balakrishnan, "Fast Portscan Detection Using
 * Sequential Hypothesis Testing", IEEE S&P 2004, section 4.
 *
 * Each observation adds the logarithm of how much likelier it is under attack
 * (H1) than under honest use (H0). At `ln(β/α)` the walk accepts H1, at
 * `ln((1-β)/(1-α))` H0, and starts anew.
 *
 * Departs from the paper in two places: the walk starts anew after H0 instead
 * of ending, since an address may change hands; and with a half-life the
 * score fades towards 0, since the paper's walks last minutes and ours last
 * as long as the host is up.
 *
 * @module
 */
import type { Records } from "./records.ts";

/** How sure the test must be. */
export interface SequentialParameters {
  /** Chance to accept H1 when H0 is true; 0 < alpha < beta. */
  readonly alpha: number;
  /** Chance to accept H1 when H1 is true; below 1. */
  readonly beta: number;
  /** Milliseconds in which a score fades by half; it does not fade if absent. */
  readonly halfLifeMs?: number;
}

/** What the test accepts after a step; `undefined` when it wants to see more. */
export type SequentialVerdict = "attack" | "benign" | undefined;

/**
 * One walk in each record.
 *
 * @example
 * ```ts
 * import { Records } from "./records.ts";
 * import { SequentialWalk } from "./sequential_test.ts";
 *
 * const records = new Records();
 * const walk = new SequentialWalk({ alpha: 1e-5, beta: 0.99 }, records);
 * records.create();
 * walk.step(Math.log(0.8 / 0.2), 0, 0); // undefined: one failure proves nothing
 * ```
 */
export class SequentialWalk {
  readonly #parameters: SequentialParameters;
  readonly #upper: number;
  readonly #lower: number;
  readonly #records: Records;
  readonly #score: number;
  readonly #lastMs: number;

  /** @throws {RangeError} Unless 0 < alpha < beta < 1. */
  constructor(parameters: SequentialParameters, records: Records) {
    const { alpha, beta } = parameters;
    if (!(alpha > 0 && alpha < beta && beta < 1)) {
      throw new RangeError(
        `Cannot test with alpha ${alpha} and beta ${beta}: expected 0 < alpha < beta < 1`,
      );
    }
    this.#parameters = parameters;
    this.#upper = Math.log(beta / alpha);
    this.#lower = Math.log((1 - beta) / (1 - alpha));
    this.#records = records;
    this.#score = records.reserve();
    this.#lastMs = records.reserve();
  }

  /** Natural log of the likelihood ratio so far, without the prior. */
  get score(): number {
    const { words, at } = this.#records;
    return words[at + this.#score] ?? 0;
  }

  /**
   * Takes one observation.
   *
   * @param nats Logarithm of its likelihood ratio, H1 : H0.
   * @param atMs Its time; a time before the last counts as the same moment.
   * @param priorNats Suspicion from elsewhere; it never starts a new walk.
   */
  step(nats: number, atMs: number, priorNats: number): SequentialVerdict {
    const { words, at } = this.#records;
    const { halfLifeMs } = this.#parameters;
    let score = words[at + this.#score] ?? 0;
    const lastMs = words[at + this.#lastMs] ?? 0;
    if (halfLifeMs !== undefined && score !== 0) {
      const sinceMs = Math.max(0, atMs - lastMs);
      score *= 2 ** (-sinceMs / halfLifeMs);
    }
    words[at + this.#lastMs] = Math.max(lastMs, atMs);
    score += nats;
    const isBenign = score + priorNats < this.#upper && score <= this.#lower;
    words[at + this.#score] = isBenign ? 0 : score;
    if (isBenign) return "benign";
    return score + priorNats >= this.#upper ? "attack" : undefined;
  }

  /**
   * Takes back what turned out to be no evidence. The score does not fall
   * below 0 by that.
   */
  takeBack(nats: number): void {
    const { words, at } = this.#records;
    const score = words[at + this.#score] ?? 0;
    if (score > 0) words[at + this.#score] = Math.max(0, score - nats);
  }

  /** Starts anew. */
  restart(): void {
    const { words, at } = this.#records;
    words[at + this.#score] = 0;
  }
}
