/**
 * Turns the tree of a pattern into instructions for the matcher
 * (`pattern_matcher.ts`).
 *
 * Instructions are 32-bit words: a code, then its operands. What is
 * registered (places of groups and of loops) lives in one array of registers:
 * two for the whole match and for each group, then those of loops and looks.
 *
 * @module
 */
import { type CharacterSet, characterSet } from "./character_set.ts";
import { PatternError } from "./pattern_error.ts";
import {
  type Anchor,
  anchorOf,
  firstOf,
  requiredOf,
  widthOf,
} from "./pattern_facts.ts";
import type { ParsedPattern, PatternNode } from "./pattern_tree.ts";

/** Codes of the instructions, with their operands. */
export const code = {
  /** A match. */
  match: 0,
  /** unit: this code unit stands here. */
  literal: 1,
  /** set: one of its characters stands here. */
  set: 2,
  /** target: go on here, and if that fails, at the target. */
  split: 3,
  /** target: go on at the target, and if that fails, here. */
  splitLazy: 4,
  /** target. */
  jump: 5,
  /** register: keep the place. */
  save: 6,
  /** which: see `assertionCodes`. */
  assert: 7,
  /** set, min, max (-1: none): as many as there are, then fewer. */
  loopGreedy: 8,
  /** set, min, max: as few as possible, then more. */
  loopLazy: 9,
  /** set, min, max: as many as there are. */
  loopPossessive: 10,
  /** register, target: leave a loop whose turn took no character. */
  leaveIfEmpty: 11,
  /** register: begin a look or an atomic group. */
  hold: 12,
  /** register, 1: also return to the place where it began. */
  release: 13,
  /** register, target: begin a negative look, which goes on at the target. */
  holdNegated: 14,
  /** register: what must not match has matched. */
  refuse: 15,
  /** width: step back, for a look behind. */
  back: 16,
  /** group, 1 if case is ignored: the same text as the group's. */
  reference: 17,
  /** group, target: go to the target unless the group has matched. */
  condition: 18,
} as const;

/** Operand of `code.assert`. */
export const assertionCodes = {
  start: 0,
  end: 1,
  line_start: 2,
  line_end: 3,
  last_line_end: 4,
  word_edge: 5,
  no_word_edge: 6,
} as const;

/** A pattern as the matcher runs it. */
export interface PatternProgram {
  readonly words: Int32Array;
  readonly sets: readonly CharacterSet[];
  /** Registers in all. */
  readonly registers: number;
  /** Groups, without the whole match. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  /** Where a match can begin. */
  readonly anchor: Anchor;
  /** What a match begins with; `undefined` if it may be empty. */
  readonly first: CharacterSet | undefined;
  /** Text that every match contains; may be empty. */
  readonly required: string;
}

/** Longest program, in words; our choice. `(a{999}){999}` is refused by it. */
const wordsMax = 100_000;

/**
 * Compiles a pattern.
 *
 * @throws {PatternError} If a look behind has no fixed width, or if the
 *   program would be too long.
 */
export function compilePattern(pattern: ParsedPattern): PatternProgram {
  const { groups, names, root } = pattern;
  const writer = new ProgramWriter(2 * (groups + 1));
  writer.write(root);
  writer.emit(code.match);
  const first = firstOf(root);
  return {
    words: Int32Array.from(writer.words),
    sets: writer.sets,
    registers: writer.registers,
    groups,
    names,
    anchor: anchorOf(root),
    first: first.nullable ? undefined : {
      table: first.table,
      beyond: () => true,
    },
    required: requiredOf(root),
  };
}

class ProgramWriter {
  readonly words: number[] = [];
  readonly sets: CharacterSet[] = [];
  registers: number;

  constructor(registers: number) {
    this.registers = registers;
  }

  emit(...words: number[]): number {
    const at = this.words.length;
    if (at > wordsMax) throw new PatternError("too many repetitions");
    this.words.push(...words);
    return at;
  }

