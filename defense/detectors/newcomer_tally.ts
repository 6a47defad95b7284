/**
 * What one host tells the others about its newcomers, so that a campaign can
 * be seen whose sources touch each host only a few times: how many got in, how
 * many never did, and a sketch of the accounts these were refused as. It is a
 * sufficient statistic of the test in `campaign_cusum.ts`: tallies of several
 * hosts and times are added, in any order, and nothing is lost for the test.
 *
 * It names no user and no source. Bound: `tallyBytes` bytes however much was
 * seen; counts stop at their largest value.
 *
 * | offset | size | meaning |
 * | ------ | ---- | ------- |
 * | 0 | 2 | newcomers that got in, big-endian |
 * | 2 | 2 | newcomers that never did |
 * | 4 | 128 | of these, how many tried an account of each of 128 buckets |
 *
 * @module
 */

/** Buckets of the sketch of accounts. */
const bucketCount = 128;
/** Length of a written tally. */
export const tallyBytes = 4 + bucketCount;
const countMax = 0xffff;
const bucketMax = 0xff;

/** Newcomers of a while. */
export class NewcomerTally {
  #resolved = 0;
  #unresolved = 0;
  readonly #accounts = new Uint8Array(bucketCount);

  /** Newcomers that got in; at most 65,535. */
  get resolved(): number {
    return this.#resolved;
  }

  /** Newcomers that never got in; at most 65,535. */
  get unresolved(): number {
    return this.#unresolved;
  }

  /** Whether nothing was counted. */
  get isEmpty(): boolean {
    return this.#resolved === 0 && this.#unresolved === 0;
  }

  /** Counts a newcomer that got in. */
  resolve(): void {
    this.#resolved = Math.min(this.#resolved + 1, countMax);
  }

  /** Counts a newcomer that never got in, with the accounts it tried. */
  giveUp(accounts: readonly string[]): void {
    this.#unresolved = Math.min(this.#unresolved + 1, countMax);
    for (const bucket of new Set(accounts.map(bucketOf))) {
      this.#raise(bucket, 1);
    }
  }

  /**
   * Newcomers that tried `account`: never too few while below 255, and too many by those
   * whose accounts share its bucket.
   */
  triesOf(account: string): number {
    return this.#accounts[bucketOf(account)] ?? 0;
  }

  /** Adds what another tally counted. */
  merge(other: NewcomerTally): void {
    this.#resolved = Math.min(this.#resolved + other.#resolved, countMax);
    this.#unresolved = Math.min(this.#unresolved + other.#unresolved, countMax);
    other.#accounts.forEach((count, bucket) => this.#raise(bucket, count));
  }

  /** Raises every count to what `other` has, where that is more. */
  raiseTo(other: NewcomerTally): void {
    this.#resolved = Math.max(this.#resolved, other.#resolved);
    this.#unresolved = Math.max(this.#unresolved, other.#unresolved);
    other.#accounts.forEach((count, bucket) => {
      this.#accounts[bucket] = Math.max(this.#accounts[bucket] ?? 0, count);
    });
  }

  /** What this tally counted beyond `other`. */
  beyond(other: NewcomerTally): NewcomerTally {
    const more = new NewcomerTally();
    more.#resolved = Math.max(0, this.#resolved - other.#resolved);
    more.#unresolved = Math.max(0, this.#unresolved - other.#unresolved);
    this.#accounts.forEach((count, bucket) => {
      const known = other.#accounts[bucket] ?? 0;
      more.#accounts[bucket] = Math.max(0, count - known);
    });
    return more;
  }

  /**
   * The sum of `tallies` in which none counts for more than the largest that is left
   * when the `distrusted` largest are set aside, count by count. So many
   * liars, whatever they tell, add no more than so many times what
   * somebody else told, and nothing where nobody else told anything.
   */
  static levelSum(
    tallies: readonly NewcomerTally[],
    distrusted: number,
  ): NewcomerTally {
    const level = (counts: number[]) => {
      const told = counts.filter((count) => count > 0);
      const most = told.sort((a, b) => b - a)[distrusted] ?? 0;
      return told.reduce((sum, count) => sum + Math.min(count, most), 0);
    };
    const sum = new NewcomerTally();
    const of = (count: (tally: NewcomerTally) => number) =>
      level(tallies.map(count));
    sum.#resolved = Math.min(of((tally) => tally.#resolved), countMax);
    sum.#unresolved = Math.min(of((tally) => tally.#unresolved), countMax);
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      sum.#raise(bucket, of((tally) => tally.#accounts[bucket] ?? 0));
    }
    return sum;
  }

  /** Forgets everything. */
  clear(): void {
    this.#resolved = 0;
    this.#unresolved = 0;
    this.#accounts.fill(0);
  }

  /** Writes the tally; the layout is above. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(tallyBytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, this.#resolved);
    view.setUint16(2, this.#unresolved);
    bytes.set(this.#accounts, 4);
    return bytes;
  }

  /** Reads what another host wrote; `undefined` if it is no tally. */
  static decode(bytes: Uint8Array): NewcomerTally | undefined {
    if (bytes.length !== tallyBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, tallyBytes);
    const tally = new NewcomerTally();
    tally.#resolved = view.getUint16(0);
    tally.#unresolved = view.getUint16(2);
    tally.#accounts.set(bytes.subarray(4));
    return tally;
  }

  #raise(bucket: number, by: number): void {
    this.#accounts[bucket] = Math.min(
      (this.#accounts[bucket] ?? 0) + by,
      bucketMax,
    );
  }
}

/** FNV-1a, 32 bits (RFC 9923), folded: every host puts a name in one bucket. */
function bucketOf(account: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < account.length; at++) {
    hash = Math.imul(hash ^ account.charCodeAt(at), 0x01000193);
  }
  return ((hash >>> 16) ^ hash) & (bucketCount - 1);
}
