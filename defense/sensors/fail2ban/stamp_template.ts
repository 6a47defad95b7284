/**
 * One form of time stamp that is looked for in lines: a pattern with fields,
 * seconds since 1970, or TAI64N (Bernstein, "TAI64, TAI64N, TAI64NA"). A
 * pattern is anchored as fail2ban does (jail.conf(5), "datepattern"): at
 * word edges, unless it begins with `^`, with `{^LN-BEG}` (the line's
 * beginning, after at most two characters that are no letters), or with `**`
 * (anywhere).
 *
 * @module
 */
import type { MatchBudget } from "./match_budget.ts";
import type { PatternMatch } from "./pattern_match.ts";
import { Pattern } from "./pattern_matcher.ts";
import { expandFields } from "./stamp_formats.ts";
import { type StampClock, stampTime } from "./stamp_time.ts";

/** Before a pattern that must stand at the line's beginning. */
export const lineBegin = "{^LN-BEG}";
const unbound = "{UNB}";
/** The last time that can be told (ECMA-262, "Time Values"). */
const latestMs = 8.64e15;
const epochDigits = "\\d{10,11}\\b(?:\\.\\d{3,6})?";
const longEpochDigits = "\\d{10,11}(?:\\d{3}(?:\\.\\d{1,6}|\\d{3})?)?";
/** Fields that are names of days or months, in any case. */
const hasNames = /(?<!%)%[aAbBpc]/;

/** How a match becomes a time. */
type Reading = "fields" | "epoch" | "tai64n";

/** One form of stamp. */
export class StampTemplate {
  /** Tells forms apart; also what a filter wrote. */
  readonly name: string;
  /** Stands only at the beginning or the end of a line. */
  readonly anchored: boolean;
  /** Stands only at the beginning. */
  readonly atLineBegin: boolean;
  readonly #pattern: Pattern;
  readonly #reading: Reading;
  /** Group with the digits of an epoch. */
  readonly #digits: number;

  /**
   * @throws {PatternError} If the pattern cannot be read.
   */
  constructor(source: string) {
    this.name = source;
    const upper = source.toUpperCase();
    const bare = upper.replace(/^(?:\{\^LN-BEG\}|\^)/, "");
    const atBegin = bare !== upper;
    let bound: Bound;
    if (bare === "EPOCH" || bare === "LEPOCH") {
      const digits = bare === "EPOCH" ? epochDigits : longEpochDigits;
      // nsd writes `[1387288694]`, SELinux `audit(1387288694.123:45)`.
      bound = atBegin ? bind(`(${digits})`, "line", true) : bind(
        `((?:^|(?<=^\\[)(?=[\\d.]+\\])|(?<=\\baudit\\()(?=[\\d.]+:\\d+\\)))${digits})`,
        "none",
        true,
      );
      this.#reading = "epoch";
      this.#digits = 1;
    } else if (bare === "TAI64N") {
      bound = bind("@[0-9a-f]{24}", atBegin ? "line" : "none", true);
      this.#reading = "tai64n";
      this.#digits = 1;
    } else if (/(?<!\\)\{L?EPOCH\}/i.test(source)) {
      const whole = source.replace(
        /(?<!\\)\{(L?)EPOCH\}/i,
        (_, long) => `(${long === "" ? epochDigits : longEpochDigits})`,
      );
      bound = bind(`(${whole})`, "word", true);
      this.#reading = "epoch";
      this.#digits = 2;
    } else {
      let text = source;
      let begin: Begin = "word";
      let end = true;
      if (text.startsWith(unbound)) {
        text = text.slice(unbound.length);
        begin = "none";
        end = false;
      } else if (text.startsWith(lineBegin)) {
        text = text.slice(lineBegin.length);
        begin = "line";
      }
      const flags = hasNames.test(text) ? "(?iu)" : "";
      bound = bind(flags + expandFields(text), begin, end);
      this.#reading = "fields";
      this.#digits = 1;
    }
    this.#pattern = new Pattern(bound.text);
    this.anchored = bound.anchored;
    this.atLineBegin = bound.atLineBegin;
  }

  /** Looks for the stamp in a part of a line; its place is group 1. */
  search(
    line: string,
    budget: MatchBudget,
    from?: number,
    to?: number,
  ): PatternMatch | undefined {
    return this.#pattern.search(line, budget, from, to);
  }

  /** The time that a match means; `undefined` if there is no such time. */
  timeOf(match: PatternMatch, clock: StampClock): number | undefined {
    switch (this.#reading) {
      case "fields":
        return stampTime((name) => match.group(name), clock);
      case "epoch":
        return epochMs(match.group(this.#digits) ?? "");
      case "tai64n": {
        // 2^62 is the second in which 1970 began (TAI); leap seconds are left
        // out, as fail2ban does.
        const label = match.group(1) ?? "";
        const atMs = parseInt(label.slice(2, 17), 16) * 1_000;
        return atMs <= latestMs ? atMs : undefined;
      }
    }
  }
}

/** Seconds, milliseconds or microseconds, told apart by their length. */
function epochMs(digits: string): number {
  const value = Number(digits);
  if (digits.length >= 16 && !digits.includes(".")) return value / 1_000;
  if (digits.length >= 13 && digits.search(/\.|$/) >= 13) return value;
  return value * 1_000;
}

/** What a stamp may begin at. */
type Begin = "word" | "line" | "none";

interface Bound {
  readonly text: string;
  readonly anchored: boolean;
  readonly atLineBegin: boolean;
}

/** Puts edges around a pattern that has none of its own, and a group 1 in it. */
function bind(pattern: string, begin: Begin, end: boolean): Bound {
  let text = pattern.trim();
  const flags = /^\(\?[a-z]+\)/.exec(text)?.[0] ?? "";
  text = text.slice(flags.length);
  const ownBegin = /^\(*(?:\^|\*\*|\((?:\?:)?\^)/.test(text);
  const ownEnd = /(?<!\\)(?:\$\)?|\\b|\\s|\*\*\)*)$/.test(text);
  const edgeBegin = begin !== "none" && !ownBegin;
  const edgeEnd = end && !ownEnd;
  if (!/(?<!\(\?)(?<!\\)\((?!\?)/.test(text)) {
    text = text.replace(/^(\^?)(.*?)(\$?)$/s, "$1($2)$3");
  }
  if (edgeBegin) {
    text = (begin === "line" ? "^(?:\\W{0,2})?" : "(?=^|\\b|\\W)") + text;
  }
  if (edgeEnd) text += "(?=\\b|\\W|$)";
  const atLineBegin = (edgeBegin && begin === "line") ||
    /^(?:\^|\((?:\?:)?\^(?!\|))/.test(text);
  const atLineEnd = /(?<![\\|])\$\)?$/.test(text) && !edgeEnd;
  text = text.replace(
    /^\(*\*\*|(?<!\\)\*\*\)*$/g,
    (edge) => edge.replaceAll("**", ""),
  );
  return {
    text: flags + text,
    anchored: atLineBegin || atLineEnd,
    atLineBegin,
  };
}
