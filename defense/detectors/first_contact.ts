/**
 * Which things a subject has done before: only a *first* contact with a
 * destination says whether the subject knew where to go (Jung et al. 2004,
 * section 3). Things are remembered as 32-bit hashes.
 *
 * Bound: `contactsMax` things; the oldest is forgotten and would then count
 * as new. Two things share a hash with a chance of 2^-32; one is then missed.
 *
 * @module
 */
import { type Records, roomMax } from "./records.ts";

/** Far more than the nine that a scan needs to be seen. Our choice. */
export const contactsMax = roomMax;

/** What the subject of the open record has done. */
export class FirstContacts {
  readonly #records: Records;
  readonly #size: number;
  /** Where the oldest is, when there are as many as can be. */
  readonly #next: number;
  readonly #hashes: number;

  constructor(records: Records) {
    this.#records = records;
    this.#size = records.reserve();
    this.#next = records.reserve();
    this.#hashes = records.reserveList(1);
  }

  /** Takes note of a thing's hash; returns whether this is the first time. */
  meet(hash: number): boolean {
    const records = this.#records;
    const size = records.words[records.at + this.#size] ?? 0;
    if (this.#includes(hash, size)) return false;
    if (size < contactsMax) {
      if (size === records.room) records.grow();
      records.words[records.listAt(this.#hashes) + size] = hash;
      records.words[records.at + this.#size] = size + 1;
      return true;
    }
    const { words, at } = records;
    const next = words[at + this.#next] ?? 0;
    words[records.listAt(this.#hashes) + next] = hash;
    words[at + this.#next] = (next + 1) % contactsMax;
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    const { words, at } = this.#records;
    words[at + this.#size] = 0;
    words[at + this.#next] = 0;
  }

  #includes(hash: number, size: number): boolean {
    const { words } = this.#records;
    const start = this.#records.listAt(this.#hashes);
    for (let place = start; place < start + size; place++) {
      if (words[place] === hash) return true;
    }
    return false;
  }
}

/** Hash of a list of values: FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923), over UTF-16 units. */
export function hashOf(thing: readonly unknown[]): number {
  let hash = hashOfNothing;
  for (const part of thing) hash = hashWith(hash, part);
  return hash;
}

/** Hash of the empty list. */
export const hashOfNothing = 0x811c9dc5 | 0;

/** Hash of a list with one more value. */
export function hashWith(hash: number, part: unknown): number {
  const text = String(part);
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return Math.imul(hash ^ 0xff_ff, 0x01000193);
}
