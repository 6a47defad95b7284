/**
 * Flags of a pattern: `(?i)` and the like (Python 3.11 library reference,
 * "Regular Expression Syntax").
 *
 * @module
 */

/** What a pattern's letters mean, at one place of it. */
export interface PatternFlags {
  fold: boolean;
  multiline: boolean;
  dotAll: boolean;
  verbose: boolean;
  ascii: boolean;
}

/** Letters of flags; `u` is what text patterns are anyway. */
export const flagNames: Readonly<Record<string, keyof PatternFlags | "none">> =
  {
    i: "fold",
    m: "multiline",
    s: "dotAll",
    x: "verbose",
    a: "ascii",
    u: "none",
  };

/** What counts where nothing is said. */
export const noFlags: Readonly<PatternFlags> = {
  fold: false,
  multiline: false,
  dotAll: false,
  verbose: false,
  ascii: false,
};
