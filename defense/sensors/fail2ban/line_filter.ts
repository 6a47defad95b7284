/**
 * Runs a filter over the lines of one log, in their order, and says which
 * lines are failures and whose: with the same verdict as fail2ban's filter
 * (`filter.py`), but in bounded time.
 *
 * Of a line the time stamp is cut out. What is left must match the filter's
 * first expression (`prefregex`), whose content goes on; then the first
 * `failregex` that matches decides, unless an `ignoreregex` matches too.
 *
 * An expression that cannot be read is refused with its file and line; the
 * others still work.
 *
 * @module
 */
import { ConnectionFailures, type Groups } from "./connection_failures.ts";
import type {
  FilterDefinition,
  FilterExpression,
} from "./filter_definition.ts";
import { expandHostTags, groupName } from "./host_tags.ts";
import { LineWindow, type WindowMatch } from "./line_window.ts";
import { MatchBudget } from "./match_budget.ts";
import { PatternError } from "./pattern_error.ts";
import type { PatternMatch } from "./pattern_match.ts";
import { Pattern } from "./pattern_matcher.ts";
import { StampDetector } from "./stamp_detector.ts";
import type { StampClock } from "./stamp_time.ts";

/** A line that is a failure. */
export interface LineFailure {
  readonly atMs: number;
  /** Address or host name that the line, or its connection, names. */
  readonly host?: string;
  /** What else the filter calls the failure by. */
  readonly id?: string;
  readonly user?: string;
}

/** An expression that is left out, and why. */
export interface FilterRefusal {
  /** `file:line`. */
  readonly origin: string;
  /** What is wrong with it, and at which position. */
  readonly reason: string;
}

/** Whether a filter can be used, and what of it cannot. */
export interface FilterCheck {
  /** Expressions that are left out. */
  readonly refusals: readonly FilterRefusal[];
  /** Whether anything is left that could find a failure. */
  readonly isUsable: boolean;
}

/** Tries to use a filter. */
export function checkFilter(definition: FilterDefinition): FilterCheck {
  const never = { nowMs: 0, offsetMinutesAt: () => 0 };
  const { refusals, isUsable } = new LineFilter(definition, () => never);
  return { refusals, isUsable };
}

/** What a line is. */
export type LineVerdict =
  | { readonly what: "failure"; readonly failure: LineFailure }
  | { readonly what: "nothing" }
  /** Looking at it took too long. */
  | { readonly what: "too_costly" };

const nothing: LineVerdict = { what: "nothing" };
const tooCostly: LineVerdict = { what: "too_costly" };
/** One of these groups names the failure, directly or through its connection. */
const identifying = ["fid", "ip4", "ip6", "dns", "mlfid"];

/** Runs one filter over one log. */
export class LineFilter {
  /** Expressions that are left out. */
  readonly refusals: readonly FilterRefusal[];
  readonly #before: Expression | undefined;
  readonly #fail: readonly Expression[];
  readonly #ignore: readonly Expression[];
  readonly #stamps: StampDetector;
  readonly #clock: () => StampClock;
  readonly #window: LineWindow | undefined;
  readonly #connections = new ConnectionFailures();
  readonly #budget = new MatchBudget();
  #lastMs: number | undefined;

