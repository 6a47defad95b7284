/**
 * Finds the time stamp of each line of one log, among the forms that a filter
 * names or fail2ban knows. As in fail2ban the form that fitted last is tried
 * first, at the same place; a form that fits often moves to the front, and one
 * that stands further in the line than before is doubted and taken only if no
 * other fits better (fail2ban, `datedetector.py`). What is found is cut out
 * of the line, so which form wins decides what the filter sees.
 *
 * @module
 */
import type { MatchBudget } from "./match_budget.ts";
import { PatternError } from "./pattern_error.ts";
import type { PatternMatch } from "./pattern_match.ts";
import { knownStamps } from "./stamp_formats.ts";
import { lineBegin, StampTemplate } from "./stamp_template.ts";

/** A stamp in a line. */
export interface FoundStamp {
  readonly match: PatternMatch;
  readonly template: StampTemplate;
}

/** Forms in one detector; our choice. */
const formsMax = 256;
/** Milliseconds of log after which a form counts as unused; fail2ban's choice. */
const unusedMs = 300_000;
const far = 0x7fffffff;

interface Form {
  readonly template: StampTemplate;
  /** How often it was found. */
  hits: number;
  /** Where it stood last. */
  distance: number;
  /** Lines are the clock: the number of the line that it was last found in. */
  lastUsed: number;
  /** Forms at the line's beginning come before others. */
  readonly weight: number;
}

/** Finds stamps in the lines of one log. */
export class StampDetector {
  readonly #forms: Form[] = [];
  readonly #names = new Set<string>();
  #last = far;
  #lastStart = 1;
  #lastEnd = far;
  /** Characters around the last stamp: before, first, last, behind. */
  #edges: readonly [string, string, string, string] | undefined;
  #firstUnused = 0;
  #lines = 0;

  /**
   * @param patterns As a filter's `datepattern` says; fail2ban's own if absent.
   * @throws {PatternError} If a pattern cannot be read.
   */
  constructor(patterns?: readonly string[]) {
    for (const pattern of patterns ?? ["{DEFAULT}"]) {
      const key = pattern.includes("%") ? pattern : pattern.toUpperCase();
      if (key === lineBegin) this.#addKnown((each) => each.atLineBegin);
      else if (key === "{DEFAULT}") this.#addKnown();
      else if (key.toUpperCase().includes("{DATE}")) this.#addAround(pattern);
      else if (key === "{NONE}") this.#add(new StampTemplate("{UNB}^"), 1);
      else this.#add(new StampTemplate(pattern), 1);
    }
  }

