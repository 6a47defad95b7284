/**
 * Seeded chance for made-up logs: Marsaglia's xorshift32, warmed up, which is
 * enough for logs and fast for millions of draws.
 *
 * @module
 */

/** One stream of draws. */
export class Dice {
  #state: number;

  /** @param seed Any whole number. */
  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    for (let warm = 0; warm < 8; warm++) this.unit();
  }

  /** From 0 up to, without, 1. */
  unit(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 2 ** 32;
  }

  /** From `from` up to, without, `to`. */
  between(from: number, to: number): number {
    return from + this.unit() * (to - from);
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  /** True with chance `chance`. */
  happens(chance: number): boolean {
    return this.unit() < chance;
  }

  /** One of `things`. */
  one<T>(things: readonly T[]): T {
    const thing = things[this.whole(0, things.length - 1)];
    if (thing === undefined) throw new RangeError("Cannot choose from nothing");
    return thing;
  }

  /** `count` different ones of `things`, in any order. */
  some<T>(things: readonly T[], count: number): T[] {
    const left = [...things];
    for (let at = left.length - 1; at > 0; at--) {
      const other = this.whole(0, at);
      [left[at], left[other]] = [left[other] as T, left[at] as T];
    }
    return left.slice(0, count);
  }

  /** A waiting time of a Poisson process with this mean. */
  wait(mean: number): number {
    return -Math.log(1 - this.unit()) * mean;
  }
}
