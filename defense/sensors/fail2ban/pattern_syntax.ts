/**
 * Reads a regular expression in the dialect of Python's `re` (Python 3.11
 * library reference, "Regular Expression Syntax") into a tree.
 *
 * Departs from Python in one point: flags such as `(?i)` count for the whole
 * pattern wherever they stand, as before Python 3.11, except right after an
 * opening bracket, where they count for that group, which is then not
 * captured (fail2ban, `failregex.py`, does both).
 *
 * What the tree means to the matcher is `pattern_program.ts`'s question.
 *
 * @module
 */
import { anyButNewline, anything, characterSet } from "./character_set.ts";
import { PatternError } from "./pattern_error.ts";
import { flagNames, noFlags, type PatternFlags } from "./pattern_flags.ts";
import { takeEscapedCode, takeNamedSet, takeSet } from "./pattern_set.ts";
import type {
  Assertion,
  Greed,
  ParsedPattern,
  PatternNode,
} from "./pattern_tree.ts";
import { takeQuantifier } from "./quantifier.ts";

/** Longest pattern that is read; our choice, the longest of Debian's has 3 kB. */
export const patternLengthMax = 65_536;
/** Brackets in brackets; our choice. */
const depthMax = 200;

/**
 * Reads a pattern.
 *
 * @throws {PatternError} If Python would refuse it, or if it uses what we do
 *   not have (`(?L)`, `\N{…}`).
 */
export function parsePattern(
  source: string,
  options: { readonly multiline?: boolean } = {},
): ParsedPattern {
  if (source.length > patternLengthMax) {
    throw new PatternError(`longer than ${patternLengthMax} characters`);
  }
  return new PatternParser(source, options.multiline ?? false).parse();
}

class PatternParser {
  readonly #text: string;
  readonly #flags: PatternFlags;
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  /** Groups that are looked back at before their number is known to exist. */
  #highestNamed = 0;
  #groups = 0;
  #at = 0;
  #depth = 0;

  constructor(text: string, multiline: boolean) {
    this.#text = text;
    this.#flags = { ...noFlags, multiline };
  }

  parse(): ParsedPattern {
    // Flags count from the very beginning, so they are looked for first.
    this.#takeGlobalFlags();
    const root = this.#choice();
    if (this.#at < this.#text.length) this.#fail("unbalanced parenthesis");
    if (this.#highestNamed > this.#groups) {
      this.#fail(`group ${this.#highestNamed} does not exist`);
    }
    return { root, groups: this.#groups, names: this.#names };
  }

  #takeGlobalFlags(): void {
    for (
      const match of this.#text.matchAll(/\\.|(\(\??:?)?\(\?([a-zA-Z]+)\)/gs)
    ) {
      const letters = match[2];
      if (letters === undefined || match[1] !== undefined) continue;
      for (const letter of letters) this.#setFlag(this.#flags, letter, true);
    }
  }

  #setFlag(flags: PatternFlags, letter: string, value: boolean): void {
    const name = flagNames[letter];
    if (name === undefined) this.#fail(`flag ${letter} is not supported`);
    if (name !== "none") flags[name] = value;
  }

