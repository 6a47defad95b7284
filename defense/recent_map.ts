/**
 * A map that holds a fixed number of entries and, when full, gives up the one
 * that was not used for longest. Every operation costs the same however full
 * it is; a plain `Map` whose first key is deleted again and again does not.
 *
 * @module
 */

interface Entry<K, V> {
  readonly key: K;
  value: V;
  older: Entry<K, V> | undefined;
  newer: Entry<K, V> | undefined;
}

/**
 * Entries in the order of their last use.
 *
 * @example
 * ```ts
 * import { RecentMap } from "./recent_map.ts";
 *
 * const ages = new RecentMap<string, number>(2);
 * ages.set("ada", 36);
 * ages.set("bob", 40);
 * ages.use("ada");
 * ages.set("eve", 1); // gives up "bob"
 * ```
 */
export class RecentMap<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>();
  readonly #sizeMax: number;
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;

  /**
   * An empty map.
   *
   * @throws {RangeError} If `sizeMax` is below 1.
   */
  constructor(sizeMax: number) {
    if (!(sizeMax >= 1)) {
      throw new RangeError(
        `Cannot remember ${sizeMax} entries: expected 1 or more`,
      );
    }
    this.#sizeMax = sizeMax;
  }

  /** Entries held. */
  get size(): number {
    return this.#entries.size;
  }

  /** Looks without using. */
  get(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Whether it is held; looks without using. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Looks, and makes the entry the most recent. */
  use(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#append(entry);
    }
    return entry.value;
  }

  /**
   * Sets an entry and makes it the most recent.
   *
   * @returns Whether another entry was given up for it.
   */
  set(key: K, value: V): boolean {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      this.use(key);
      return false;
    }
    const oldest = this.#oldest;
    const isFull = this.#entries.size >= this.#sizeMax && oldest !== undefined;
    if (isFull) this.delete(oldest.key);
    const entry = { key, value, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    return isFull;
  }

  /** Gives one up; whether it was there. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#unlink(entry);
    return true;
  }

  /** Gives up everything. */
  clear(): void {
    this.#entries.clear();
    this.#oldest = this.#newest = undefined;
  }

  /** The entry that was not used for longest. */
  oldest(): { readonly key: K; readonly value: V } | undefined {
    return this.#oldest;
  }

  /** All entries, the one that was not used for longest first. */
  *entries(): Generator<readonly [K, V], void, void> {
    for (let entry = this.#oldest; entry; entry = entry.newer) {
      yield [entry.key, entry.value];
    }
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry<K, V>): void {
    if (entry.older) entry.older.newer = entry.newer;
    else this.#oldest = entry.newer;
    if (entry.newer) entry.newer.older = entry.older;
    else this.#newest = entry.older;
  }
}
