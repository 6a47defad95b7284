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

/** Words of 32 bits, by slot, beside the hash of the address. */
const [scoreWord, lastWord, firstWord, metWord, destinationWord, smallWord] = [
  0,
  1,
  2,
  3,
  3 + bitsPerSource / 32,
  4 + bitsPerSource / 32,
];
const slotWords = 5 + bitsPerSource / 32;
/** Fading over so many seconds is kept; most sources of a bucket are recent. */
const fadingsMax = 1_024;

/**
 * Numbers of one source, by slot. The hashes of a bucket lie side by side, and
 * so do the numbers of a source: a look-up reads two places in memory.
 */
export class FirstContactTable {
  readonly slots: number;
  /** Low and high half of the hash; a high half of 0 is no source. */
  readonly #hashes: Uint32Array;
  readonly #words: Uint32Array;
  /** The same memory; scores are read here. */
  readonly #floats: Float32Array;
  readonly #halfLifeS: number;
  readonly #fadings: Float64Array;
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
    this.#hashes = new Uint32Array(2 * slots);
    this.#words = new Uint32Array(slotWords * slots);
    this.#floats = new Float32Array(this.#words.buffer);
    this.#fadings = Float64Array.from(
      { length: fadingsMax },
      (_, sinceS) => 2 ** (-sinceS / halfLifeS),
    );
  }

  /** All memory of the table. */
  get byteLength(): number {
    return this.#hashes.byteLength + this.#words.byteLength;
  }

  /** The slot of `source`, emptied for it if it is new. */
  slotOf(source: string, nowS: number): number {
    const low = hashOf(source, 0x811c9dc5);
    const high = hashOf(source, 0x9e3779b9) || 1;
    const start = (low % (this.slots / ways)) * ways;
    const hashes = this.#hashes;
    for (let slot = start; slot < start + ways; slot++) {
      if (hashes[2 * slot + 1] === high && hashes[2 * slot] === low) {
        return slot;
      }
    }
    const slot = this.#worstOf(start, nowS);
    if (hashes[2 * slot + 1] !== 0) this.evicted++;
    hashes[2 * slot] = low;
    hashes[2 * slot + 1] = high;
    const at = slot * slotWords;
    this.#words.fill(0, at, at + slotWords);
    this.#words[at + lastWord] = nowS;
    return slot;
  }

  /** The score as it has faded until `nowS`. */
  scoreAt(slot: number, nowS: number): number {
    const score = this.#floats[slot * slotWords + scoreWord] ?? 0;
    if (score === 0) return 0;
    const sinceS = Math.max(0, nowS - this.lastSecond(slot));
    return score *
      (this.#fadings[sinceS] ?? 2 ** (-sinceS / this.#halfLifeS));
  }

  /** Sets the score as of `nowS`; a second before the last is the same moment. */
  score(slot: number, score: number, nowS: number): void {
    const at = slot * slotWords;
    this.#floats[at + scoreWord] = score;
    this.#words[at + lastWord] = Math.max(nowS, this.lastSecond(slot));
  }

  /** Second of the last contact. */
  lastSecond(slot: number): number {
    return this.#words[slot * slotWords + lastWord] ?? 0;
  }

  /** Second of the first failure that counts. */
  firstSecond(slot: number): number {
    return this.#words[slot * slotWords + firstWord] ?? 0;
  }

  /** Failures that count. */
  failures(slot: number): number {
    return this.#small(slot) & 0xffff;
  }

  /** Counts a failure, up to 65,535. */
  fail(slot: number, nowS: number): void {
    const failures = this.failures(slot);
    const at = slot * slotWords;
    if (failures === 0) this.#words[at + firstWord] = nowS;
    if (failures < 0xffff) this.#words[at + smallWord] = this.#small(slot) + 1;
  }

  /** Contacts taught to the baseline. */
  lessons(slot: number): number {
    return this.#small(slot) >>> 16 & 0xff;
  }

  /** Counts a lesson; there are less than 256. */
  teach(slot: number): void {
    this.#words[slot * slotWords + smallWord] = this.#small(slot) + 0x1_0000;
  }

  /** Whether a contact had a handshake. */
  hasHandshake(slot: number): boolean {
    return this.#small(slot) >>> 24 !== 0;
  }

  /** Takes note of a handshake. */
  shakeHands(slot: number): void {
    this.#words[slot * slotWords + smallWord] = this.#small(slot) | 0x100_0000;
  }

  /** Begins a new walk; what was met and taught stays so. */
  restart(slot: number): void {
    const at = slot * slotWords;
    this.#floats[at + scoreWord] = 0;
    this.#words[at + smallWord] = this.#small(slot) & 0xff_0000;
  }

  /** Takes note of a contact; returns whether it is the first. */
  meet(slot: number, destination: string, port: number): boolean {
    const bit = hashOf(destination, port) % bitsPerSource;
    const start = slot * slotWords + metWord;
    const at = start + (bit >>> 5);
    const mask = 1 << (bit & 31);
    const word = this.#words[at] ?? 0;
    if (word & mask) return false;
    if (this.#countMet(start) >= bitsMax) {
      this.#words.fill(0, start, start + bitsPerSource / 32);
    }
    this.#words[at] = (this.#words[at] ?? 0) | mask;
    return true;
  }

  /** Takes note; returns whether the last destination was another. */
  turnTo(slot: number, destination: string): boolean {
    const hash = hashOf(destination, 1);
    const at = slot * slotWords + destinationWord;
    const isOther = this.#words[at] !== hash;
    this.#words[at] = hash;
    return isOther;
  }

  /** Failures (16 bits), lessons (8), whether there was a handshake (8). */
  #small(slot: number): number {
    return this.#words[slot * slotWords + smallWord] ?? 0;
  }

  /** Whom a bucket can spare: a free slot, else the lowest and oldest score. */
  #worstOf(start: number, nowS: number): number {
    let worst = start;
    let worstScore = Infinity;
    for (let slot = start; slot < start + ways; slot++) {
      if (this.#hashes[2 * slot + 1] === 0) return slot;
      const score = Math.abs(this.scoreAt(slot, nowS));
      const isOlder = score === worstScore &&
        this.lastSecond(slot) < this.lastSecond(worst);
      if (score < worstScore || isOlder) {
        worst = slot;
        worstScore = score;
      }
    }
    return worst;
  }

  #countMet(start: number): number {
    let count = 0;
    for (let at = start; at < start + bitsPerSource / 32; at++) {
      for (let word = this.#words[at] ?? 0; word !== 0; word &= word - 1) {
        count++;
      }
    }
    return count;
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
