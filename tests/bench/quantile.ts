/**
 * Quantiles of measured times.
 *
 * @module
 */

/** The value below which a part `q` (0 to 1) of `values` lies; NaN if none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ??
    NaN;
}
