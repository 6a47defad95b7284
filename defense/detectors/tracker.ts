/**
 * One scenario watching one subject: its filter, its mechanism and what they
 * have gathered. The evidence behind an alert is what was counted since the
 * mechanism last started anew.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { FirstContacts } from "./first_contact.ts";
import { LeakyBucket } from "./leaky_bucket.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import {
  isVisit,
  ScatteredContacts,
  scatteredShare,
} from "./scattered_contact.ts";
import type { Scenario, ScenarioField, ScenarioFilter } from "./scenario.ts";
import { SequentialWalk } from "./sequential_test.ts";
import { pathOf, webPredicate } from "./web_condition.ts";
import { SlowWalk } from "./slow_walk.ts";

/** What a tracker gathered when it struck. */
export interface Findings {
  /** Natural log of the likelihood ratio, or the scenario's fixed score. */
  readonly score: number;
  /** Observations that spoke against the subject. */
  readonly count: number;
  /** From the first of them to the last. */
  readonly spanMs: number;
  /** One of them came over a completed handshake. */
  readonly handshake: boolean;
  /** The service that all of them name; absent if they name none, or several. */
  readonly service?: string;
}

/** Watches one subject. */
export interface Tracker {
  /** Takes an observation that passed the scenario's filter. */
  take(observation: Observation, priorNats: number): Findings | undefined;
}

/** Whether an observation meets a filter's conditions. */
export type Predicate = (observation: Observation) => boolean;

