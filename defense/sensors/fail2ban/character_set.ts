/**
 * Sets of characters as Python's `re` knows them for text patterns: `\d`, `\w`
 * and `\s` follow Unicode (`str.isdecimal`, `str.isalnum`, `str.isspace`), and
 * a set in brackets mixes them with single characters and ranges.
 *
 * A set is asked for every character of a line, so the answer for Latin-1 is
 * a table; the rest is computed. Characters beyond U+FFFF are seen as their
 * two UTF-16 halves, which are no letters and count as two.
 *
 * @module
 */

/** How many code units the table answers for. */
const tableSize = 256;

/** What a set is made of, before case and negation. */
export type SetItem =
  | { readonly from: number; readonly to: number }
  | { readonly named: "d" | "w" | "s"; readonly negated: boolean };

/** A set of characters, ready to be asked. */
export interface CharacterSet {
  /** 1 for each code unit below 256 that is in the set. */
  readonly table: Uint8Array;
  /** The answer for the others. */
  beyond(code: number): boolean;
}

/** Whether `code` is in `set`. */
export function isIn(set: CharacterSet, code: number): boolean {
  return code < tableSize ? set.table[code] === 1 : set.beyond(code);
}

/**
 * Builds a set.
 *
 * @param fold Whether case is ignored.
 * @param ascii Whether `\d`, `\w` and `\s` know ASCII only.
 */
export function characterSet(
  items: readonly SetItem[],
  negated: boolean,
  fold: boolean,
  ascii: boolean,
): CharacterSet {
  const has = (code: number): boolean =>
    items.some((item) => holds(item, code, ascii));
  const member = (code: number): boolean =>
    (has(code) || (fold && otherCases(code).some(has))) !== negated;
  const table = new Uint8Array(tableSize);
  for (const item of items) {
    if ("from" in item) {
      table.fill(1, item.from, Math.min(item.to + 1, tableSize));
      continue;
    }
    const known = (ascii ? asciiTables : tables)[item.named];
    for (let code = 0; code < tableSize; code++) {
      table[code]! |= known[code]! ^ +item.negated;
    }
  }
  if (fold) {
    const exact = table.slice();
    for (const [code, cases] of latinCases) {
      const isOther = cases.some((other) =>
        other < tableSize ? exact[other] === 1 : has(other)
      );
      if (isOther) table[code] = 1;
    }
  }
  if (negated) {
    for (let code = 0; code < tableSize; code++) table[code]! ^= 1;
  }
  return { table, beyond: member };
}

/** Letters of the table that have other cases, with these. */
const latinCases: readonly (readonly [number, readonly number[]])[] = Array
  .from({ length: tableSize }, (_, code) => [code, otherCases(code)] as const)
  .filter(([, cases]) => cases.length > 0);
const tables = namedTables(false);
const asciiTables = namedTables(true);

function namedTables(ascii: boolean): Record<"d" | "w" | "s", Uint8Array> {
  const table = (name: "d" | "w" | "s") =>
    Uint8Array.from(
      { length: tableSize },
      (_, code) => +isNamed(name, code, ascii),
    );
  return { d: table("d"), w: table("w"), s: table("s") };
}

/** Every character but the end of a line: Python's dot. */
export const anyButNewline: CharacterSet = characterSet(
  [{ from: 10, to: 10 }],
  true,
  false,
  false,
);

/** Every character. */
export const anything: CharacterSet = characterSet([], true, false, false);

/** Whether `\w` takes this character. */
export function isWord(code: number, ascii: boolean): boolean {
  if (code < 128) {
    return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) || code === 95;
  }
  if (ascii) return false;
  return /[\p{L}\p{N}]/u.test(String.fromCharCode(code));
}

/** The same letter in the other cases. */
export function otherCases(code: number): number[] {
  const letter = String.fromCharCode(code);
  const cases = new Set<number>();
  for (const other of [letter.toLowerCase(), letter.toUpperCase()]) {
    if (other.length === 1) cases.add(other.charCodeAt(0));
  }
  // U+017F and U+212A fold to `s` and `k` (Unicode CaseFolding.txt).
  if (letter === "s" || letter === "S") cases.add(0x17f);
  if (letter === "k" || letter === "K") cases.add(0x212a);
  cases.delete(code);
  return [...cases];
}

function holds(item: SetItem, code: number, ascii: boolean): boolean {
  if ("from" in item) return code >= item.from && code <= item.to;
  return isNamed(item.named, code, ascii) !== item.negated;
}

function isNamed(name: "d" | "w" | "s", code: number, ascii: boolean): boolean {
  switch (name) {
    case "w":
      return isWord(code, ascii);
    case "d":
      return (code >= 48 && code <= 57) ||
        (!ascii && code > 127 && /\p{Nd}/u.test(String.fromCharCode(code)));
    case "s":
      if (code === 32 || (code >= 9 && code <= 13)) return true;
      return !ascii &&
        ((code >= 0x1c && code <= 0x1f) || code === 0x85 ||
          (code > 127 && code !== 0xfeff &&
            /\s/.test(String.fromCharCode(code))));
  }
}
