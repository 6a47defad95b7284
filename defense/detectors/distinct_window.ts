/**
 * Counts different things seen within a time: networks that one account logs
 * in from, hosts that one source logs in to. Things are remembered as 32-bit
 * hashes with the time each was last seen.
 *
 * Bound: `distinctMax` things; nothing is dropped, since a window is full, and
 * its alert given, before that. Two things share a hash with a chance of
 * 2^-32; one is then missed.
 *
 * @module
 */
import { hashOf } from "./first_contact.ts";

/** The most that can be asked for. */
export const distinctMax = 64;

/** One window. */
export class DistinctWindow {
  readonly #count: number;
  readonly #withinMs: number;
  #things: { readonly hash: number; lastMs: number }[] = [];
  #isBeginning = true;

  /** @throws {RangeError} Unless `count` is 1…64 and `withinMs` above 0. */
  constructor(count: number, withinMs: number) {
    if (!(count >= 1 && count <= distinctMax && withinMs > 0)) {
      throw new RangeError(
        `Cannot count ${count} things within ${withinMs} ms: expected 1 to ${distinctMax} within more than 0`,
      );
    }
    this.#count = count;
    this.#withinMs = withinMs;
  }

  /** Different things in the window. */
  get size(): number {
    return this.#things.length;
  }

  /** Whether the window was empty before the last thing. */
  get isBeginning(): boolean {
    return this.#isBeginning;
  }

  /** @returns Whether the window is full now. */
  take(thing: readonly unknown[], atMs: number): boolean {
    const sinceMs = atMs - this.#withinMs;
    if (this.#things.some(({ lastMs }) => lastMs < sinceMs)) {
      this.#things = this.#things.filter(({ lastMs }) => lastMs >= sinceMs);
    }
    this.#isBeginning = this.#things.length === 0;
    const hash = hashOf(thing);
    const known = this.#things.find((one) => one.hash === hash);
    if (known) known.lastMs = Math.max(known.lastMs, atMs);
    else this.#things.push({ hash, lastMs: atMs });
    return this.#things.length >= this.#count;
  }

  /** Forgets everything. */
  clear(): void {
    this.#things = [];
  }
}
