/**
 * How often a part of a pattern is repeated: `*`, `+`, `?`, `{2}`, `{2,}`,
 * `{,3}`, `{2,3}` (Python 3.11 library reference, "Regular Expression
 * Syntax"). How it chooses, `?` or `+` behind it, is read elsewhere.
 *
 * @module
 */

/** Python's MAXREPEAT is larger; nothing honest comes near. */
const countMax = 1_000;

/** Bounds, and where the text goes on. */
export interface Quantifier {
  readonly min: number;
  /** `Infinity` for none. */
  readonly max: number;
  readonly end: number;
}

const counts = /\{(\d*)(,?)(\d*)\}/y;

/**
 * Reads the quantifier that begins at `at`.
 *
 * @returns `undefined` if none does: `{` may also be text.
 */
export function takeQuantifier(
  text: string,
  at: number,
): Quantifier | { readonly reason: string } | undefined {
  switch (text[at]) {
    case "*":
      return { min: 0, max: Infinity, end: at + 1 };
    case "+":
      return { min: 1, max: Infinity, end: at + 1 };
    case "?":
      return { min: 0, max: 1, end: at + 1 };
    case "{":
      break;
    default:
      return undefined;
  }
  counts.lastIndex = at;
  const match = counts.exec(text);
  if (!match) return undefined;
  const [, low = "", comma, high = ""] = match;
  // `{}` is text, while `{,}` repeats like `*`.
  if (comma === "" && low === "") return undefined;
  const min = low === "" ? 0 : Number(low);
  const max = comma === "" ? min : high === "" ? Infinity : Number(high);
  if (min > max) return { reason: "min repeat greater than max repeat" };
  if (min > countMax || (max !== Infinity && max > countMax)) {
    return { reason: `repeats more than ${countMax} times` };
  }
  return { min, max, end: counts.lastIndex };
}
