/**
 * One scenario watching its subjects: its mechanism, and what that has gathered
 * of the subject whose record is open. The evidence behind an alert is what was
 * counted since the mechanism last started anew.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { DistinctWindow } from "./distinct_window.ts";
import {
  Evidence,
  type Findings,
  type ServiceNames,
  type SourceNames,
} from "./evidence.ts";
import { FirstContacts } from "./first_contact.ts";
import type { FirstContactBaseline } from "./first_contact_baseline.ts";
import { LeakyBucket } from "./leaky_bucket.ts";
import type { LoginContext } from "./login_history.ts";
import { hashOfFields, predicateOf } from "./predicate.ts";
import type { Records } from "./records.ts";
import type {
  BucketMechanism,
  CusumMechanism,
  DistinctMechanism,
  Mechanism,
  ScenarioField,
  SequenceMechanism,
} from "./scenario.ts";
import { Sequence } from "./sequence.ts";
import { SequentialTracker } from "./sequential_tracker.ts";
import { SlowWalk } from "./slow_walk.ts";

/** Watches the subjects of one scenario, that of the open record at a time. */
export interface Tracker {
  /** Takes an observation that passed the scenario's filter. */
  take(
    observation: Observation,
    priorNats: number,
    login: LoginContext | undefined,
  ): Findings | undefined;
  /** Nats of the open record's subject, of a sequential test. */
  readonly nats?: number;
}

/** Mechanisms that watch one subject. */
export type SubjectMechanism = Exclude<Mechanism, CusumMechanism>;

/** Where a tracker keeps what it gathers. */
export interface TrackerMemory {
  /** Of its subjects; it asks for words in them. */
  readonly records: Records;
  readonly services: ServiceNames;
  /** Where to name sources; absent if the subject is one. */
  readonly named: SourceNames | undefined;
  /** What was learned of honest first contacts, or is to be. */
  readonly baseline: FirstContactBaseline | undefined;
}

/** Makes the tracker of a scenario. */
export function trackerOf(
  mechanism: SubjectMechanism,
  memory: TrackerMemory,
): Tracker {
  switch (mechanism.type) {
    case "slow_walk":
      return new SlowWalk(mechanism, memory.baseline);
    case "sequential_test":
      return new SequentialTracker(mechanism, memory);
    case "leaky_bucket":
      return new BucketTracker(mechanism, memory);
    case "distinct":
      return new DistinctTracker(mechanism, memory);
    case "sequence":
      return new SequenceTracker(mechanism, memory);
  }
}

class BucketTracker implements Tracker {
  readonly #bucket: LeakyBucket;
  readonly #score: number;
  readonly #fields: readonly ScenarioField[] | undefined;
  /** Only where observations must differ: it takes room in every record. */
  readonly #met: FirstContacts | undefined;
  readonly #evidence: Evidence;

  constructor(
    { capacity, leak, distinct, score }: BucketMechanism,
    { records, services, named }: TrackerMemory,
  ) {
    this.#bucket = new LeakyBucket({ capacity, leakMs: leak }, records);
    this.#score = score;
    this.#fields = distinct;
    this.#met = distinct && new FirstContacts(records);
    this.#evidence = new Evidence(records, services, named);
  }

  take(observation: Observation): Findings | undefined {
    const hash = this.#fields ? hashOfFields(observation, this.#fields) : 0;
    if (this.#met?.meet(hash) === false) return undefined;
    const overflows = this.#bucket.pour(observation.atMs);
    if (this.#bucket.level <= 1) {
      // It had run dry: what came before is no longer evidence.
      this.#evidence.clear();
      this.#met?.clear();
      this.#met?.meet(hash);
    }
    this.#evidence.add(observation, true);
    if (!overflows) return undefined;
    this.#bucket.empty();
    this.#met?.clear();
    return this.#evidence.take(this.#score);
  }
}

class DistinctTracker implements Tracker {
  readonly #window: DistinctWindow;
  readonly #fields: readonly ScenarioField[];
  readonly #score: number;
  readonly #evidence: Evidence;

  constructor(
    { fields, count, within, score }: DistinctMechanism,
    { records, services, named }: TrackerMemory,
  ) {
    this.#window = new DistinctWindow(count, within, records);
    this.#fields = fields;
    this.#score = score;
    this.#evidence = new Evidence(records, services, named);
  }

  take(observation: Observation): Findings | undefined {
    const isFull = this.#window.take(
      hashOfFields(observation, this.#fields),
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

  constructor(
    { steps, within, score }: SequenceMechanism,
    { records, services, named }: TrackerMemory,
  ) {
    this.#sequence = new Sequence(
      steps.map(({ when, count }) => ({ fits: predicateOf(when), count })),
      within,
      records,
    );
    this.#score = score;
    this.#evidence = new Evidence(records, services, named);
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
