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
import type { Records } from "./records.ts";

/** One step: what must be seen, and how often. */
export interface SequenceStep {
  readonly fits: Predicate;
  readonly count: number;
}

/** How far the subject of the open record has come. */
export class Sequence {
  readonly #steps: readonly SequenceStep[];
  readonly #withinMs: number;
  readonly #records: Records;
  readonly #step: number;
  readonly #seen: number;
  readonly #firstMs: number;
  /** Observations taken since the start. */
  readonly #taken: number;

  /** @throws {RangeError} Unless there is a step, and `withinMs` is above 0. */
  constructor(
    steps: readonly SequenceStep[],
    withinMs: number,
    records: Records,
  ) {
    if (!(steps.length >= 1 && withinMs > 0)) {
      throw new RangeError(
        `Cannot follow ${steps.length} steps within ${withinMs} ms: expected one or more within more than 0`,
      );
    }
    this.#steps = steps;
    this.#withinMs = withinMs;
    this.#records = records;
    this.#step = records.reserve();
    this.#seen = records.reserve();
    this.#firstMs = records.reserve();
    this.#taken = records.reserve();
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
    const { words, at } = this.#records;
    const { atMs } = observation;
    if (
      (words[at + this.#taken] ?? 0) > 0 &&
      atMs - (words[at + this.#firstMs] ?? 0) > this.#withinMs
    ) this.restart();
    const number = words[at + this.#step] ?? 0;
    const step = this.#steps[number];
    if (!step?.fits(observation, login)) return undefined;
    const taken = words[at + this.#taken] ?? 0;
    const first = taken === 0;
    if (first) words[at + this.#firstMs] = atMs;
    words[at + this.#taken] = taken + 1;
    const seen = (words[at + this.#seen] ?? 0) + 1;
    words[at + this.#seen] = seen;
    if (seen < step.count) return { first, last: false };
    words[at + this.#seen] = 0;
    words[at + this.#step] = number + 1;
    const last = number + 1 === this.#steps.length;
    if (last) this.restart();
    return { first, last };
  }

  /** Begins anew. */
  restart(): void {
    const { words, at } = this.#records;
    words[at + this.#step] = 0;
    words[at + this.#seen] = 0;
    words[at + this.#taken] = 0;
  }
}
