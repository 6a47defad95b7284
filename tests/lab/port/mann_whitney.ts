/**
 * Whether two samples come from the same distribution: the U test of Mann and
 * Whitney, _On a test of whether one of two random variables is stochastically
 * larger than the other_, Annals of Mathematical Statistics 18, 1947, by its
 * normal approximation, which holds from a few dozen values up.
 *
 * @module
 */

/** What the test says. */
export interface Comparability {
  /**
   * How often a value of the first sample is above one of the second, ties
   * half: 0.5 for the same distribution, 0 or 1 for ones that do not overlap.
   * It is also the area under the ROC curve of telling them apart.
   */
  readonly auc: number;
  /** Chance of an `auc` this far from 0.5 if they were the same. */
  readonly p: number;
}

/** Compares two samples. */
export function mannWhitney(
  one: readonly number[],
  other: readonly number[],
): Comparability {
  const all = [
    ...one.map((value) => ({ value, first: true })),
    ...other.map((value) => ({ value, first: false })),
  ].sort((left, right) => left.value - right.value);
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]!.value === all[from]!.value) to++;
    // Ranks count from 1; equal values share the mean of theirs.
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) if (all[at]!.first) rankSum += rank;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [n, m] = [one.length, other.length];
  const u = rankSum - n * (n + 1) / 2;
  const total = n + m;
  const variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
  const z = (u - n * m / 2) / Math.sqrt(variance);
  return { auc: u / (n * m), p: erfc(Math.abs(z) / Math.SQRT2) };
}

/** Abramowitz and Stegun, formula 7.1.26: within 1.5e-7. */
function erfc(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 +
    t * (-0.284496736 +
        t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return series * Math.exp(-x * x);
}
