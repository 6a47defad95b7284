/**
 * Small whole numbers for addresses, so that what is kept of an address can lie
 * in arrays of plain numbers, in the order of their last use. A few words for
 * it lie in the table itself.
 *
 * The table is set-associative, as a processor's cache is: an address has its
 * place in one bucket of eight cells that lie side by side, so a look-up reads
 * one line of memory and the address itself. Addresses that find their bucket
 * full are kept in a `Map`: 2 in 100 at most when the table is fullest, and all
 * that somebody makes up to meet in one bucket, whose chains the runtime guards.
 *
 * Bound: `sizeMax` addresses. Who adds one more drops the oldest first, since
 * only the caller knows what else hangs on a slot.
 *
 * @module
 */
import type { Address } from "./address.ts";

/** Says that there is no slot. */
export const noSlot = -1;
const firstCapacity = 64;
/** Cells of a bucket: their tags, then their slots, are 64 bytes. */
const ways = 8;
/** Words of a slot: neighbours in the order of use, its tag. */
const [olderWord, newerWord, tagWord] = [0, 1, 2];
const ownWords = 3;

/**
 * Addresses with a slot each.
 *
 * @example
 * ```ts
 * import { parseAddress } from "./address.ts";
 * import { AddressSlots } from "./address_slots.ts";
 *
 * const slots = new AddressSlots(2);
 * const tries = new Float64Array(2);
 * tries[slots.add(parseAddress("192.0.2.1"))] = 36;
 * tries[slots.add(parseAddress("2001:db8::1"))] = 40;
 * slots.use(slots.find(parseAddress("192.0.2.1")));
 * slots.drop(slots.oldest); // gives up 2001:db8::1
 * ```
 */
export class AddressSlots {
  readonly #sizeMax: number;
  #size = 0;
  /** Slots ever taken; those given up since are in `#free`. */
  #used = 0;
  readonly #free: number[] = [];
  readonly #slotWords: number;
  #slots: Int32Array;
  /** For each bucket, `ways` tags and then `ways` slots plus one. */
  #cells = new Int32Array(2 * 2 * firstCapacity);
  readonly #overflow = new Map<Address, number>();
  /** Of IPv6 addresses, whose tags do not say all. */
  readonly #texts = new Map<number, Address>();
  #oldest = noSlot;
  #newest = noSlot;

  /**
   * @param words Words of 32 bits for each slot, for the caller.
   * @throws {RangeError} If `sizeMax` is below 1.
   */
  constructor(sizeMax: number, words = 0) {
    if (!(sizeMax >= 1)) {
      throw new RangeError(
        `Cannot remember ${sizeMax} addresses: expected 1 or more`,
      );
    }
    this.#sizeMax = sizeMax;
    this.#slotWords = ownWords + words;
    this.#slots = new Int32Array(this.#slotWords * firstCapacity);
  }

  /** Addresses at present. */
  get size(): number {
    return this.#size;
  }

  /** Whether one must go before another comes. */
  get isFull(): boolean {
    return this.#size >= this.#sizeMax;
  }

  /** The slot that was not used for longest, or `noSlot`. */
  get oldest(): number {
    return this.#oldest;
  }

