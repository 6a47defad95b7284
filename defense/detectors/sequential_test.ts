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
 * One walk.
 *
 * @example
 * ```ts
 * import { SequentialWalk } from "./sequential_test.ts";
 *
 * const walk = new SequentialWalk({ alpha: 1e-5, beta: 0.99 });
 * walk.step(Math.log(0.8 / 0.2), 0, 0); // undefined: one failure proves nothing
 * ```
 */
export class SequentialWalk {
  readonly #parameters: SequentialParameters;
  readonly #upper: number;
  readonly #lower: number;
  #score = 0;
  #lastMs = 0;

  /** @throws {RangeError} Unless 0 < alpha < beta < 1. */
  constructor(parameters: SequentialParameters) {
    const { alpha, beta } = parameters;
    if (!(alpha > 0 && alpha < beta && beta < 1)) {
      throw new RangeError(
        `Cannot test with alpha ${alpha} and beta ${beta}: expected 0 < alpha < beta < 1`,
      );
    }
    this.#parameters = parameters;
    this.#upper = Math.log(beta / alpha);
    this.#lower = Math.log((1 - beta) / (1 - alpha));
  }

  /** Natural log of the likelihood ratio so far, without the prior. */
  get score(): number {
    return this.#score;
  }

  /**
   * Takes one observation.
   *
   * @param nats Logarithm of its likelihood ratio, H1 : H0.
   * @param atMs Its time; a time before the last counts as the same moment.
   * @param priorNats Suspicion from elsewhere; it never starts a new walk.
   */
  step(nats: number, atMs: number, priorNats: number): SequentialVerdict {
    const { halfLifeMs } = this.#parameters;
    if (halfLifeMs !== undefined && this.#score !== 0) {
      const sinceMs = Math.max(0, atMs - this.#lastMs);
      this.#score *= 2 ** (-sinceMs / halfLifeMs);
    }
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#score += nats;
    if (this.#score + priorNats >= this.#upper) return "attack";
    if (this.#score > this.#lower) return undefined;
    this.#score = 0;
    return "benign";
  }

  /**
   * Takes back what turned out to be no evidence. The score does not fall
   * below 0 by that.
   */
  takeBack(nats: number): void {
    if (this.#score > 0) this.#score = Math.max(0, this.#score - nats);
  }

  /** Starts anew. */
  restart(): void {
    this.#score = 0;
  }
}
