/**
 * Characters that a pattern names by an escape (`\d`, `\x2d`, `\.`), and sets
 * of them in square brackets (Python 3.11 library reference, "Regular
 * Expression Syntax"). All functions begin at a place of the pattern's text.
 *
 * @module
 */
import {
  type CharacterSet,
  characterSet,
  type SetItem,
} from "./character_set.ts";
import { PatternError } from "./pattern_error.ts";

/** `\d`, `\W`, …, two characters long; `undefined` if none stands there. */
export function takeNamedSet(text: string, at: number): SetItem | undefined {
  const letter = text[at + 1] ?? "";
  if (!/[dDwWsS]/.test(letter)) return undefined;
  const named = letter.toLowerCase() as "d" | "w" | "s";
  return { named, negated: letter !== named };
}

const escaped =
  /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(0[0-7]{0,2}|[1-3][0-7]{2})|([^a-zA-Z0-9])|([abfnrtv]))/ys;

/**
 * The one character that an escape stands for.
 *
 * @throws {PatternError} If it stands for none.
 */
export function takeEscapedCode(
  text: string,
  at: number,
): { readonly code: number; readonly end: number } {
  escaped.lastIndex = at;
  const match = escaped.exec(text);
  if (!match) fail(`bad escape \\${text[at + 1]}`, at);
  const [, hex, unicode, octal, itself, control] = match;
  const hexadecimal = hex ?? unicode;
  const code = hexadecimal !== undefined
    ? parseInt(hexadecimal, 16)
    : octal !== undefined
    ? parseInt(octal, 8)
    : itself !== undefined
    ? itself.charCodeAt(0)
    : { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }[control!]!;
  return { code, end: escaped.lastIndex };
}

/**
 * The set whose opening bracket stands at `at`.
 *
 * @param fold Whether case is ignored.
 * @param ascii Whether `\d`, `\w` and `\s` know ASCII only.
 * @throws {PatternError} If it is none.
 */
export function takeSet(
  text: string,
  at: number,
  fold: boolean,
  ascii: boolean,
): { readonly set: CharacterSet; readonly end: number } {
  at++;
  const negated = text[at] === "^";
  if (negated) at++;
  const items: SetItem[] = [];
  for (const first = at;;) {
    if (at >= text.length) fail("unterminated character set", at);
    if (text[at] === "]" && at > first) break;
    const low = takeMember(text, at);
    at = low.end;
    const isRange = text[at] === "-" && at + 1 < text.length &&
      text[at + 1] !== "]";
    if (!isRange) {
      items.push(itemOf(low.member));
      continue;
    }
    const high = takeMember(text, at + 1);
    at = high.end;
    const from = low.member;
    const to = high.member;
    if (typeof from !== "number" || typeof to !== "number" || to < from) {
      fail("bad character range", at);
    }
    items.push({ from, to });
  }
  return { set: characterSet(items, negated, fold, ascii), end: at + 1 };
}

function takeMember(
  text: string,
  at: number,
): { readonly member: number | SetItem; readonly end: number } {
  if (text[at] !== "\\") return { member: text.charCodeAt(at), end: at + 1 };
  const named = takeNamedSet(text, at);
  if (named !== undefined) return { member: named, end: at + 2 };
  const { code, end } = takeEscapedCode(text, at);
  return { member: code, end };
}

function itemOf(member: number | SetItem): SetItem {
  return typeof member === "number" ? { from: member, to: member } : member;
}

function fail(reason: string, at: number): never {
  throw new PatternError(`${reason} at position ${at}`);
}
