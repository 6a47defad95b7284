/**
 * Matches a pattern as Python's `re` does, by trying choices in the same
 * order, so the same groups hold the same text. Unlike the regular
 * expressions of the runtime it can be stopped: every step is paid from a
 * `MatchBudget`. There is no recursion, so a long line cannot exhaust the
 * call stack either.
 *
 * JavaScript's own expressions are not used for filters at all: they cannot
 * be interrupted, they have no conditions, no atomic groups and other rules
 * for groups in loops, and what a filter's author or an attacker makes of a
 * pattern decides how long they take.
 *
 * @module
 */
import { anyButNewline, isIn, isWord } from "./character_set.ts";
import type { MatchBudget } from "./match_budget.ts";
import { FoundMatch, type PatternMatch } from "./pattern_match.ts";
import {
  assertionCodes,
  code,
  compilePattern,
  type PatternProgram,
} from "./pattern_program.ts";
import { parsePattern } from "./pattern_syntax.ts";

/** Kinds of entries of the stack. */
const choice = 0;
const undo = 1;
const fewer = 2;
const more = 3;

/** Letters that are looked at for the price of one step. */
const lettersPerStep = 4;

/** A pattern, ready to be searched for. */
export class Pattern {
  readonly #program: PatternProgram;
  readonly #registers: Int32Array;
  /** Which sets are the dot, for which there is a faster way. */
  readonly #dots: readonly boolean[];

  /**
   * @throws {PatternError} If the pattern cannot be read.
   */
  constructor(source: string, options: { readonly multiline?: boolean } = {}) {
    this.#program = compilePattern(parsePattern(source, options));
    this.#registers = new Int32Array(this.#program.registers);
    this.#dots = this.#program.sets.map((set) => set === anyButNewline);
  }

  /** Names of the groups that have one. */
  get names(): ReadonlyMap<string, number> {
    return this.#program.names;
  }

  /** Groups, without the whole match. */
  get groups(): number {
    return this.#program.groups;
  }

  /**
   * Finds the first match, as Python's `search(text, from, to)`.
   *
   * @returns `undefined` when there is none, or when the budget was spent.
   */
  search(
    text: string,
    budget: MatchBudget,
    from = 0,
    to = text.length,
  ): PatternMatch | undefined {
    if (budget.spent) return undefined;
    const { anchor, first, required } = this.#program;
    budget.steps -= 1 + (text.length >> 8);
    if (required !== "" && !text.includes(required)) return undefined;
    if (anchor === "text") {
      return from === 0 ? this.#tryAt(text, budget, 0, to) : undefined;
    }
    if (anchor === "line") {
      for (let at = from; at <= to && !budget.spent;) {
        if (at === 0 || text.charCodeAt(at - 1) === 10) {
          const found = this.#tryAt(text, budget, at, to);
          if (found) return found;
        }
        budget.steps--;
        const end = text.indexOf("\n", at);
        if (end < 0) return undefined;
        at = end + 1;
      }
      return undefined;
    }
    for (let at = from; at <= to; at++) {
      if (first !== undefined) {
        const begin = at;
        while (at < to && !isIn(first, text.charCodeAt(at))) at++;
        budget.steps -= (at - begin) / lettersPerStep;
        if (at >= to) return undefined;
      }
      const found = this.#tryAt(text, budget, at, to);
      if (found || budget.spent) return found;
    }
    return undefined;
  }

