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

/** Far more than the nine that a scan needs to be seen. Our choice. */
export const contactsMax = 64;

/** What one subject has done. */
export class FirstContacts {
  readonly #hashes: number[] = [];
  #next = 0;

  /** Takes note; returns whether this is the first time. */
  meet(thing: readonly unknown[]): boolean {
    const hash = hashOf(thing);
    if (this.#hashes.includes(hash)) return false;
    if (this.#hashes.length < contactsMax) this.#hashes.push(hash);
    else {
      this.#hashes[this.#next] = hash;
      this.#next = (this.#next + 1) % contactsMax;
    }
    return true;
  }

  /** Forgets everything. */
  clear(): void {
    this.#hashes.length = 0;
    this.#next = 0;
  }
}

/** Hash of a list of values: FNV-1a, 32 bits (Fowler, Noll, Vo; RFC 9923), over UTF-16 units. */
export function hashOf(thing: readonly unknown[]): number {
  let hash = 0x811c9dc5;
  for (const part of thing) {
    const text = String(part);
    for (let at = 0; at < text.length; at++) {
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    }
    hash = Math.imul(hash ^ 0xff_ff, 0x01000193);
  }
  return hash | 0;
}
