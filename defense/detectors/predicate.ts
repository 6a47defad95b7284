/**
 * The conditions of a scenario as a test of observations.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { networkOf } from "./address_network.ts";
import { hashOfNothing, hashWith } from "./first_contact.ts";
import { contextCodes, type LoginContext } from "./login_history.ts";
import type { ScenarioField, ScenarioFilter } from "./scenario.ts";
import { pathOf, webPredicate } from "./web_condition.ts";

/**
 * Whether an observation meets a filter's conditions.
 *
 * @param login What was known about it, if it is a login. Without that, no
 *   condition on what is known is met.
 */
export type Predicate = (
  observation: Observation,
  login?: LoginContext,
) => boolean;

/** Conditions on what is known about a login, by their names in a context. */
const contextNames = {
  familiar: "familiar",
  default_account: "defaultAccount",
  repeated: "repeated",
  pace: "pace",
  clockwork: "clockwork",
  shared_source: "sharedSource",
  accused: "accused",
  settled_user: "settledUser",
} as const satisfies Partial<Record<keyof ScenarioFilter, keyof LoginContext>>;

/** Whether a filter asks what is known about a login. */
export function asksForHistory(filter: ScenarioFilter): boolean {
  return Object.keys(contextNames).some((name) =>
    filter[name as keyof typeof contextNames] !== undefined
  );
}

/** Conditions that are the same for all logins of one context code. */
const codedNames: ReadonlySet<string> = new Set([
  ...Object.keys(contextNames),
  "kind",
  "method",
  "unknown_user",
]);

/**
 * Says which of `filters` an observation meets first, or -1: for logins from a
 * table by what is known about them, if the conditions allow it, since this is asked
 * for every refused login of a flood.
 */
export function firstOf(
  filters: readonly ScenarioFilter[],
): (observation: Observation, login?: LoginContext) => number {
  const predicates = filters.map(predicateOf);
  const ask = (observation: Observation, login?: LoginContext): number => {
    for (let index = 0; index < predicates.length; index++) {
      if (predicates[index]?.(observation, login)) return index;
    }
    return -1;
  };
  const areCoded = filters.every((filter) =>
    Object.keys(partOf(filter, false)).length === 0
  );
  if (!areCoded) return ask;
  // 0: not asked yet; else the answer and 2.
  const answers = new Uint8Array(contextCodes);
  return (observation, login) => {
    if (login === undefined) return ask(observation);
    const known = answers[login.code] ?? 0;
    if (known !== 0) return known - 2;
    const answer = ask(observation, login);
    answers[login.code] = answer + 2;
    return answer;
  };
}

/** As {@linkcode predicateOf}, with a table for what is known about a login. */
export function fastPredicateOf(filter: ScenarioFilter): Predicate {
  const coded = partOf(filter, true);
  const rest = predicateOf(partOf(filter, false));
  if (Object.keys(coded).length === 0) return rest;
  const isMet = firstOf([coded]);
  return (observation, login) =>
    isMet(observation, login) === 0 && rest(observation, login);
}

/** The conditions that go by the context code, or the others. */
function partOf(filter: ScenarioFilter, coded: boolean): ScenarioFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([name, wanted]) =>
      wanted !== undefined && codedNames.has(name) === coded
    ),
  );
}

/** Turns the conditions of a scenario into a test of observations. */
export function predicateOf(filter: ScenarioFilter): Predicate {
  const tests: Predicate[] = [];
  const among = (
    field: string,
    allowed: readonly unknown[] | undefined,
    wanted = true,
  ) => {
    if (allowed === undefined) return;
    const [only] = allowed;
    tests.push(
      allowed.length === 1
        ? (observation) => (rawValue(observation, field) === only) === wanted
        : (observation) =>
          allowed.includes(rawValue(observation, field)) === wanted,
    );
  };
  const isTrue = (field: string, wanted: boolean | undefined) => {
    if (wanted === undefined) return;
    tests.push((observation) =>
      (rawValue(observation, field) === true) === wanted
    );
  };
  among("kind", filter.kind);
  among("service", filter.service);
  among("service", filter.not_service, false);
  among("operation", filter.operation);
  among("user", filter.user);
  among("protocol", filter.protocol);
  among("port", filter.port);
  among("outcome", filter.outcome);
  among("method", filter.method);
  isTrue("unknownUser", filter.unknown_user);
  isTrue("handshake", filter.handshake);
  if (filter.request) tests.push(webPredicate(filter.request));
  for (
    const name of Object.keys(contextNames) as (keyof typeof contextNames)[]
  ) {
    const wanted = filter[name];
    if (wanted === undefined) continue;
    const field = contextNames[name];
    tests.push(
      typeof wanted === "boolean"
        ? (_, login) => login?.[field] === wanted
        : (_, login) =>
          login !== undefined &&
          (wanted as readonly unknown[]).includes(login[field]),
    );
  }
  const [one, two, ...more] = tests;
  if (one === undefined) return () => true;
  if (two === undefined) return one;
  if (more.length === 0) {
    return (observation, login) =>
      one(observation, login) && two(observation, login);
  }
  return (observation, login) => {
    for (const test of tests) if (!test(observation, login)) return false;
    return true;
  };
}

/** A field of an observation; `undefined` where that kind has none. */
export function valueOf(
  observation: Observation,
  field: ScenarioField,
): unknown {
  if (field === "network") return networkOf(observation.source);
  return field === "path" ? pathOf(observation) : rawValue(observation, field);
}

/** Hash of what an observation has in some fields; see `hashOf`. */
export function hashOfFields(
  observation: Observation,
  fields: readonly ScenarioField[],
): number {
  let hash = hashOfNothing;
  for (const field of fields) {
    hash = hashWith(hash, valueOf(observation, field));
  }
  return hash;
}

function rawValue(observation: Observation, field: string): unknown {
  return (observation as unknown as Readonly<Record<string, unknown>>)[field];
}