  #tryAt(
    text: string,
    budget: MatchBudget,
    at: number,
    to: number,
  ): PatternMatch | undefined {
    this.#registers.fill(-1);
    const end = this.#run(text, budget, at, to);
    if (end < 0) return undefined;
    const { groups, names } = this.#program;
    return new FoundMatch(
      text,
      at,
      end,
      this.#registers.slice(0, 2 * (groups + 1)),
      names,
    );
  }

  /** Where a match that begins at `start` ends; -1 if there is none. */
  #run(text: string, budget: MatchBudget, start: number, to: number): number {
    const { words, sets } = this.#program;
    const registers = this.#registers;
    let stack = budget.stack;
    let height = 0;
    let steps = budget.steps;
    let pc = 0;
    let at = start;

    for (;;) {
      if (--steps < 0) {
        budget.steps = -1;
        return -1;
      }
      // Room for two entries, the most that one instruction adds.
      if (height + 8 > stack.length) {
        budget.steps = steps;
        budget.grow();
        if (budget.spent) return -1;
        stack = budget.stack;
      }
      let failed = false;
      switch (words[pc]) {
        case code.match:
          budget.steps = steps;
          return at;
        case code.literal:
          if (at < to && text.charCodeAt(at) === words[pc + 1]) {
            at++;
            pc += 2;
          } else failed = true;
          break;
        case code.set:
          if (at < to && isIn(sets[words[pc + 1]!]!, text.charCodeAt(at))) {
            at++;
            pc += 2;
          } else failed = true;
          break;
        case code.split:
          stack[height] = choice;
          stack[height + 1] = words[pc + 1]!;
          stack[height + 2] = at;
          height += 4;
          pc += 2;
          break;
        case code.splitLazy:
          stack[height] = choice;
          stack[height + 1] = pc + 2;
          stack[height + 2] = at;
          height += 4;
          pc = words[pc + 1]!;
          break;
        case code.jump:
          pc = words[pc + 1]!;
          break;
        case code.save: {
          const register = words[pc + 1]!;
          stack[height] = undo;
          stack[height + 1] = register;
          stack[height + 2] = registers[register]!;
          height += 4;
          registers[register] = at;
          pc += 2;
          break;
        }
        case code.assert:
          if (holdsAt(words[pc + 1]!, text, at, to)) pc += 2;
          else failed = true;
          break;
        case code.loopGreedy:
        case code.loopPossessive: {
          const set = sets[words[pc + 1]!]!;
          const least = at + words[pc + 2]!;
          const most = words[pc + 3]!;
          const limit = most < 0 ? to : Math.min(to, at + most);
          let end = at;
          if (this.#dots[words[pc + 1]!]) {
            end = text.indexOf("\n", at);
            if (end < 0) end = text.length;
            steps -= (end - at) >> 6;
            if (end > limit) end = limit;
          } else {
            while (end < limit && isIn(set, text.charCodeAt(end))) end++;
            steps -= ((end - at) / lettersPerStep) | 0;
          }
          if (end < least) {
            failed = true;
            break;
          }
          if (end > least && words[pc] === code.loopGreedy) {
            stack[height] = fewer;
            stack[height + 1] = pc + 4;
            stack[height + 2] = least;
            stack[height + 3] = end;
            height += 4;
          }
          at = end;
          pc += 4;
          break;
        }
        case code.loopLazy: {
          const set = sets[words[pc + 1]!]!;
          const least = at + words[pc + 2]!;
          const most = words[pc + 3]!;
          const limit = most < 0 ? to : Math.min(to, at + most);
          while (
            at < least && at < limit && isIn(set, text.charCodeAt(at))
          ) at++;
          if (at < least) {
            failed = true;
            break;
          }
          stack[height] = more;
          stack[height + 1] = pc;
          stack[height + 2] = at;
          stack[height + 3] = limit;
          height += 4;
          pc += 4;
          break;
        }
        case code.leaveIfEmpty:
          pc = registers[words[pc + 1]!] === at ? words[pc + 2]! : pc + 3;
          break;
        case code.hold:
          registers[words[pc + 1]!] = height;
          registers[words[pc + 1]! + 1] = at;
          pc += 2;
          break;
        case code.release: {
          const register = words[pc + 1]!;
          const base = registers[register]!;
          if (words[pc + 2] === 1) at = registers[register + 1]!;
          steps -= (height - base) >> 4;
          height = dropChoices(stack, base, height);
          pc += 3;
          break;
        }
        case code.holdNegated:
          registers[words[pc + 1]!] = height;
          stack[height] = choice;
          stack[height + 1] = words[pc + 2]!;
          stack[height + 2] = at;
          height += 4;
          pc += 3;
          break;
        case code.refuse: {
          const base = registers[words[pc + 1]!]!;
          steps -= (height - base) >> 4;
          while (height > base) {
            height -= 4;
            if (stack[height] === undo) {
              registers[stack[height + 1]!] = stack[height + 2]!;
            }
          }
          failed = true;
          break;
        }
        case code.back:
          at -= words[pc + 1]!;
          pc += 2;
          failed = at < 0;
          break;
        case code.reference: {
          const from = registers[2 * words[pc + 1]!]!;
          const end = registers[2 * words[pc + 1]! + 1]!;
          const length = end - from;
          steps -= (length / lettersPerStep) | 0;
          failed = from < 0 || end < 0 || at + length > to ||
            !sameText(text, from, at, length, words[pc + 2] === 1);
          at += length;
          pc += 3;
          break;
        }
        case code.condition:
          pc = registers[2 * words[pc + 1]! + 1]! < 0 ? words[pc + 2]! : pc + 3;
          break;
      }
      if (!failed) continue;

      // Back to the last open choice.
      for (;;) {
        if (height === 0) {
          budget.steps = steps;
          return -1;
        }
        height -= 4;
        steps--;
        const kind = stack[height];
        if (kind === undo) {
          registers[stack[height + 1]!] = stack[height + 2]!;
          continue;
        }
        if (kind === choice) {
          pc = stack[height + 1]!;
          at = stack[height + 2]!;
          break;
        }
        if (kind === fewer) {
          pc = stack[height + 1]!;
          const least = stack[height + 2]!;
          at = stack[height + 3]! - 1;
          if (words[pc] === code.literal) {
            // Only where the next letter stands can the rest go on.
            const next = words[pc + 1]!;
            const begin = at;
            while (at > least && text.charCodeAt(at) !== next) at--;
            steps -= ((begin - at) / lettersPerStep) | 0;
          }
          if (at > least) {
            stack[height + 3] = at;
            height += 4;
          }
          break;
        }
        const loop = stack[height + 1]!;
        const set = sets[words[loop + 1]!]!;
        at = stack[height + 2]!;
        if (at < stack[height + 3]! && isIn(set, text.charCodeAt(at))) {
          at++;
          stack[height + 2] = at;
          height += 4;
          pc = loop + 4;
          break;
        }
      }
    }
  }
}

