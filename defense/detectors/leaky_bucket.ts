/**
 * Leaky bucket: each observation pours one unit in, time lets them out at a
 * steady pace, and the bucket overflows when it would hold more than its
 * capacity (Turner, "New directions in communications", IEEE Communications
 * Magazine 24(10), 1986; capacity and pace as CrowdSec's scenarios give them).
 *
 * @module
 */
import type { Records } from "./records.ts";

/** Size and pace of a bucket. */
export interface BucketParameters {
  /** Units it holds; one more is an overflow. */
  readonly capacity: number;
  /** Milliseconds in which one unit leaks out. */
  readonly leakMs: number;
}

/** One bucket in each record. */
export class LeakyBucket {
  readonly #parameters: BucketParameters;
  readonly #records: Records;
  readonly #level: number;
  readonly #lastMs: number;

  /** @throws {RangeError} Unless the capacity and the pace are above 0. */
  constructor(parameters: BucketParameters, records: Records) {
    if (!(parameters.capacity > 0 && parameters.leakMs > 0)) {
      throw new RangeError(
        `Cannot make a bucket of capacity ${parameters.capacity} that leaks every ${parameters.leakMs} ms: expected both above 0`,
      );
    }
    this.#parameters = parameters;
    this.#records = records;
    this.#level = records.reserve();
    this.#lastMs = records.reserve();
  }

  /** Units in it after the last pour. */
  get level(): number {
    const { words, at } = this.#records;
    return words[at + this.#level] ?? 0;
  }

  /**
   * Pours one unit.
   *
   * @param atMs Its time; a time before the last counts as the same moment.
   * @returns Whether the bucket overflows; it is not emptied by that.
   */
  pour(atMs: number): boolean {
    const { words, at } = this.#records;
    const { capacity, leakMs } = this.#parameters;
    const lastMs = words[at + this.#lastMs] ?? 0;
    const sinceMs = Math.max(0, atMs - lastMs);
    const level = Math.max(0, this.level - sinceMs / leakMs) + 1;
    words[at + this.#lastMs] = Math.max(lastMs, atMs);
    words[at + this.#level] = level;
    return level > capacity;
  }

  /** Empties the bucket. */
  empty(): void {
    const { words, at } = this.#records;
    words[at + this.#level] = 0;
  }
}
