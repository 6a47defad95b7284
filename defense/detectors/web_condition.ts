/**
 * Conditions on a request that a web server answered, as scenarios state them
 * under `request`. Paths and names of clients are compared with patterns in
 * which `*` stands for anything; both are taken in lower case, and paths with
 * `%41` read as `a`, as the server reads them.
 *
 * A pattern costs at most its pieces times the text's length: its pieces are
 * looked for one behind the other, and the first place is always good enough.
 *
 * @module
 */
import type { Observation, WebRequest } from "../observation.ts";

/** Conditions on a request; all that are given must hold. */
export interface WebCondition {
  /** One of these methods. */
  readonly method?: readonly string[] | undefined;
  /** One of these statuses: a number, or `4xx` for a hundred of them. */
  readonly status?: readonly (number | string)[] | undefined;
  /** Path with query matches one of these patterns. */
  readonly path?: readonly string[] | undefined;
  /** And none of these. */
  readonly not_path?: readonly string[] | undefined;
  /** What the client calls itself matches one of these patterns. */
  readonly agent?: readonly string[] | undefined;
  /** Whether the request named an account (HTTP authentication). */
  readonly account?: boolean | undefined;
}

/** A test of requests; anything else fails it. */
export function webPredicate(
  condition: WebCondition,
): (observation: Observation) => boolean {
  const { method, status, account } = condition;
  const path = condition.path && matcherOf(condition.path);
  const notPath = condition.not_path && matcherOf(condition.not_path);
  const agent = condition.agent && matcherOf(condition.agent);
  return (observation) => {
    if (observation.kind !== "web_request") return false;
    if (method && !method.includes(observation.method)) return false;
    if (status && !status.some((one) => isStatus(observation.status, one))) {
      return false;
    }
    if (account !== undefined && account !== (observation.user !== undefined)) {
      return false;
    }
    if (agent && !agent((observation.agent ?? "").toLowerCase())) return false;
    if (path || notPath) {
      const asked = decoded(observation);
      if (path && !path(asked)) return false;
      if (notPath?.(asked)) return false;
    }
    return true;
  };
}

/** What was asked for, without the query; what first contacts tell apart. */
export function pathOf(observation: Observation): string | undefined {
  if (observation.kind !== "web_request") return undefined;
  const query = observation.path.indexOf("?");
  return query < 0 ? observation.path : observation.path.slice(0, query);
}

function isStatus(status: number, wanted: number | string): boolean {
  return typeof wanted === "number"
    ? status === wanted
    : Math.floor(status / 100) === Number(wanted[0]);
}

/** Whether a text in lower case matches one of the patterns. */
function matcherOf(patterns: readonly string[]): (text: string) => boolean {
  const pieces = patterns.map(patternOf);
  // Most say that a word occurs: one expression of fixed words looks for all.
  const words = pieces.flatMap((pattern) => wordOf(pattern) ?? []);
  const others = pieces.filter((pattern) => wordOf(pattern) === undefined);
  const word = words.length === 0
    ? undefined
    : new RegExp(words.map(literally).join("|"));
  return (text) =>
    word?.test(text) === true ||
    others.some((pattern) => matches(pattern, text));
}

/** The word of a pattern that is no more than `*word*`. */
function wordOf(pieces: Pattern): string | undefined {
  const [first, word, last] = pieces;
  return pieces.length === 3 && first === "" && last === "" && word !== ""
    ? word
    : undefined;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** Pieces between the asterisks. */
type Pattern = readonly string[];

function patternOf(text: string): Pattern {
  return text.toLowerCase().split("*");
}

function matches(pieces: Pattern, text: string): boolean {
  const [first = "", ...others] = pieces;
  if (!text.startsWith(first)) return false;
  const last = others.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** The last request asked about: all scenarios ask about one before the next. */
let lastRequest: WebRequest | undefined;
let lastDecoded = "";

function decoded(observation: WebRequest): string {
  if (observation !== lastRequest) {
    lastRequest = observation;
    const { path } = observation;
    lastDecoded = (path.includes("%") ? percentDecoded(path) : path)
      .toLowerCase();
  }
  return lastDecoded;
}

/** ASCII only: that is what patterns are made of. */
function percentDecoded(path: string): string {
  return path.replace(
    /%([2-7][0-9a-fA-F])/g,
    (_, digits: string) => String.fromCharCode(parseInt(digits, 16)),
  );
}
