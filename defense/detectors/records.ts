/**
 * What detectors remember of many subjects, as plain numbers that lie side by
 * side: one record per subject, in pages of memory that the garbage collector
 * need not look into. Each page is as large as all before it, so that there are
 * few, and no record has to move for others. A flood of sources costs no objects, and an observation
 * touches one place in memory, not one per detector.
 *
 * Detectors first say what they need: words (`reserve`), and lists that grow
 * (`reserveList`). Then a record is opened before they are asked, and each finds
 * its own words in it:
 *
 * ```text
 * at                at + fixed words
 * ├ word │ word │ … ┤ list 0: room entries │ list 1: room entries │ … ┤
 * ```
 *
 * All lists of a record have room for the same number of entries. A record that
 * needs more moves to where there is more, so that most stay small.
 *
 * Bound: whoever opens records decides how many there are; a record has room
 * for at most `roomMax` entries in each list, which detectors keep to.
 *
 * @module
 */

/** Entries that a list can have; no detector remembers more. */
export const roomMax = 64;
/**
 * Room of records of each size. Few steps, since those who need more all leave
 * a place behind them; small first ones, since most sources of a flood do one
 * thing. Our choice.
 */
const rooms = [2, 8, 32, roomMax];
/** Says that there is no record. */
export const noRecord = -1;
/** Of the first page: 32 KiB, small beside what an isolate takes. */
const pageWords = 4_096;
/** Records of one size; the number of the size stands above in a handle. */
const indexBits = 24;

/** All records with the same room. */
interface Size {
  readonly room: number;
  readonly words: number;
  /** The first page has 2 to the power of this records. */
  readonly firstBits: number;
  readonly pages: Float64Array[];
  /** Records ever used, and those of them that are free again. */
  used: number;
  readonly free: number[];
}

/** Records of one kind, of which one is open at a time. */
export class Records {
  /** Words of the open record begin at `at`. */
  words: Float64Array = new Float64Array(0);
  at = 0;
  /** Entries that fit into each list of the open record. */
  room = 0;
  /** The open record; another one after {@linkcode Records.grow}. */
  handle = noRecord;
  /** A new record's words. */
  readonly #blank: number[] = [];
  readonly #listWords: number[] = [];
  #elastic = 0;
  readonly #sizes: Size[] = [];

  /**
   * Asks for a word in every record.
   *
   * @param initial What it holds in a new one.
   * @returns Its place behind `at`.
   */
  reserve(initial = 0): number {
    this.#refuseLate();
    return this.#blank.push(initial) - 1;
  }

  /**
   * Asks for a list in every record.
   *
   * @param entryWords Words of an entry; how many entries there are, the
   *   detector keeps in a word.
   * @returns For {@linkcode Records.listAt}.
   */
  reserveList(entryWords: number): number {
    this.#refuseLate();
    this.#listWords.push(entryWords);
    this.#elastic += entryWords;
    return this.#elastic - entryWords;
  }

  /** Where the open record's list begins in `words`. */
  listAt(list: number): number {
    return this.at + this.#blank.length + this.room * list;
  }

  /** Opens a new record. */
  create(): void {
    if (this.#sizes.length === 0) this.#makeSizes();
    this.#occupy(0);
    const { words, at } = this;
    for (let word = 0; word < this.#blank.length; word++) {
      words[at + word] = this.#blank[word] ?? 0;
    }
  }

  /** Opens a record. */
  open(handle: number): void {
    const size = this.#sizes[handle >>> indexBits] as Size;
    const index = handle & ((1 << indexBits) - 1);
    const page = pageOf(index, size.firstBits);
    this.words = size.pages[page] as Float64Array;
    this.at = (index - startOf(page, size.firstBits)) * size.words;
    this.room = size.room;
    this.handle = handle;
  }

  /**
   * Gives each list of the open record more room, up to `roomMax`. The record
   * moves: `words`, `at`, `handle` and places of lists are others then.
   */
  grow(): void {
    const { words, at, room, handle } = this;
    if (room >= roomMax) return;
    this.#occupy((handle >>> indexBits) + 1);
    const fixed = this.#blank.length;
    this.#copy(words, at, this.at, fixed);
    let list = 0;
    for (const entryWords of this.#listWords) {
      const from = at + fixed + room * list;
      this.#copy(words, from, this.listAt(list), room * entryWords);
      list += entryWords;
    }
    this.free(handle);
  }

  /** Into the open record; so few words that a call to `set` would cost more. */
  #copy(from: Float64Array, start: number, to: number, count: number): void {
    for (let word = 0; word < count; word++) {
      this.words[to + word] = from[start + word] ?? 0;
    }
  }

  /** Gives up a record. */
  free(handle: number): void {
    this.#sizes[handle >>> indexBits]?.free.push(
      handle & ((1 << indexBits) - 1),
    );
  }

  /** Words that were asked for so far. */
  get reserved(): number {
    return this.#blank.length;
  }

  /** Makes some words of every record what they are in a new one. */
  blank(from: number, to: number): void {
    for (const { words, firstBits, pages, used } of this.#sizes) {
      for (let index = 0; index < used; index++) {
        const page = pageOf(index, firstBits);
        const at = (index - startOf(page, firstBits)) * words;
        for (let word = from; word < to; word++) {
          (pages[page] as Float64Array)[at + word] = this.#blank[word] ?? 0;
        }
      }
    }
  }

  /** Memory of all pages. */
  get byteLength(): number {
    return this.#sizes.reduce(
      (sum, { pages }) =>
        pages.reduce((bytes, { byteLength }) => bytes + byteLength, sum),
      0,
    );
  }

  #occupy(sizeNumber: number): void {
    const size = this.#sizes[sizeNumber] as Size;
    let index = size.free.pop();
    if (index === undefined) {
      index = size.used++;
      const { pages, firstBits } = size;
      if (pageOf(index, firstBits) === pages.length) {
        const count = Math.max(1 << firstBits, index);
        pages.push(new Float64Array(size.words * count));
      }
    }
    this.open(sizeNumber << indexBits | index);
  }

  #makeSizes(): void {
    for (const room of this.#elastic === 0 ? [0] : rooms) {
      const words = Math.max(1, this.#blank.length + room * this.#elastic);
      const firstBits = Math.max(0, Math.floor(Math.log2(pageWords / words)));
      const pages: Float64Array[] = [];
      this.#sizes.push({ room, words, firstBits, pages, used: 0, free: [] });
    }
  }

  #refuseLate(): void {
    if (this.#sizes.length > 0) {
      throw new TypeError(
        "Cannot ask for more words: there are records already",
      );
    }
  }
}

/** Pages begin at record 0, then at 1, 2, 4, … times as many as the first has. */
function pageOf(index: number, firstBits: number): number {
  return 32 - Math.clz32(index >>> firstBits);
}

function startOf(page: number, firstBits: number): number {
  return page === 0 ? 0 : 1 << (firstBits + page - 1);
}
