/**
 * Many measured numbers told in a few.
 *
 * @module
 */

/** Quantiles of a set of numbers, all in its own unit. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
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
