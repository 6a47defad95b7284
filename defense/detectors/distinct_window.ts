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
import { type Records, roomMax } from "./records.ts";

/** The most that can be asked for. */
export const distinctMax = roomMax;
/** Words of a thing: its hash, and when it was last seen. */
const [hashWord, lastMs] = [0, 1];
const thingWords = 2;

/** One window in each record. */
export class DistinctWindow {
  readonly #count: number;
  readonly #withinMs: number;
  readonly #records: Records;
  readonly #size: number;
  readonly #things: number;
  #isBeginning = true;

  /** @throws {RangeError} Unless `count` is 1…64 and `withinMs` above 0. */
  constructor(count: number, withinMs: number, records: Records) {
    if (!(count >= 1 && count <= distinctMax && withinMs > 0)) {
      throw new RangeError(
        `Cannot count ${count} things within ${withinMs} ms: expected 1 to ${distinctMax} within more than 0`,
      );
    }
    this.#count = count;
    this.#withinMs = withinMs;
    this.#records = records;
    this.#size = records.reserve();
    this.#things = records.reserveList(thingWords);
  }

  /** Different things in the window. */
  get size(): number {
    const { words, at } = this.#records;
    return words[at + this.#size] ?? 0;
  }

  /** Whether the window was empty before the last thing. */
  get isBeginning(): boolean {
    return this.#isBeginning;
  }

  /**
   * Takes a thing by its hash.
   *
   * @returns Whether the window is full now.
   */
  take(hash: number, atMs: number): boolean {
    const records = this.#records;
    const size = this.#forgetUntil(atMs - this.#withinMs);
    this.#isBeginning = size === 0;
    const start = records.listAt(this.#things);
    for (let index = 0; index < size; index++) {
      const place = start + index * thingWords;
      if (records.words[place + hashWord] !== hash) continue;
      const last = records.words[place + lastMs] ?? 0;
      records.words[place + lastMs] = Math.max(last, atMs);
      return size >= this.#count;
    }
    if (size === records.room) records.grow();
    const { words, at } = records;
    const place = records.listAt(this.#things) + size * thingWords;
    words[place + hashWord] = hash;
    words[place + lastMs] = atMs;
    words[at + this.#size] = size + 1;
    return size + 1 >= this.#count;
  }

  /** Forgets everything. */
  clear(): void {
    const { words, at } = this.#records;
    words[at + this.#size] = 0;
  }

  /** Forgets what was last seen before `sinceMs`; returns how many are left. */
  #forgetUntil(sinceMs: number): number {
    const { words, at } = this.#records;
    const start = this.#records.listAt(this.#things);
    let kept = start;
    const end = start + this.size * thingWords;
    for (let place = start; place < end; place += thingWords) {
      if ((words[place + lastMs] ?? 0) < sinceMs) continue;
      words[kept + hashWord] = words[place + hashWord] ?? 0;
      words[kept + lastMs] = words[place + lastMs] ?? 0;
      kept += thingWords;
    }
    return words[at + this.#size] = (kept - start) / thingWords;
  }
}