/** Turns the conditions of a scenario into a test of observations. */
export function predicateOf(filter: ScenarioFilter): Predicate {
  const tests: Predicate[] = [];
  const among = (
    field: string,
    allowed: readonly unknown[] | undefined,
    wanted = true,
  ) => {
    if (allowed === undefined) return;
    tests.push((observation) =>
      allowed.includes(valueOf(observation, field)) === wanted
    );
  };
  const isTrue = (field: string, wanted: boolean | undefined) => {
    if (wanted === undefined) return;
    tests.push((observation) =>
      (valueOf(observation, field) === true) === wanted
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
  isTrue("unknownUser", filter.unknown_user);
  isTrue("handshake", filter.handshake);
  if (filter.request) tests.push(webPredicate(filter.request));
  return (observation) => {
    for (const test of tests) if (!test(observation)) return false;
    return true;
  };
}

/** A field of an observation; `undefined` where that kind has none. */
function valueOf(observation: Observation, field: string): unknown {
  if (field === "path") return pathOf(observation);
  return (observation as unknown as Readonly<Record<string, unknown>>)[field];
}

/**
 * Makes trackers of a scenario; called once per subject.
 *
 * @param baseline What was learned of honest first contacts, or is to be.
 */
export function trackerMaker(
  scenario: Scenario,
  baseline?: FirstContactBaseline,
): () => Tracker {
  const { mechanism } = scenario;
  if (mechanism.type === "slow_walk") {
    const walk = new SlowWalk(mechanism, baseline);
    return () => walk;
  }
  if (mechanism.type === "leaky_bucket") {
    const { capacity, leak, distinct, score } = mechanism;
    return () =>
      new BucketTracker(
        new LeakyBucket({ capacity, leakMs: leak }),
        score,
        distinct,
      );
  }
  const { alpha, beta, half_life: halfLifeMs, first_contact } = mechanism;
  const parameters = {
    alpha,
    beta,
    ...(halfLifeMs === undefined ? {} : { halfLifeMs }),
  };
  const cases = mechanism.cases.map(({ when, benign, attack }) => ({
    fits: predicateOf(when),
    attack,
    nats: Math.log(attack / benign),
  }));
  const learned = mechanism.trained ? baseline : undefined;
  return () =>
    new SequentialTracker(
      new SequentialWalk(parameters),
      cases,
      first_contact,
      learned,
    );
}

interface Case {
  readonly fits: Predicate;
  readonly attack: number;
  readonly nats: number;
}

/** What was counted since the last start. */
class Evidence {
  #count = 0;
  #firstMs = 0;
  #lastMs = 0;
  #handshake = false;
  #service: string | undefined;

  /**
   * @param speaksAgainst Whether the observation is one against the subject.
   * @param proves Whether its handshake proves that the subject did the rest.
   */
  add(observation: Observation, speaksAgainst: boolean, proves = true): void {
    // What a service answered had a connection under it.
    if (proves && (!("handshake" in observation) || observation.handshake)) {
      this.#handshake = true;
    }
    if (!speaksAgainst) return;
    const service = "service" in observation ? observation.service : undefined;
    if (this.#count === 0) {
      this.#firstMs = observation.atMs;
      this.#service = service;
    } else if (this.#service !== service) this.#service = undefined;
    this.#count++;
    this.#lastMs = observation.atMs;
  }

  take(score: number): Findings {
    const findings = {
      score,
      count: this.#count,
      spanMs: Math.max(0, this.#lastMs - this.#firstMs),
      handshake: this.#handshake,
      ...(this.#service !== undefined && { service: this.#service }),
    };
    this.clear();
    return findings;
  }

  clear(): void {
    this.#count = 0;
    this.#handshake = false;
  }
}

class SequentialTracker implements Tracker {
  readonly #walk: SequentialWalk;
  readonly #cases: readonly Case[];
  readonly #fields: readonly ScenarioField[] | undefined;
  readonly #met = new FirstContacts();
  readonly #scattered: ScatteredContacts | undefined;
  readonly #learned: FirstContactBaseline | undefined;
  readonly #evidence = new Evidence();

  constructor(
    walk: SequentialWalk,
    cases: readonly Case[],
    fields: readonly ScenarioField[] | undefined,
    learned: FirstContactBaseline | undefined,
  ) {
    this.#walk = walk;
    this.#cases = cases;
    this.#fields = fields;
    this.#learned = learned;
    if (fields?.includes("destination") && fields.includes("port")) {
      this.#scattered = new ScatteredContacts();
    }
  }

  take(observation: Observation, priorNats: number): Findings | undefined {
    const found = this.#cases.find(({ fits }) => fits(observation));
    if (found === undefined) return undefined;
    if (this.#fields && !this.#met.meet(valuesOf(observation, this.#fields))) {
      return undefined;
    }
    this.#evidence.add(
      observation,
      found.nats > 0,
      this.#scattered === undefined || !isVisit(observation),
    );
    const isScattered = this.#scattered?.meet(observation) === true;
    const learned = this.#natsAsLearned(found, observation);
    const nats = isScattered && learned > 0
      ? learned * scatteredShare
      : learned;
    const verdict = this.#walk.step(nats, observation.atMs, priorNats);
    if (verdict === "benign") this.#evidence.clear();
    if (verdict !== "attack") return undefined;
    const findings = this.#evidence.take(this.#walk.score + priorNats);
    this.#walk.restart();
    return findings;
  }

  /** With the chance that was learned for the port, once it was. */
  #natsAsLearned({ nats, attack }: Case, observation: Observation): number {
    const learned = this.#learned;
    if (learned === undefined || observation.kind !== "connection") return nats;
    if (learned.isLearning(observation.atMs)) return nats;
    const failure = learned.failureChance(observation.port);
    return Math.log(attack / (nats > 0 ? failure : 1 - failure));
  }
}

class BucketTracker implements Tracker {
  readonly #bucket: LeakyBucket;
  readonly #score: number;
  readonly #fields: readonly ScenarioField[] | undefined;
  readonly #met = new FirstContacts();
  readonly #evidence = new Evidence();

  constructor(
    bucket: LeakyBucket,
    score: number,
    fields: readonly ScenarioField[] | undefined,
  ) {
    this.#bucket = bucket;
    this.#score = score;
    this.#fields = fields;
  }

  take(observation: Observation): Findings | undefined {
    if (this.#fields && !this.#met.meet(valuesOf(observation, this.#fields))) {
      return undefined;
    }
    const overflows = this.#bucket.pour(observation.atMs);
    if (this.#bucket.level <= 1) {
      // It had run dry: what came before is no longer evidence.
      this.#evidence.clear();
      this.#met.clear();
      if (this.#fields) this.#met.meet(valuesOf(observation, this.#fields));
    }
    this.#evidence.add(observation, true);
    if (!overflows) return undefined;
    this.#bucket.empty();
    this.#met.clear();
    return this.#evidence.take(this.#score);
  }
}

function valuesOf(
  observation: Observation,
  fields: readonly ScenarioField[],
): unknown[] {
  return fields.map((field) => valueOf(observation, field));
}
