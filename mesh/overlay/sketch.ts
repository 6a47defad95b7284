/**
 * A sketch of a set: what two ends of a link exchange to find out which
 * messages only one of them holds, at a cost that does not grow with the set.
 *
 * It is an invertible Bloom lookup table (Eppstein, Goodrich, Uyeda, Varghese,
 * _What's the Difference?_, SIGCOMM 2011): each item is added to 5 of the 80
 * symbols. The exclusive or of two sketches is the sketch of the symmetric
 * difference, and is decoded by peeling: a symbol that holds one item gives it
 * away, and is then taken out of the others.
 *
 * | offset | size | meaning (one of 80 symbols)                      |
 * | ------ | ---- | ------------------------------------------------ |
 * | 0      | 8    | exclusive or of the marks of its items           |
 * | 8      | 4    | exclusive or of a 32-bit check of each mark      |
 *
 * Departs from the paper: no count of items, because who holds an item is
 * looked up, not read off a sign. The first 80 symbols of a rateless table
 * (Yang, Gilad, Alizadeh, SIGCOMM 2024) were tried in its place: at this fixed
 * size they fail for 0.07 % of differences of 10 and 2.3 % of 40, this one
 * for 0.005 % and 0.03 % (`tests/mesh/overlay/sketch_test.ts`).
 *
 * Marks are cut from SHA-256, so nobody places an honest message. A member
 * can grind marks of its own messages that collide or do not peel: while they
 * differ between two ends, those ends fall back to comparing streams.
 *
 * Bounds: adding or removing an item touches 5 symbols. Decoding any bytes at
 * all peels at most 80 items and then gives up.
 *
 * @module
 */

/** Symbols of a sketch: with 12 bytes each, two cells (see `reconcile.ts`). */
export const sketchSymbols = 80;
/** Bytes of a sketch on a link. */
export const sketchBytes = sketchSymbols * 12;
/** Hex digits of a mark: 8 bytes. */
export const markDigits = 16;

/** Our choice: of 3 to 6, the one that fails least for up to 40 items. */
const symbolsPerItem = 5;
/** Two halves of the marks and the check, for each symbol. */
const wordsPerSymbol = 3;

/** The sketch of a set that items join and leave. */
export class Sketch {
  readonly #words = new Uint32Array(sketchSymbols * wordsPerSymbol);

  /** Adds an item, or removes one that was added. */
  toggle(mark: string): void {
    toggleIn(this.#words, wordsOf(mark));
  }

  /** As it goes over a link, `sketchBytes` long. */
  encode(): Uint8Array {
    const bytes = new Uint8Array(sketchBytes);
    const view = new DataView(bytes.buffer);
    this.#words.forEach((word, at) => view.setUint32(at * 4, word));
    return bytes;
  }

  /**
   * The marks that only one of the two sets contains.
   *
   * @param theirs What a peer sent, `sketchBytes` long; any bytes at all.
   * @returns Undefined if there are too many, or `theirs` is no sketch.
   */
  difference(theirs: Uint8Array): string[] | undefined {
    if (theirs.length !== sketchBytes) return undefined;
    const words = this.#words.slice();
    const view = new DataView(theirs.buffer, theirs.byteOffset);
    words.forEach((word, at) => words[at] = word ^ view.getUint32(at * 4));
    return peel(words);
  }
}

/** The 64 bits of a mark as two numbers. */
type MarkWords = readonly [high: number, low: number];

function peel(words: Uint32Array): string[] | undefined {
  const found = new Set<string>();
  const pure: number[] = [];
  const look = (symbol: number) => {
    if (isPure(words, symbol)) pure.push(symbol);
  };
  for (let symbol = 0; symbol < sketchSymbols; symbol++) look(symbol);
  for (let at = 0; at < pure.length; at++) {
    const symbol = pure[at]!;
    if (!isPure(words, symbol)) continue;
    const item = markAt(words, symbol);
    const mark = textOf(item);
    // Only bytes that are no sketch of a difference give an item twice, or
    // where it does not belong, or more items than there are symbols.
    if (found.has(mark) || found.size === sketchSymbols) return undefined;
    found.add(mark);
    const touched = toggleIn(words, item);
    if (!touched.includes(symbol)) return undefined;
    touched.forEach(look);
  }
  return words.every((word) => word === 0) ? [...found] : undefined;
}

function isPure(words: Uint32Array, symbol: number): boolean {
  const item = markAt(words, symbol);
  const check = words[symbol * wordsPerSymbol + 2]!;
  if (item[0] === 0 && item[1] === 0 && check === 0) return false;
  return checkOf(item) === check;
}

function markAt(words: Uint32Array, symbol: number): MarkWords {
  const at = symbol * wordsPerSymbol;
  return [words[at]!, words[at + 1]!];
}

/** The symbols that were changed. */
function toggleIn(words: Uint32Array, item: MarkWords): number[] {
  const [high, low] = item;
  const check = checkOf(item);
  const symbols = symbolsOf(item);
  for (const symbol of symbols) {
    const at = symbol * wordsPerSymbol;
    words[at] = words[at]! ^ high;
    words[at + 1] = words[at + 1]! ^ low;
    words[at + 2] = words[at + 2]! ^ check;
  }
  return symbols;
}

/** Five different symbols: 32 bits of the mark as digits to the base 80. */
function symbolsOf([, low]: MarkWords): number[] {
  const symbols: number[] = [];
  let rest = low;
  while (symbols.length < symbolsPerItem) {
    let symbol = rest % sketchSymbols;
    while (symbols.includes(symbol)) symbol = (symbol + 1) % sketchSymbols;
    symbols.push(symbol);
    rest = Math.floor(rest / sketchSymbols);
  }
  return symbols;
}

/** Multiply and shift, so that the check of a sum is not the sum of checks. */
function checkOf([high, low]: MarkWords): number {
  let mixed = Math.imul(high ^ 0x5bd1e995, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ low, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function wordsOf(mark: string): MarkWords {
  const half = markDigits / 2;
  return [
    parseInt(mark.slice(0, half), 16),
    parseInt(mark.slice(half, markDigits), 16),
  ];
}

function textOf([high, low]: MarkWords): string {
  const half = (word: number) =>
    word.toString(16).padStart(markDigits / 2, "0");
  return half(high) + half(low);
}
