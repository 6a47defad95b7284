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
  const path = condition.path?.map(patternOf);
  const notPath = condition.not_path?.map(patternOf);
  const agent = condition.agent?.map(patternOf);
  return (observation) => {
    if (observation.kind !== "web_request") return false;
    if (method && !method.includes(observation.method)) return false;
    if (status && !status.some((one) => isStatus(observation.status, one))) {
      return false;
    }
    if (account !== undefined && account !== (observation.user !== undefined)) {
      return false;
    }
    if (agent) {
      const name = (observation.agent ?? "").toLowerCase();
      if (!agent.some((pattern) => matches(pattern, name))) return false;
    }
    if (path || notPath) {
      const asked = decoded(observation);
      if (path && !path.some((one) => matches(one, asked))) return false;
      if (notPath?.some((one) => matches(one, asked))) return false;
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
    lastDecoded = observation.path.replace(
      /%([2-7][0-9a-fA-F])/g,
      (_, digits: string) => String.fromCharCode(parseInt(digits, 16)),
    ).toLowerCase();
  }
  return lastDecoded;
}