  /** The slot of an address, or `noSlot`; looks without using. */
  find(address: Address): number {
    const v4 = numberOf(address);
    const tag = v4 === notIpv4 ? hashOf(address) : v4 | 0;
    const cells = this.#cells;
    const bucket = this.#bucketOf(tag);
    for (let cell = bucket; cell < bucket + ways; cell++) {
      if (cells[cell] !== tag) continue;
      const slot = (cells[cell + ways] ?? 0) - 1;
      if (slot !== noSlot && this.#isOf(slot, address, v4)) return slot;
    }
    if (this.#overflow.size === 0) return noSlot;
    return this.#overflow.get(address) ?? noSlot;
  }

  /** A word of a slot; 0 until it is set. */
  word(slot: number, word: number): number {
    return this.#slots[slot * this.#slotWords + ownWords + word] ?? 0;
  }

  /** Sets a word of a slot. */
  setWord(slot: number, word: number, value: number): void {
    this.#slots[slot * this.#slotWords + ownWords + word] = value;
  }

  /** Makes a slot that is taken the most recent. */
  use(slot: number): void {
    if (slot === this.#newest) return;
    this.#unlink(slot);
    this.#append(slot);
  }

  /**
   * Takes a slot for an address that has none, and makes it the most recent.
   * Slots are numbered from 0 and used again, so all are below `sizeMax`.
   *
   * @throws {RangeError} If there is no room.
   */
  add(address: Address): number {
    if (this.isFull) {
      throw new RangeError(
        `Cannot remember an address beside ${this.#sizeMax}: drop the oldest first`,
      );
    }
    const slot = this.#free.pop() ?? this.#used++;
    const start = slot * this.#slotWords;
    if (start >= this.#slots.length) this.#grow();
    else this.#slots.fill(0, start, start + this.#slotWords);
    const v4 = numberOf(address);
    const tag = v4 === notIpv4 ? hashOf(address) : v4 | 0;
    if (v4 === notIpv4) this.#texts.set(slot, address);
    this.#slots[this.#slotWords * slot + tagWord] = tag;
    this.#size++;
    if (!this.#enter(tag, slot)) this.#overflow.set(address, slot);
    this.#append(slot);
    return slot;
  }

  /** Gives up a slot that is taken. */
  drop(slot: number): void {
    const tag = this.#slots[this.#slotWords * slot + tagWord] ?? 0;
    const cells = this.#cells;
    const bucket = this.#bucketOf(tag);
    let cell = bucket + ways;
    while (cell < bucket + 2 * ways && cells[cell] !== slot + 1) cell++;
    if (cell < bucket + 2 * ways) cells[cell] = 0;
    else this.#overflow.delete(this.#textOf(slot));
    this.#texts.delete(slot);
    this.#unlink(slot);
    this.#size--;
    this.#free.push(slot);
  }

  /** Whether a slot with the tag of an address is its own. */
  #isOf(slot: number, address: Address, v4: number): boolean {
    if (this.#texts.size === 0) return v4 !== notIpv4;
    const text = this.#texts.get(slot);
    return v4 === notIpv4 ? text === address : text === undefined;
  }

  #textOf(slot: number): Address {
    const text = this.#texts.get(slot);
    if (text !== undefined) return text;
    const tag = this.#slots[this.#slotWords * slot + tagWord] ?? 0;
    return [24, 16, 8, 0].map((bits) => tag >>> bits & 255)
      .join(".") as Address;
  }

  /** Where the tags of the bucket begin; Fibonacci hashing (Knuth, TAOCP 6.4). */
  #bucketOf(tag: number): number {
    const buckets = this.#cells.length / (2 * ways);
    const hash = Math.imul(tag ^ tag >>> 15, 0x9e3779b1);
    return ((hash ^ hash >>> 15) & (buckets - 1)) * 2 * ways;
  }

  /** Returns whether there was room in the bucket. */
  #enter(tag: number, slot: number): boolean {
    const cells = this.#cells;
    const bucket = this.#bucketOf(tag);
    for (let cell = bucket; cell < bucket + ways; cell++) {
      if (cells[cell + ways] !== 0) continue;
      cells[cell] = tag;
      cells[cell + ways] = slot + 1;
      return true;
    }
    return false;
  }

  /** Twice the slots, and twice the buckets: at most half of all cells are taken. */
  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    slots.set(this.#slots);
    this.#slots = slots;
    this.#cells = new Int32Array(2 * this.#cells.length);
    this.#overflow.clear();
    for (let slot = this.#oldest; slot !== noSlot;) {
      const tag = slots[this.#slotWords * slot + tagWord] ?? 0;
      if (!this.#enter(tag, slot)) {
        this.#overflow.set(this.#textOf(slot), slot);
      }
      slot = slots[this.#slotWords * slot + newerWord] ?? noSlot;
    }
  }

  #append(slot: number): void {
    const slots = this.#slots;
    slots[this.#slotWords * slot + olderWord] = this.#newest;
    slots[this.#slotWords * slot + newerWord] = noSlot;
    if (this.#newest === noSlot) this.#oldest = slot;
    else slots[this.#slotWords * this.#newest + newerWord] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const slots = this.#slots;
    const older = slots[this.#slotWords * slot + olderWord] ?? noSlot;
    const newer = slots[this.#slotWords * slot + newerWord] ?? noSlot;
    if (older === noSlot) this.#oldest = newer;
    else slots[this.#slotWords * older + newerWord] = newer;
    if (newer === noSlot) this.#newest = older;
    else slots[this.#slotWords * newer + olderWord] = older;
  }
}

/** No number of an IPv4 address. */
const notIpv4 = -1;

/** The 32 bits of an IPv4 address, from its canonical text. */
function numberOf(address: Address): number {
  let number = 0;
  let octet = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === 46) { // the dot
      number = number << 8 | octet;
      octet = 0;
    } else if (code > 57) return notIpv4; // a letter or a colon
    else octet = octet * 10 + code - 48;
  }
  return (number << 8 | octet) >>> 0;
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
