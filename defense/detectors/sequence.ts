/**
 * One thing after another: so many observations of a first kind, then so many
 * of a second, within a time. What fits another step than the one that is due
 * is passed over. When the time is up it begins anew.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import type { LoginContext } from "./login_history.ts";
import type { Predicate } from "./predicate.ts";

/** One step: what must be seen, and how often. */
export interface SequenceStep {
  readonly fits: Predicate;
  readonly count: number;
}

/** How far one subject has come. */
export class Sequence {
  readonly #steps: readonly SequenceStep[];
  readonly #withinMs: number;
  #step = 0;
  #seen = 0;
  #firstMs = 0;
  /** Observations taken since the start. */
  #taken = 0;

  /** @throws {RangeError} Unless there is a step, and `withinMs` is above 0. */
  constructor(steps: readonly SequenceStep[], withinMs: number) {
    if (!(steps.length >= 1 && withinMs > 0)) {
      throw new RangeError(
        `Cannot follow ${steps.length} steps within ${withinMs} ms: expected one or more within more than 0`,
      );
    }
    this.#steps = steps;
    this.#withinMs = withinMs;
  }

  /**
   * Takes an observation.
   *
   * @returns `undefined` if it is passed over; else whether it is the first of
   *   the sequence, and whether it is the last.
   */
  take(
    observation: Observation,
    login?: LoginContext,
  ): { readonly first: boolean; readonly last: boolean } | undefined {
    const { atMs } = observation;
    if (this.#taken > 0 && atMs - this.#firstMs > this.#withinMs) {
      this.restart();
    }
    const step = this.#steps[this.#step];
    if (!step?.fits(observation, login)) return undefined;
    const first = this.#taken === 0;
    if (first) this.#firstMs = atMs;
    this.#taken++;
    this.#seen++;
    if (this.#seen < step.count) return { first, last: false };
    this.#seen = 0;
    this.#step++;
    const last = this.#step === this.#steps.length;
    if (last) this.restart();
    return { first, last };
  }

  /** Begins anew. */
  restart(): void {
    this.#step = 0;
    this.#seen = 0;
    this.#taken = 0;
  }
}
