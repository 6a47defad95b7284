/**
 * One scenario watching one subject: its mechanism and what it has gathered.
 * The evidence behind an alert is what was counted since the mechanism last
 * started anew.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { AuthFailure, AuthSuccess, Observation } from "../observation.ts";
import { AccountLedger } from "./account_ledger.ts";
import { accountNumber } from "./account_number.ts";
import { DistinctWindow } from "./distinct_window.ts";
import { FirstContacts } from "./first_contact.ts";
import { LeakyBucket } from "./leaky_bucket.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import type { LoginContext } from "./login_history.ts";
import { firstOf, predicateOf, valueOf } from "./predicate.ts";
import type {
  CusumMechanism,
  Mechanism,
  ScenarioField,
  SequentialMechanism,
} from "./scenario.ts";
import {
  isVisit,
  ScatteredContacts,
  scatteredShare,
} from "./scattered_contact.ts";
import { Sequence } from "./sequence.ts";
import { SequentialWalk } from "./sequential_test.ts";
import { SlowWalk } from "./slow_walk.ts";

/** Sources named where a subject is no source; the oldest is left out. */
export const participantsMax = 8;

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
  /** Who made these observations: the latest `participantsMax`, oldest first. */
  readonly sources?: readonly Address[];
}

/** Watches one subject. */
export interface Tracker {
  /** Takes an observation that passed the scenario's filter. */
  take(
    observation: Observation,
    priorNats: number,
    login: LoginContext | undefined,
  ): Findings | undefined;
  /** Nats so far, of a sequential test. */
  readonly nats?: number;
}

/** Mechanisms that watch one subject. */
export type SubjectMechanism = Exclude<Mechanism, CusumMechanism>;

/**
 * Makes trackers of a mechanism; called once per subject.
 *
 * @param names Whether findings name the sources, as is of use where a subject is none.
 * @param baseline What was learned of honest first contacts, or is to be.
 */
export function trackerMaker(
  mechanism: SubjectMechanism,
  names: boolean,
  baseline?: FirstContactBaseline,
): () => Tracker {
  switch (mechanism.type) {
    case "slow_walk": {
      const walk = new SlowWalk(mechanism, baseline);
      return () => walk;
    }
    case "sequential_test":
      return sequentialMaker(mechanism, names, baseline);
    case "leaky_bucket": {
      const { capacity, leak, distinct, score } = mechanism;
      return () =>
        new BucketTracker(
          new LeakyBucket({ capacity, leakMs: leak }),
          score,
          distinct,
          names,
        );
    }
    case "distinct": {
      const { fields, count, within, score } = mechanism;
      return () =>
        new DistinctTracker(
          new DistinctWindow(count, within),
          fields,
          score,
          names,
        );
    }
    case "sequence": {
      const { within, score } = mechanism;
      const steps = mechanism.steps.map(({ when, count }) => ({
        fits: predicateOf(when),
        count,
      }));
      return () =>
        new SequenceTracker(new Sequence(steps, within), score, names);
    }
  }
}

function sequentialMaker(
  mechanism: SequentialMechanism,
  names: boolean,
  baseline: FirstContactBaseline | undefined,
): () => Tracker {
  const { alpha, beta, half_life: halfLifeMs, first_contact, forgive } =
    mechanism;
  const parameters = {
    alpha,
    beta,
    ...(halfLifeMs === undefined ? {} : { halfLifeMs }),
  };
  const firstCase = firstOf(mechanism.cases.map(({ when }) => when));
  const cases = mechanism.cases.map(({ benign, attack }) => ({
    attack,
    nats: Math.log(attack / benign),
  }));
  const learned = mechanism.trained ? baseline : undefined;
  return () =>
    new SequentialTracker({
      walk: new SequentialWalk(parameters),
      firstCase,
      cases,
      fields: first_contact,
      ledger: forgive && new AccountLedger(halfLifeMs),
      learned,
      names,
    });
}

interface Case {
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
  readonly #sources: Address[] | undefined;