  /** Every known form, at the line's beginning first and then anywhere. */
  #addKnown(wanted: (template: StampTemplate) => boolean = () => true): void {
    for (const stamp of knownStamps) {
      if (stamp.startsWith("^") || stamp.startsWith(lineBegin)) continue;
      const template = new StampTemplate(lineBegin + stamp);
      if (wanted(template)) this.#add(template, 100);
    }
    for (const stamp of knownStamps) {
      const template = new StampTemplate(stamp);
      if (wanted(template)) this.#add(template, 1);
    }
  }

  /** Every known form in the place of `{DATE}`. */
  #addAround(pattern: string): void {
    for (const stamp of knownStamps) {
      const bare = stamp.replace(/^\{\^LN-BEG\}/, "");
      const whole = pattern.replace(/(?<!\\)\{DATE\}/gi, () => bare);
      // These have digits of their own, and no pattern to put around them.
      const special = bare === "EPOCH" || bare === "TAI64N";
      if (special && whole !== `^${bare}` && whole !== lineBegin + bare) {
        continue;
      }
      this.#add(new StampTemplate(whole), 1);
    }
  }

  #add(template: StampTemplate, weight: number): void {
    if (this.#names.has(template.name)) return;
    if (this.#forms.length >= formsMax) {
      throw new PatternError(`more than ${formsMax} forms of time stamps`);
    }
    this.#names.add(template.name);
    this.#forms.push({
      template,
      hits: 0,
      distance: far,
      lastUsed: -Infinity,
      weight,
    });
  }

  /** Finds the stamp of the next line. */
  find(line: string, budget: MatchBudget): FoundStamp | undefined {
    this.#lines++;
    const [again, doubted, tried] = this.#tryLast(line, budget);
    const [index, match] = again ??
      this.#tryAll(line, budget, doubted, tried) ??
      [-1, undefined];
    if (match === undefined || budget.spent) return undefined;
    const form = this.#forms[index]!;
    form.hits++;
    form.lastUsed = this.#lines;
    form.distance = match.start;
    if (this.#firstUnused === index) this.#firstUnused++;
    this.#lastStart = match.start;
    this.#lastEnd = match.end;
    this.#edges = [
      at(line, match.start - 1),
      at(line, match.start),
      at(line, match.end - 1),
      at(line, match.end),
    ];
    this.#last = index > 0 && index !== this.#last
      ? this.#moveUp(index)
      : index;
    return { match, template: form.template };
  }

  /**
   * The form that fitted last.
   *
   * @returns What is taken, what is taken only if nothing else fits, and the
   *   form that need not be tried again.
   */
  #tryLast(
    line: string,
    budget: MatchBudget,
  ): readonly [Found | undefined, Found | undefined, number] {
    const index = this.#last;
    const form = this.#forms[index];
    if (form === undefined) return [undefined, undefined, far];
    const { template } = form;
    const sameEdges = !template.anchored && this.#hasSameEdges(line);
    const match = sameEdges
      ? template.search(line, budget, this.#lastStart, this.#lastEnd)
      : template.search(line, budget);
    const tried = sameEdges ? far : index;
    if (match === undefined) return [undefined, undefined, tried];
    const found: Found = [index, match];
    const samePlace = match.start === this.#lastStart &&
      match.end === this.#lastEnd;
    return this.#forms.length === 1 || template.anchored || samePlace
      ? [found, undefined, tried]
      : [undefined, found, tried];
  }

  #hasSameEdges(line: string): boolean {
    if (this.#edges === undefined) return false;
    const [before, first, last, behind] = this.#edges;
    const start = this.#lastStart;
    const end = this.#lastEnd;
    const same = (index: number, letter: string) => at(line, index) === letter;
    return (same(start - 1, before) ||
      (same(start, first) && !isWordy(first))) &&
      (same(end, behind) || (same(end - 1, last) && !isWordy(last)));
  }

  #tryAll(
    line: string,
    budget: MatchBudget,
    doubted: Found | undefined,
    tried: number,
  ): Found | undefined {
    let best = doubted;
    for (const [index, form] of this.#forms.entries()) {
      if (index === tried) continue;
      const match = form.template.search(line, budget);
      if (match === undefined) continue;
      const found: Found = [index, match];
      const next = this.#forms[index + 1];
      if (next === undefined || form.template.anchored) return found;
      if (match.start === 0 && form.hits > 0 && next.hits === 0) return found;
      const further = match.start > form.distance ||
        match.start > this.#lastStart;
      if (!further) return found;
      if (best === undefined || match.start < best[1].start) best = found;
    }
    return best;
  }

  /** Moves a form towards the front if it fits more often than those there. */
  #moveUp(index: number): number {
    const forms = this.#forms;
    const form = forms[index]!;
    const isBetterThan = (place: number): boolean => {
      const other = forms[place]!;
      return weightOf(form) > weightOf(other) ||
        form.lastUsed - unusedMs > other.lastUsed;
    };
    let place = this.#firstUnused < index ? this.#firstUnused : index >> 1;
    if (!isBetterThan(place)) {
      if (place === index - 1) return index;
      place = index - 1;
      if (!isBetterThan(place)) return index;
    }
    forms.splice(index, 1);
    forms.splice(place, 0, form);
    while ((forms[this.#firstUnused]?.hits ?? 0) > 0) this.#firstUnused++;
    return place;
  }
}

type Found = readonly [number, PatternMatch];

function weightOf({ hits, weight, distance }: Form): number {
  return hits * weight / Math.max(1, distance);
}

function at(line: string, index: number): string {
  return line[index] ?? "";
}

function isWordy(letter: string): boolean {
  return /[\p{L}\p{N}]/u.test(letter);
}
