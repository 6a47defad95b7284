/**
 * Many measured numbers told in a few.
 *
 * @module
 */

/** Quantiles of a set of numbers, all in its own unit. */
export interface Distribution {
  /** How many numbers there were. */
  readonly count: number;
  /** The median. */
  readonly p50: number;
  /** Nine in ten are at most this. */
  readonly p90: number;
  /** 19 in 20 are at most this. */
  readonly p95: number;
  /** 99 in 100 are at most this. */
  readonly p99: number;
  /** The largest. */
  readonly max: number;
}

/** The quantiles, by nearest rank; zeros of nothing. */
export function distributionOf(numbers: readonly number[]): Distribution {
  const sorted = Float64Array.from(numbers).sort();
  const at = (share: number) =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return {
    count: sorted.length,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