  /** @param names Whether to remember the sources. */
  constructor(names: boolean) {
    if (names) this.#sources = [];
  }

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
    if (this.#sources === undefined) return;
    const { source } = observation;
    if (this.#sources.includes(source)) return;
    if (this.#sources.length >= participantsMax) this.#sources.shift();
    this.#sources.push(source);
  }

  /** Takes observations back. */
  drop(count: number): void {
    this.#count = Math.max(0, this.#count - count);
  }

  take(score: number): Findings {
    const findings = {
      score,
      count: this.#count,
      spanMs: Math.max(0, this.#lastMs - this.#firstMs),
      handshake: this.#handshake,
      ...(this.#service !== undefined && { service: this.#service }),
      sources: [...this.#sources ?? []],
    };
    this.clear();
    return findings;
  }

  clear(): void {
    this.#count = 0;
    this.#handshake = false;
    if (this.#sources) this.#sources.length = 0;
  }
}

class SequentialTracker implements Tracker {
  readonly #walk: SequentialWalk;
  readonly #firstCase: ReturnType<typeof firstOf>;
  readonly #cases: readonly Case[];
  readonly #fields: readonly ScenarioField[] | undefined;
  readonly #ledger: AccountLedger | undefined;
  /** Only where first contacts count: it is the largest part of a tracker. */
  readonly #met: FirstContacts | undefined;
  readonly #scattered: ScatteredContacts | undefined;
  readonly #learned: FirstContactBaseline | undefined;
  readonly #evidence: Evidence;

  constructor(
    { walk, firstCase, cases, fields, ledger, learned, names }: {
      readonly walk: SequentialWalk;
      readonly firstCase: ReturnType<typeof firstOf>;
      readonly cases: readonly Case[];
      readonly fields: readonly ScenarioField[] | undefined;
      readonly ledger: AccountLedger | undefined;
      readonly learned: FirstContactBaseline | undefined;
      readonly names: boolean;
    },
  ) {
    this.#walk = walk;
    this.#firstCase = firstCase;
    this.#cases = cases;
    this.#evidence = new Evidence(names);
    this.#fields = fields;
    this.#ledger = ledger;
    this.#learned = learned;
    this.#met = fields && new FirstContacts();
    if (fields?.includes("destination") && fields.includes("port")) {
      this.#scattered = new ScatteredContacts();
    }
  }

  get nats(): number {
    return this.#walk.score;
  }

  take(
    observation: Observation,
    priorNats: number,
    login: LoginContext | undefined,
  ): Findings | undefined {
    if (this.#ledger && observation.kind === "auth_success") {
      this.#forgive(
        this.#ledger,
        accountOf(observation, login),
        observation.atMs,
      );
    }
    const found = this.#cases[this.#firstCase(observation, login)];
    if (found === undefined) return undefined;
    if (
      this.#fields && !this.#met?.meet(valuesOf(observation, this.#fields))
    ) return undefined;
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
    if (this.#ledger && nats > 0 && observation.kind === "auth_failure") {
      this.#ledger.add(accountOf(observation, login), nats, observation.atMs);
    }
    if (verdict === "benign") this.#startAnew();
    if (verdict !== "attack") return undefined;
    const findings = this.#evidence.take(this.#walk.score + priorNats);
    this.#walk.restart();
    this.#startAnew();
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

  #forgive(ledger: AccountLedger, account: number, atMs: number): void {
    const added = ledger.settle(account, atMs);
    if (added === undefined) return;
    this.#walk.takeBack(added.nats);
    this.#evidence.drop(added.count);
  }

  #startAnew(): void {
    this.#evidence.clear();
    this.#ledger?.clear();
  }
}

class BucketTracker implements Tracker {
  readonly #bucket: LeakyBucket;
  readonly #score: number;
  readonly #fields: readonly ScenarioField[] | undefined;
  readonly #met = new FirstContacts();
  readonly #evidence: Evidence;

  constructor(
    bucket: LeakyBucket,
    score: number,
    fields: readonly ScenarioField[] | undefined,
    names: boolean,
  ) {
    this.#evidence = new Evidence(names);
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

class DistinctTracker implements Tracker {
  readonly #window: DistinctWindow;
  readonly #fields: readonly ScenarioField[];
  readonly #score: number;
  readonly #evidence: Evidence;

  constructor(
    window: DistinctWindow,
    fields: readonly ScenarioField[],
    score: number,
    names: boolean,
  ) {
    this.#evidence = new Evidence(names);
    this.#window = window;
    this.#fields = fields;
    this.#score = score;
  }

  take(observation: Observation): Findings | undefined {
    const isFull = this.#window.take(
      valuesOf(observation, this.#fields),
      observation.atMs,
    );
    // What came before has left the window: it is no longer evidence.
    if (this.#window.isBeginning) this.#evidence.clear();
    this.#evidence.add(observation, true);
    if (!isFull) return undefined;
    this.#window.clear();
    return this.#evidence.take(this.#score);
  }
}

class SequenceTracker implements Tracker {
  readonly #sequence: Sequence;
  readonly #score: number;
  readonly #evidence: Evidence;

  constructor(sequence: Sequence, score: number, names: boolean) {
    this.#evidence = new Evidence(names);
    this.#sequence = sequence;
    this.#score = score;
  }

  take(
    observation: Observation,
    _priorNats: number,
    login: LoginContext | undefined,
  ): Findings | undefined {
    const place = this.#sequence.take(observation, login);
    if (place === undefined) return undefined;
    if (place.first) this.#evidence.clear();
    this.#evidence.add(observation, true);
    return place.last ? this.#evidence.take(this.#score) : undefined;
  }
}

function accountOf(
  { user = "" }: AuthFailure | AuthSuccess,
  login: LoginContext | undefined,
): number {
  return login?.account ?? accountNumber(user);
}

function valuesOf(
  observation: Observation,
  fields: readonly ScenarioField[],
): unknown[] {
  return fields.map((field) => valueOf(observation, field));
}