/** Closes all choices above `base`, but keeps what undoes the registers. */
function dropChoices(stack: Int32Array, base: number, height: number): number {
  let kept = base;
  for (let entry = base; entry < height; entry += 4) {
    if (stack[entry] !== undo) continue;
    stack.copyWithin(kept, entry, entry + 4);
    kept += 4;
  }
  return kept;
}

function holdsAt(which: number, text: string, at: number, to: number): boolean {
  switch (which) {
    case assertionCodes.start:
      return at === 0;
    case assertionCodes.end:
      return at === to;
    case assertionCodes.line_start:
      return at === 0 || text.charCodeAt(at - 1) === 10;
    case assertionCodes.line_end:
      return at === to || text.charCodeAt(at) === 10;
    case assertionCodes.last_line_end:
      return at === to || (at === to - 1 && text.charCodeAt(at) === 10);
  }
  // Python up to 3.13 finds no edge, and no place without one, in no text.
  if (to === 0) return false;
  const before = at > 0 && isWord(text.charCodeAt(at - 1), false);
  const after = at < to && isWord(text.charCodeAt(at), false);
  return (before !== after) === (which === assertionCodes.word_edge);
}

function sameText(
  text: string,
  first: number,
  second: number,
  length: number,
  fold: boolean,
): boolean {
  const one = text.slice(first, first + length);
  const other = text.slice(second, second + length);
  return fold ? one.toLowerCase() === other.toLowerCase() : one === other;
}
