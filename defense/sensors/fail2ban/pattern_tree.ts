/**
 * A regular expression as a tree: what `pattern_syntax.ts` reads and
 * `pattern_program.ts` turns into instructions.
 *
 * @module
 */
import type { CharacterSet } from "./character_set.ts";

/** Where a match must stand, without taking a character. */
export type Assertion =
  | "start"
  | "end"
  | "line_start"
  | "line_end"
  /** `$` without multiline: the end, or before a last `\n`. */
  | "last_line_end"
  | "word_edge"
  | "no_word_edge";

/** How a repetition chooses. */
export type Greed = "greedy" | "lazy" | "possessive";

/** A part of a pattern. */
export type PatternNode =
  | { readonly type: "literal"; readonly code: number }
  | { readonly type: "set"; readonly set: CharacterSet }
  | { readonly type: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly type: "choice"; readonly options: readonly PatternNode[] }
  | {
    readonly type: "repeat";
    readonly body: PatternNode;
    readonly min: number;
    /** `Infinity` for none. */
    readonly max: number;
    readonly greed: Greed;
  }
  | {
    readonly type: "group";
    readonly index: number;
    readonly body: PatternNode;
  }
  | { readonly type: "atomic"; readonly body: PatternNode }
  | {
    readonly type: "look";
    readonly ahead: boolean;
    readonly negated: boolean;
    readonly body: PatternNode;
  }
  | { readonly type: "back"; readonly index: number; readonly fold: boolean }
  | {
    readonly type: "condition";
    readonly index: number;
    readonly yes: PatternNode;
    readonly no: PatternNode;
  }
  | { readonly type: "assert"; readonly what: Assertion };

/** A pattern that was read. */
export interface ParsedPattern {
  readonly root: PatternNode;
  /** Groups, without the whole match. */
  readonly groups: number;
  /** Numbers of the named ones. */
  readonly names: ReadonlyMap<string, number>;
}
