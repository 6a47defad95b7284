/**
 * Small whole numbers for keys, so that what is kept of a key can lie in arrays
 * of plain numbers: as many keys as there are slots, in the order of their last
 * use. Two links per slot lie side by side in one array, so a use touches little
 * memory however many keys there are.
 *
 * Bound: `sizeMax` keys. Who adds one more drops the oldest first, since only
 * the caller knows what else hangs on a slot.
 *
 * @module
 */

/** Says that there is no slot. */
export const noSlot = -1;
const firstCapacity = 64;

/**
 * Keys with a slot each.
 *
 * @example
 * ```ts
 * import { RecentSlots } from "./recent_slots.ts";
 *
 * const slots = new RecentSlots<string>(2);
 * const ages = new Float64Array(2);
 * ages[slots.add("ada")] = 36;
 * ages[slots.add("bob")] = 40;
 * slots.use(slots.find("ada"));
 * slots.dropOldest(); // gives up "bob"
 * ```
 */
export class RecentSlots<K> {
  readonly #sizeMax: number;
  readonly #slots = new Map<K, number>();
  readonly #keys: (K | undefined)[] = [];
  readonly #free: number[] = [];
  /** Of slot `s`: the older neighbour at `2s`, the newer one at `2s + 1`. */
  #links = new Int32Array(2 * firstCapacity);
  #oldest = noSlot;
  #newest = noSlot;

  /** @throws {RangeError} If `sizeMax` is below 1. */
  constructor(sizeMax: number) {
    if (!(sizeMax >= 1)) {
      throw new RangeError(
        `Cannot remember ${sizeMax} keys: expected 1 or more`,
      );
    }
    this.#sizeMax = sizeMax;
  }

  /** Keys at present. */
  get size(): number {
    return this.#slots.size;
  }

  /** Whether one must go before another comes. */
  get isFull(): boolean {
    return this.#slots.size >= this.#sizeMax;
  }

  /** The slot of `key`, or `noSlot`; looks without using. */
  find(key: K): number {
    return this.#slots.get(key) ?? noSlot;
  }

  /** Makes a slot that is taken the most recent. */
  use(slot: number): void {
    if (slot === this.#newest) return;
    this.#unlink(slot);
    this.#append(slot);
  }

  /**
   * Takes a slot for a key that has none, and makes it the most recent. Slots
   * are numbered from 0 and used again, so all are below `sizeMax`.
   *
   * @throws {RangeError} If there is no room.
   */
  add(key: K): number {
    if (this.isFull) {
      throw new RangeError(
        `Cannot remember another key beside ${this.#sizeMax}: drop the oldest first`,
      );
    }
    const slot = this.#free.pop() ?? this.#keys.length;
    this.#keys[slot] = key;
    this.#slots.set(key, slot);
    if (2 * slot >= this.#links.length) {
      const links = new Int32Array(2 * this.#links.length);
      links.set(this.#links);
      this.#links = links;
    }
    this.#append(slot);
    return slot;
  }

  /** Gives up a slot that is taken. */
  drop(slot: number): void {
    this.#slots.delete(this.#keys[slot] as K);
    this.#keys[slot] = undefined;
    this.#unlink(slot);
    this.#free.push(slot);
  }

  /** Gives up the key that was not used for longest; its slot, or `noSlot`. */
  dropOldest(): number {
    const slot = this.#oldest;
    if (slot !== noSlot) this.drop(slot);
    return slot;
  }

  #append(slot: number): void {
    const links = this.#links;
    links[2 * slot] = this.#newest;
    links[2 * slot + 1] = noSlot;
    if (this.#newest === noSlot) this.#oldest = slot;
    else links[2 * this.#newest + 1] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const links = this.#links;
    const older = links[2 * slot] ?? noSlot;
    const newer = links[2 * slot + 1] ?? noSlot;
    if (older === noSlot) this.#oldest = newer;
    else links[2 * older + 1] = newer;
    if (newer === noSlot) this.#newest = older;
    else links[2 * newer] = older;
  }
}
