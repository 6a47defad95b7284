/**
 * The first contacts of many sources over days, in little memory: where one
 * probe comes in ten minutes, what was seen of a source must outlast a flood
 * of other sources.
 *
 * | bytes | per source |
 * | --- | --- |
 * | 8 | hash of the address |
 * | 4 | score of the walk, nats |
 * | 4 + 4 | seconds of the first failure that counts and of the last contact |
 * | 2 | failures that count |
 * | 2 | contacts taught to the baseline; whether one had a handshake |
 * | 16 | which (destination, port) were met, a set of 128 bits |
 * | 4 | hash of the last destination |
 *
 * Bound: a table of `ways` slots for each hash. When they are taken, the
 * source with the lowest score goes, of equals the one seen least recently: so
 * forged sources, each with one failure, cannot push out a patient scanner.
 * Two things share a bit of 128 now and then; the second is then taken for a
 * repetition. Seconds are 32 bits, up to 2106.
 *
 * @module
 */

const ways = 8;
const bitsPerSource = 128;
/** A fuller set would take most of what is new for old; it is emptied. */
const bitsMax = 96;

/** Bytes of one source. */
export const bytesPerSource = 44;

/** Numbers of one source, by slot. */
export class FirstContactTable {
  readonly slots: number;
  readonly scores: Float32Array;
  readonly lastSeconds: Uint32Array;
  readonly firstSeconds: Uint32Array;
  readonly failures: Uint16Array;
  readonly lessons: Uint8Array;
  readonly handshakes: Uint8Array;
  readonly #lastDestinations: Uint32Array;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #met: Uint32Array;
  readonly #halfLifeS: number;
  /** Sources given up for others. */
  evicted = 0;

  /**
   * @param sources Slots; rounded up to a multiple of 8.
   * @param halfLifeS Seconds in which a score fades by half.
   */
  constructor(sources: number, halfLifeS: number) {
    const slots = Math.ceil(sources / ways) * ways;
    this.slots = slots;
    this.#halfLifeS = halfLifeS;
    this.scores = new Float32Array(slots);
    this.lastSeconds = new Uint32Array(slots);
    this.firstSeconds = new Uint32Array(slots);
    this.failures = new Uint16Array(slots);
    this.lessons = new Uint8Array(slots);
    this.handshakes = new Uint8Array(slots);
    this.#lastDestinations = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#high = new Uint32Array(slots);
    this.#met = new Uint32Array(slots * bitsPerSource / 32);
  }

  /** All memory of the table. */
  get byteLength(): number {
    return [
      this.scores,
      this.lastSeconds,
      this.firstSeconds,
      this.failures,
      this.lessons,
      this.handshakes,
      this.#lastDestinations,
      this.#low,
      this.#high,
      this.#met,
    ].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** The slot of `source`, emptied for it if it is new. */
  slotOf(source: string, nowS: number): number {
    const low = hashOf(source, 0x811c9dc5);
    const high = hashOf(source, 0x9e3779b9) || 1;
    const start = (low % (this.slots / ways)) * ways;
    let worst = start;
    let worstScore = Infinity;
    for (let slot = start; slot < start + ways; slot++) {
      if (this.#high[slot] === high && this.#low[slot] === low) return slot;
      const score = this.#high[slot] === 0
        ? -Infinity
        : Math.abs(this.scoreAt(slot, nowS));
      const isOlder = score === worstScore &&
        (this.lastSeconds[slot] ?? 0) < (this.lastSeconds[worst] ?? 0);
      if (score < worstScore || isOlder) {
        worst = slot;
        worstScore = score;
      }
    }
    if (this.#high[worst] !== 0) this.evicted++;
    this.#low[worst] = low;
    this.#high[worst] = high;
    this.lessons[worst] = 0;
    this.#lastDestinations[worst] = 0;
    this.lastSeconds[worst] = nowS;
    this.restart(worst);
    this.#forgetMet(worst);
    return worst;
  }

  /** The score as it has faded until `nowS`. */
  scoreAt(slot: number, nowS: number): number {
    const score = this.scores[slot] ?? 0;
    if (score === 0) return 0;
    const sinceS = Math.max(0, nowS - (this.lastSeconds[slot] ?? 0));
    return score * 2 ** (-sinceS / this.#halfLifeS);
  }

  /** Begins a new walk; what was met stays met. */
  restart(slot: number): void {
    this.scores[slot] = 0;
    this.failures[slot] = 0;
    this.handshakes[slot] = 0;
  }

  /** Takes note of a contact; returns whether it is the first. */
  meet(slot: number, destination: string, port: number): boolean {
    const bit = hashOf(destination, port) % bitsPerSource;
    const at = slot * (bitsPerSource / 32) + (bit >>> 5);
    const mask = 1 << (bit & 31);
    const word = this.#met[at] ?? 0;
    if (word & mask) return false;
    if (this.#countMet(slot) >= bitsMax) this.#forgetMet(slot);
    this.#met[at] = (this.#met[at] ?? 0) | mask;
    return true;
  }

  /** Takes note; returns whether the last destination was another. */
  turnTo(slot: number, destination: string): boolean {
    const hash = hashOf(destination, 1);
    const isOther = this.#lastDestinations[slot] !== hash;
    this.#lastDestinations[slot] = hash;
    return isOther;
  }

  #countMet(slot: number): number {
    const start = slot * (bitsPerSource / 32);
    let count = 0;
    for (let at = start; at < start + bitsPerSource / 32; at++) {
      for (let word = this.#met[at] ?? 0; word !== 0; word &= word - 1) count++;
    }
    return count;
  }

  #forgetMet(slot: number): void {
    const start = slot * (bitsPerSource / 32);
    this.#met.fill(0, start, start + bitsPerSource / 32);
  }
}

/** FNV-1a, 32 bits, from `seed`, with MurmurHash3's finish to spread low bits. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ Math.imul(seed, 0x01000193);
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}