  /**
   * @param clock Asked for each line whose stamp must be read.
   */
  constructor(definition: FilterDefinition, clock: () => StampClock) {
    const refusals: FilterRefusal[] = [];
    const read = <Read>(
      { text, origin }: FilterExpression,
      reader: (text: string) => Read,
    ): Read[] => {
      try {
        return [reader(text)];
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        refusals.push({ origin, reason: error.message });
        return [];
      }
    };
    const { hostNames, lines, before } = definition;
    const expression = (multiline: boolean) => (text: string) =>
      new Expression(expandHostTags(text, hostNames), multiline);
    [this.#before] = before ? read(before, expression(false)) : [];
    const prefix = this.#before;
    this.#fail = definition.fail.flatMap((each) =>
      read(each, (text) => {
        const made = expression(lines > 1)(text);
        if (!made.isNaming && !prefix?.isNaming) {
          throw new PatternError("names no <HOST>, <F-ID> or the like");
        }
        return made;
      })
    );
    // Without its first expression a filter would see more than it should.
    if (before && prefix === undefined) this.#fail = [];
    this.#ignore = definition.ignore.flatMap((each) =>
      read(each, expression(false))
    );
    const stamps = definition.stamps?.flatMap((each) =>
      read(each, (text) => (new StampDetector([text.trim()]), text.trim()))
    );
    this.#stamps = new StampDetector(stamps?.length === 0 ? undefined : stamps);
    this.#clock = clock;
    this.#window = lines > 1 ? new LineWindow(lines) : undefined;
    this.refusals = refusals;
  }

  /** Whether anything is left that could find a failure. */
  get isUsable(): boolean {
    return this.#fail.length > 0;
  }

  /**
   * Judges the next line.
   *
   * @param line Without its end.
   * @param knownMs When it was written, if its stamp need not be asked.
   */
  judge(line: string, knownMs?: number): LineVerdict {
    this.#budget.refill();
    const verdict = this.#judge(line, knownMs);
    return this.#budget.spent ? tooCostly : verdict;
  }

  #judge(line: string, knownMs: number | undefined): LineVerdict {
    const { text, atMs } = this.#cutStamp(line, knownMs);
    if (this.#budget.spent) return nothing;
    const window = this.#window;
    window?.add(text);
    let seen = window?.text ?? text + "\n";
    const few = this.#ignore.length < this.#fail.length - 2;
    if (few && this.#isIgnored(seen)) return nothing;
    const groups: Groups = new Map();
    if (this.#before) {
      const match = this.#before.search(seen, this.#budget);
      if (match === undefined) return nothing;
      this.#before.groupsOf(match, groups);
      const content = groups.get("content");
      groups.delete("content");
      if (content !== undefined && content !== "") seen = content + "\n";
    }
    for (const expression of this.#fail) {
      const match = expression.search(seen, this.#budget);
      if (match === undefined) {
        if (this.#budget.spent) return nothing;
        continue;
      }
      const place = window && placeOf(match);
      const looked = window && place
        ? window.takenBy(place).join("\n") + "\n"
        : seen;
      const ignored = this.#ignore.length > 0 && this.#isIgnored(looked);
      if (place) window?.take(place);
      if (ignored) return nothing;
      expression.groupsOf(match, groups);
      return this.#verdictOn(groups, atMs);
    }
    return nothing;
  }

  #isIgnored(text: string): boolean {
    return this.#ignore.some((each) =>
      each.search(text, this.#budget) !== undefined
    );
  }

  #verdictOn(groups: Groups, atMs: number): LineVerdict {
    const connection = groups.get("mlfid");
    let known = groups;
    let wait: (() => void) | undefined;
    if (connection !== undefined) {
      const merged = this.#connections.merge(connection, groups, atMs);
      if (merged.noFailure) return nothing;
      known = merged.groups;
      wait = merged.wait;
    }
    const host = known.get("ip4") ?? known.get("ip6") ?? known.get("dns");
    const id = known.get("fid");
    if (host === undefined && id === undefined) {
      wait?.();
      return nothing;
    }
    const user = known.get("user");
    return {
      what: "failure",
      failure: {
        atMs,
        ...(host !== undefined && { host }),
        ...(id !== undefined && { id }),
        ...(user !== undefined && { user }),
      },
    };
  }

  /** The line without its stamp, and its time: the last one if it has none. */
  #cutStamp(
    line: string,
    knownMs: number | undefined,
  ): { readonly text: string; readonly atMs: number } {
    if (knownMs !== undefined) {
      this.#lastMs = knownMs;
      return { text: line, atMs: knownMs };
    }
    const found = this.#stamps.find(line, this.#budget);
    const clock = this.#clock();
    const lastMs = this.#lastMs ?? clock.nowMs;
    if (found === undefined) return { text: line, atMs: lastMs };
    const [start, end] = found.match.span(1);
    const atMs = end > start
      ? found.template.timeOf(found.match, clock)
      : undefined;
    if (atMs === undefined) return { text: line, atMs: lastMs };
    this.#lastMs = atMs;
    return { text: line.slice(0, start) + line.slice(end), atMs };
  }
}

/** One expression, and what its groups mean. */
class Expression {
  /** Whether it names whose failure it is. */
  readonly isNaming: boolean;
  readonly #pattern: Pattern;
  /** Groups that stand in for others: `alt_user_1` for `user`. */
  readonly #alternatives: readonly (readonly [string, string])[];

  constructor(text: string, multiline: boolean) {
    this.#pattern = new Pattern(text, { multiline });
    const { names } = this.#pattern;
    this.isNaming = identifying.some((name) => names.has(name));
    this.#alternatives = [...names.keys()].sort().flatMap((name) => {
      const meant = /^alt_(.*?)(?:_\d+)?$/.exec(name)?.[1];
      return meant === undefined ? [] : [[name, groupName(meant)] as const];
    });
  }

  search(text: string, budget: MatchBudget): PatternMatch | undefined {
    return this.#pattern.search(text, budget);
  }

  /** Adds the groups that took part to `groups`. */
  groupsOf(match: PatternMatch, groups: Groups): void {
    for (const name of this.#pattern.names.keys()) {
      const text = match.group(name);
      if (text === undefined) continue;
      groups.set(name, text);
    }
    for (const [name, meant] of this.#alternatives) {
      const text = groups.get(name);
      if (text && !groups.get(meant)) groups.set(meant, text);
    }
  }
}

function placeOf(match: PatternMatch): WindowMatch {
  let skipped = "";
  for (let index = 0;; index++) {
    const text = match.group(`skiplines${index}`);
    if (text === undefined) break;
    skipped += text;
  }
  return { start: match.start, end: match.end, skipped };
}
