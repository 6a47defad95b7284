/**
 * Counts of one log that is read record by record, and the time it covers.
 *
 * @module
 */

/** What became of the records of a log, since the start. */
export interface RecordCounters {
  /** Records, empty lines left out. */
  readonly records: number;
  /** Records that nothing here knows. */
  readonly unparsed: number;
  /** Records that say something about a party without an address. */
  readonly noAddress: number;
  /** Wall clock milliseconds of the earliest record; NaN before the first. */
  readonly firstMs: number;
  /** And of the latest. */
  readonly lastMs: number;
}

/** Counts records. */
export class RecordTally {
  records = 0;
  unparsed = 0;
  noAddress = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  /** A record of this time was read. */
  at(atMs: number): void {
    if (atMs < this.#firstMs) this.#firstMs = atMs;
    if (atMs > this.#lastMs) this.#lastMs = atMs;
  }

  /** What was counted so far. */
  get counters(): RecordCounters {
    return {
      records: this.records,
      unparsed: this.unparsed,
      noAddress: this.noAddress,
      firstMs: Number.isFinite(this.#firstMs) ? this.#firstMs : NaN,
      lastMs: Number.isFinite(this.#lastMs) ? this.#lastMs : NaN,
    };
  }
}