  #fail(reason: string): never {
    throw new PatternError(`${reason} at position ${this.#at}`);
  }

  #choice(): PatternNode {
    if (++this.#depth > depthMax) this.#fail("too many nested groups");
    const options = [this.#sequence()];
    while (this.#text[this.#at] === "|") {
      this.#at++;
      options.push(this.#sequence());
    }
    this.#depth--;
    return options.length === 1 ? options[0]! : { type: "choice", options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#text.length) {
      const letter = this.#text[this.#at];
      if (letter === "|" || letter === ")") break;
      if (this.#flags.verbose && this.#skipBlank()) continue;
      const atom = this.#atom();
      if (atom === undefined) continue;
      // In brackets an assertion may be repeated, bare it may not.
      const isBare = atom.type === "assert" && letter !== "(";
      parts.push(this.#repeated(atom, isBare));
    }
    return parts.length === 1 ? parts[0]! : { type: "sequence", parts };
  }

  #skipBlank(): boolean {
    const blank = /\s+|#[^\n]*/y;
    blank.lastIndex = this.#at;
    if (!blank.test(this.#text)) return false;
    this.#at = blank.lastIndex;
    return true;
  }

  /** The atom with what follows it: `*`, `+?`, `{2,3}`, … */
  #repeated(atom: PatternNode, isBareAssertion: boolean): PatternNode {
    const bounds = this.#quantifier();
    if (bounds === undefined) return atom;
    if (isBareAssertion) this.#fail("nothing to repeat");
    let greed: Greed = "greedy";
    if (this.#text[this.#at] === "?") greed = "lazy";
    else if (this.#text[this.#at] === "+") greed = "possessive";
    if (greed !== "greedy") this.#at++;
    if (this.#quantifier() !== undefined) this.#fail("multiple repeat");
    return { type: "repeat", body: atom, ...bounds, greed };
  }

  #quantifier(): { readonly min: number; readonly max: number } | undefined {
    const found = takeQuantifier(this.#text, this.#at);
    if (found === undefined) return undefined;
    if ("reason" in found) this.#fail(found.reason);
    this.#at = found.end;
    return found;
  }

  /** `undefined` for what takes part in nothing: comments and flags. */
  #atom(): PatternNode | undefined {
    const letter = this.#text[this.#at]!;
    switch (letter) {
      case "(":
        return this.#group();
      case "[":
        return this.#set();
      case "\\":
        return this.#escape();
      case ".":
        this.#at++;
        return {
          type: "set",
          set: this.#flags.dotAll ? anything : anyButNewline,
        };
      case "^":
        this.#at++;
        return {
          type: "assert",
          what: this.#flags.multiline ? "line_start" : "start",
        };
      case "$":
        this.#at++;
        return {
          type: "assert",
          what: this.#flags.multiline ? "line_end" : "last_line_end",
        };
      case "*":
      case "+":
      case "?":
        return this.#fail("nothing to repeat");
      case "{":
        if (this.#quantifier() !== undefined) this.#fail("nothing to repeat");
        break;
    }
    this.#at++;
    return this.#letter(letter.charCodeAt(0));
  }

  #letter(code: number): PatternNode {
    if (!this.#flags.fold) return { type: "literal", code };
    const set = characterSet(
      [{ from: code, to: code }],
      false,
      true,
      this.#flags.ascii,
    );
    const hasCases = set.table.reduce((sum, each) => sum + each, 0) > 1 ||
      code > 127;
    return hasCases ? { type: "set", set } : { type: "literal", code };
  }

  #group(): PatternNode | undefined {
    const text = this.#text;
    const rest = (length: number) => text.slice(this.#at, this.#at + length);
    // A group that begins with flags is not captured; see the file's header.
    const local = /\((?:\?:)?\(\?([a-zA-Z]+)\)/y;
    local.lastIndex = this.#at;
    const flagged = local.exec(text);
    if (flagged) {
      this.#at = local.lastIndex;
      return this.#withFlags(flagged[1]!, "");
    }
    if (rest(2) !== "(?") {
      this.#at++;
      return this.#capture(undefined);
    }
    const kind = text[this.#at + 2];
    switch (kind) {
      case ":":
        this.#at += 3;
        return this.#closed(this.#choice());
      case ">":
        this.#at += 3;
        return { type: "atomic", body: this.#closed(this.#choice()) };
      case "=":
      case "!":
        this.#at += 3;
        return this.#look(true, kind === "!");
      case "#": {
        const end = text.indexOf(")", this.#at);
        if (end < 0) this.#fail("missing ), unterminated comment");
        this.#at = end + 1;
        return undefined;
      }
      case "(":
        return this.#condition();
      case "<":
        if (rest(4) === "(?<=" || rest(4) === "(?<!") {
          this.#at += 4;
          return this.#look(false, text[this.#at - 1] === "!");
        }
        return this.#fail("unknown extension ?<");
      case "P":
        return this.#named();
    }
    const flags = /\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?(:|\))/y;
    flags.lastIndex = this.#at;
    const match = flags.exec(text);
    if (!match) this.#fail(`unknown extension ?${kind ?? ""}`);
    this.#at = flags.lastIndex;
    if (match[3] === ")") {
      if (match[2] !== undefined) this.#fail("missing :");
      return undefined;
    }
    return this.#withFlags(match[1]!, match[2] ?? "");
  }

  #withFlags(on: string, off: string): PatternNode {
    const kept = { ...this.#flags };
    for (const letter of on) this.#setFlag(this.#flags, letter, true);
    for (const letter of off) this.#setFlag(this.#flags, letter, false);
    const body = this.#closed(this.#choice());
    Object.assign(this.#flags, kept);
    return body;
  }

  #closed(body: PatternNode): PatternNode {
    if (this.#text[this.#at] !== ")") {
      this.#fail("missing ), unterminated subpattern");
    }
    this.#at++;
    return body;
  }

  #capture(name: string | undefined): PatternNode {
    const index = ++this.#groups;
    if (name !== undefined) {
      if (this.#names.has(name)) {
        this.#fail(`redefinition of group name ${name}`);
      }
      this.#names.set(name, index);
    }
    this.#open.add(index);
    const body = this.#closed(this.#choice());
    this.#open.delete(index);
    return { type: "group", index, body };
  }

  #named(): PatternNode {
    const form = /\(\?P(?:<([^>)]*)>|=([^)]*)\))/y;
    form.lastIndex = this.#at;
    const match = form.exec(this.#text);
    if (!match) this.#fail("unknown extension ?P");
    this.#at = form.lastIndex;
    const [, name, reference] = match;
    if (name !== undefined) {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
        this.#fail(`bad character in group name ${name}`);
      }
      return this.#capture(name);
    }
    return this.#back(this.#indexOf(reference!));
  }

  #indexOf(name: string): number {
    if (/^\d{1,3}$/.test(name)) {
      const index = Number(name);
      this.#highestNamed = Math.max(this.#highestNamed, index);
      return index;
    }
    const index = this.#names.get(name);
    if (index === undefined) this.#fail(`unknown group name ${name}`);
    return index;
  }

  #back(index: number): PatternNode {
    if (this.#open.has(index)) this.#fail("cannot refer to an open group");
    if (index > this.#groups) this.#fail(`invalid group reference ${index}`);
    return { type: "back", index, fold: this.#flags.fold };
  }

  #condition(): PatternNode {
    const end = this.#text.indexOf(")", this.#at);
    if (end < 0) this.#fail("missing ), unterminated name");
    const index = this.#indexOf(this.#text.slice(this.#at + 3, end));
    if (index === 0) this.#fail("bad group number");
    this.#at = end + 1;
    const body = this.#closed(this.#choice());
    const options = body.type === "choice" ? body.options : [body];
    if (options.length > 2) {
      this.#fail("conditional group with more than two branches");
    }
    const [yes, no = { type: "sequence", parts: [] } as PatternNode] = options;
    return { type: "condition", index, yes: yes!, no };
  }

  #look(ahead: boolean, negated: boolean): PatternNode {
    const body = this.#closed(this.#choice());
    return { type: "look", ahead, negated, body };
  }

  #escape(): PatternNode {
    const letter = this.#text[this.#at + 1];
    if (letter === undefined) this.#fail("bad escape (end of pattern)");
    const assertions: Readonly<Record<string, Assertion>> = {
      A: "start",
      Z: "end",
      b: "word_edge",
      B: "no_word_edge",
    };
    const what = assertions[letter];
    if (what !== undefined) {
      this.#at += 2;
      return { type: "assert", what };
    }
    const named = takeNamedSet(this.#text, this.#at);
    if (named !== undefined) {
      this.#at += 2;
      const { ascii } = this.#flags;
      return { type: "set", set: characterSet([named], false, false, ascii) };
    }
    const reference = /\\([1-9]\d?)/y;
    reference.lastIndex = this.#at;
    const match = reference.exec(this.#text);
    if (
      match &&
      !/\\[1-3][0-7]{2}/y.test(this.#text.slice(this.#at, this.#at + 4))
    ) {
      this.#at = reference.lastIndex;
      return this.#back(Number(match[1]));
    }
    const { code, end } = takeEscapedCode(this.#text, this.#at);
    this.#at = end;
    return this.#letter(code);
  }

  #set(): PatternNode {
    const { fold, ascii } = this.#flags;
    const { set, end } = takeSet(this.#text, this.#at, fold, ascii);
    this.#at = end;
    return { type: "set", set };
  }
}
