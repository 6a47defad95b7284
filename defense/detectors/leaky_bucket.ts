/**
 * Leaky bucket: each observation pours one unit in, time lets them out at a
 * steady pace, and the bucket overflows when it would hold more than its
 * capacity (Turner, "New directions in communications", IEEE Communications
 * Magazine 24(10), 1986; capacity and pace as CrowdSec's scenarios give them).
 *
 * @module
 */

/** Size and pace of a bucket. */
export interface BucketParameters {
  /** Units it holds; one more is an overflow. */
  readonly capacity: number;
  /** Milliseconds in which one unit leaks out. */
  readonly leakMs: number;
}

/** One bucket. */
export class LeakyBucket {
  readonly #parameters: BucketParameters;
  #level = 0;
  #lastMs = 0;

  /** @throws {RangeError} Unless the capacity and the pace are above 0. */
  constructor(parameters: BucketParameters) {
    if (!(parameters.capacity > 0 && parameters.leakMs > 0)) {
      throw new RangeError(
        `Cannot make a bucket of capacity ${parameters.capacity} that leaks every ${parameters.leakMs} ms: expected both above 0`,
      );
    }
    this.#parameters = parameters;
  }

  /** Units in it after the last pour. */
  get level(): number {
    return this.#level;
  }

  /**
   * Pours one unit.
   *
   * @param atMs Its time; a time before the last counts as the same moment.
   * @returns Whether the bucket overflows; it is not emptied by that.
   */
  pour(atMs: number): boolean {
    const sinceMs = Math.max(0, atMs - this.#lastMs);
    this.#level = Math.max(0, this.#level - sinceMs / this.#parameters.leakMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#level++;
    return this.#level > this.#parameters.capacity;
  }

  /** Empties the bucket. */
  empty(): void {
    this.#level = 0;
  }
}
