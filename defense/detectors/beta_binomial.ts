/**
 * The beta-binomial distribution: how many of `n` trials fail when the chance
 * of failing itself varies from one group of trials to the next. Javed and
 * Paxson (CCS 2013, section 4.2) found that refused logins of a site are
 * spread so, wider than a binomial.
 *
 * @module
 */

/** Shape of the chance: mean `a / (a + b)`, the narrower the larger `a + b`. */
export interface BetaShape {
  /** Above 0. */
  readonly a: number;
  /** Above 0. */
  readonly b: number;
}

/**
 * Natural log of the chance that exactly these `failures` of `trials` fail, in
 * this order (without the binomial coefficient, which cancels in a ratio).
 */
export function logBetaBinomial(
  failures: number,
  trials: number,
  { a, b }: BetaShape,
): number {
  // Products of Pólya's urn: exact for whole numbers and needs no gamma function.
  let nats = 0;
  for (let k = 0; k < failures; k++) nats += Math.log(a + k);
  for (let k = 0; k < trials - failures; k++) nats += Math.log(b + k);
  for (let k = 0; k < trials; k++) nats -= Math.log(a + b + k);
  return nats;
}
