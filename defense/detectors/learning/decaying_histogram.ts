/**
 * How often each bin was seen, old sightings counting less: the streaming form
 * of a histogram. One number that grows stands for the decay of all others, so
 * that a sighting costs the same however many bins there are (forward decay:
 * Cormode, Shkapenyuk, Srivastava, Xu 2009).
 *
 * Bound: its bins.
 *
 * @module
 */

/** Weights are scaled back beyond this, long before they lose precision. */
const weightMax = 1e12;

/** Counts over a fixed number of bins. */
export class DecayingHistogram {
  readonly #weights: Float64Array;
  readonly #growth: number;
  #weight = 1;
  #total = 0;
  #largest = 0;

  /**
   * @param bins How many.
   * @param memory Sightings after which one counts half.
   * @throws {RangeError} If either is not above 0.
   */
  constructor(bins: number, memory: number) {
    if (!(bins > 0 && memory > 0)) {
      throw new RangeError(
        `Cannot count in ${bins} bins over ${memory} sightings`,
      );
    }
    this.#weights = new Float64Array(bins);
    this.#growth = 2 ** (1 / memory);
  }

  /** Sightings, the old ones counted less. */
  get total(): number {
    return this.#total / this.#weight;
  }

  /** Takes one sighting; a bin beyond the last is the last. */
  add(bin: number): void {
    const at = Math.min(bin, this.#weights.length - 1);
    this.#weight *= this.#growth;
    const weight = (this.#weights[at] ?? 0) + this.#weight;
    this.#weights[at] = weight;
    this.#total += this.#weight;
    this.#largest = Math.max(this.#largest, weight);
    if (this.#weight > weightMax) this.#rescale();
  }

  /**
   * How much rarer a bin is than the commonest, in nats: 0 for the commonest
   * itself. One sighting is added to each, so that the unseen is not infinite
   * (Laplace).
   */
  surprise(bin: number): number {
    const at = Math.min(bin, this.#weights.length - 1);
    const seen = (this.#weights[at] ?? 0) / this.#weight;
    return Math.log((this.#largest / this.#weight + 1) / (seen + 1));
  }

  /** Share of sightings in `bin` and all bins after it; 1 with none at all. */
  shareFrom(bin: number): number {
    let sum = this.#weight;
    for (let at = bin; at < this.#weights.length; at++) {
      sum += this.#weights[at] ?? 0;
    }
    return Math.min(1, sum / (this.#total + this.#weight));
  }

  #rescale(): void {
    const by = 1 / this.#weight;
    for (let at = 0; at < this.#weights.length; at++) {
      this.#weights[at] = (this.#weights[at] ?? 0) * by;
    }
    this.#total *= by;
    this.#largest *= by;
    this.#weight = 1;
  }
}