  write(node: PatternNode): void {
    switch (node.type) {
      case "literal":
        this.emit(code.literal, node.code);
        return;
      case "set":
        this.emit(code.set, this.#setIndex(node.set));
        return;
      case "sequence":
        for (const part of node.parts) this.write(part);
        return;
      case "choice":
        return this.#choice(node.options);
      case "group":
        this.emit(code.save, 2 * node.index);
        this.write(node.body);
        this.emit(code.save, 2 * node.index + 1);
        return;
      case "repeat":
        return this.#repeat(node);
      case "atomic": {
        const register = this.#newRegisters();
        this.emit(code.hold, register);
        this.write(node.body);
        this.emit(code.release, register, 0);
        return;
      }
      case "look":
        return this.#look(node);
      case "back":
        this.emit(code.reference, node.index, +node.fold);
        return;
      case "condition": {
        const test = this.emit(code.condition, node.index, 0);
        this.write(node.yes);
        const leave = this.emit(code.jump, 0);
        this.words[test + 2] = this.words.length;
        this.write(node.no);
        this.words[leave + 1] = this.words.length;
        return;
      }
      case "assert":
        this.emit(code.assert, assertionCodes[node.what]);
    }
  }

  #setIndex(set: CharacterSet): number {
    const known = this.sets.indexOf(set);
    return known >= 0 ? known : this.sets.push(set) - 1;
  }

  /** Two registers: for a height of the stack and a place. */
  #newRegisters(): number {
    this.registers += 2;
    return this.registers - 2;
  }

  #choice(options: readonly PatternNode[]): void {
    const leaves: number[] = [];
    for (const [index, option] of options.entries()) {
      if (index === options.length - 1) {
        this.write(option);
        break;
      }
      const split = this.emit(code.split, 0);
      this.write(option);
      leaves.push(this.emit(code.jump, 0));
      this.words[split + 1] = this.words.length;
    }
    for (const leave of leaves) this.words[leave + 1] = this.words.length;
  }

  #repeat(node: Extract<PatternNode, { type: "repeat" }>): void {
    const { body, min, max, greed } = node;
    const single = singleSet(body);
    if (single !== undefined) {
      const loop = {
        greedy: code.loopGreedy,
        lazy: code.loopLazy,
        possessive: code.loopPossessive,
      }[greed];
      const most = max === Infinity ? -1 : max;
      this.emit(loop, this.#setIndex(single), min, most);
      return;
    }
    if (greed === "possessive") {
      const greedy: PatternNode = { ...node, greed: "greedy" };
      return this.write({ type: "atomic", body: greedy });
    }
    for (let turn = 0; turn < min; turn++) this.write(body);
    const split = greed === "lazy" ? code.splitLazy : code.split;
    if (max === Infinity) return this.#endless(body, greed === "lazy");
    const leaves: number[] = [];
    for (let turn = min; turn < max; turn++) {
      if (split === code.split) leaves.push(this.emit(code.split, 0) + 1);
      else {
        // Lazy: go out first, come back to the word behind the jump.
        const into = this.emit(code.split, 0);
        leaves.push(this.emit(code.jump, 0) + 1);
        this.words[into + 1] = this.words.length;
      }
      this.write(body);
    }
    for (const leave of leaves) this.words[leave] = this.words.length;
  }

  #endless(body: PatternNode, lazy: boolean): void {
    const register = widthOf(body)[0] === 0 ? this.#newRegisters() : -1;
    const top = this.words.length;
    const split = this.emit(lazy ? code.splitLazy : code.split, 0);
    if (register >= 0) this.emit(code.save, register);
    this.write(body);
    const check = register >= 0
      ? this.emit(code.leaveIfEmpty, register, 0)
      : undefined;
    this.emit(code.jump, top);
    this.words[split + 1] = this.words.length;
    if (check !== undefined) this.words[check + 2] = this.words.length;
  }

  #look(node: Extract<PatternNode, { type: "look" }>): void {
    const register = this.#newRegisters();
    const target = node.negated
      ? this.emit(code.holdNegated, register, 0) + 2
      : (this.emit(code.hold, register), -1);
    if (!node.ahead) {
      const [min, max] = widthOf(node.body);
      if (min !== max) {
        throw new PatternError("look-behind requires fixed-width pattern");
      }
      this.emit(code.back, min);
    }
    this.write(node.body);
    if (node.negated) {
      this.emit(code.refuse, register);
      this.words[target] = this.words.length;
    } else this.emit(code.release, register, 1);
  }
}

/** The set of a node that takes exactly one character. */
function singleSet(node: PatternNode): CharacterSet | undefined {
  if (node.type === "set") return node.set;
  if (node.type !== "literal") return undefined;
  const { code } = node;
  return characterSet([{ from: code, to: code }], false, false, false);
}
