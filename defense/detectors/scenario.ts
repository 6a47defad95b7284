/**
 * A scenario: what to look for, as data that a defender can read and write.
 * `scenario_file.ts` reads it from YAML, `engine.ts` runs it. It is plain data,
 * so it can be posted to another isolate.
 *
 * @module
 */
import type { Alert, EvidenceClass } from "../alert.ts";
import type {
  AuthFailure,
  Connection,
  ConnectionOutcome,
  Observation,
} from "../observation.ts";
import type { BetaShape } from "./beta_binomial.ts";
import type { Familiarity, Pace } from "./login_history.ts";
import type { WebCondition } from "./web_condition.ts";

/** Conditions on an observation's fields; all that are given must hold. */
export interface ScenarioFilter {
  /** One of these kinds. */
  readonly kind?: readonly Observation["kind"][] | undefined;
  /** One of these services. */
  readonly service?: readonly string[] | undefined;
  /** Any service but these. */
  readonly not_service?: readonly string[] | undefined;
  /** One of these operations of a remote call. */
  readonly operation?: readonly string[] | undefined;
  /** One of these users. */
  readonly user?: readonly string[] | undefined;
  /** Whether the record says that the account does not exist. */
  readonly unknown_user?: boolean | undefined;
  /** One of these protocols. */
  readonly protocol?: readonly Connection["protocol"][] | undefined;
  /** One of these destination ports. */
  readonly port?: readonly number[] | undefined;
  /** One of these outcomes. */
  readonly outcome?: readonly ConnectionOutcome[] | undefined;
  /** Whether the source completed a handshake. */
  readonly handshake?: boolean | undefined;
  /** What a web request must be like. */
  readonly request?: WebCondition | undefined;
  /** What was refused, if not a password. */
  readonly method?: readonly NonNullable<AuthFailure["method"]>[] | undefined;
  /** How well the source of a login is known for its user. */
  readonly familiar?: readonly Familiarity[] | undefined;
  /** Whether guessers try this account everywhere. */
  readonly default_account?: boolean | undefined;
  /** Whether the source was refused as this user before and not let in since. */
  readonly repeated?: boolean | undefined;
  /** Time since that. */
  readonly pace?: readonly Pace[] | undefined;
  /** Whether the source tries this account like clockwork. */
  readonly clockwork?: boolean | undefined;
  /** Whether three users or more get in from the source. */
  readonly shared_source?: boolean | undefined;
  /** Whether the source was accused of an attack within a day. */
  readonly accused?: boolean | undefined;
  /** Whether the user was known a day ago and logs in from few networks. */
  readonly settled_user?: boolean | undefined;
}

/** Fields in which observations can differ. */
export const scenarioFields = [
  "destination",
  "network",
  "path",
  "port",
  "protocol",
  "service",
  "source",
  "target",
  "user",
] as const;
/** One of them; `network` is the source's /24 or /64. */
export type ScenarioField = typeof scenarioFields[number];

/** Fields by which observations are held together. */
export const scenarioKeys = [
  "source",
  "user",
  "target",
  "service",
  "network",
] as const;
/** One of them. */
export type ScenarioKey = typeof scenarioKeys[number];

/** How likely a kind of observation is; both between 0 and 1. */
export interface SequentialCase {
  /** What the observation must be like. */
  readonly when: ScenarioFilter;
  /** Its chance in honest use. */
  readonly benign: number;
  /** Its chance under attack. */
  readonly attack: number;
}

/** A sequential test; see `sequential_test.ts`. */
export interface SequentialMechanism {
  /** Says which mechanism this is. */
  readonly type: "sequential_test";
  /** Chance to accuse the honest. */
  readonly alpha: number;
  /** Chance to accuse the guilty. */
  readonly beta: number;
  /** Milliseconds in which a score fades by half; it does not fade if absent. */
  readonly half_life?: number | undefined;
  /** Only the first observation with each combination of these fields counts. */
  readonly first_contact?: readonly ScenarioField[] | undefined;
  /**
   * Whether the honest chance of a failed connection is the one that this host
   * has learned for the port, once it has; see `first_contact_baseline.ts`.
   */
  readonly trained?: boolean | undefined;
  /** What was counted for a user is taken back when that user gets in. */
  readonly forgive?: "user" | undefined;
  /** The first case that fits an observation says how likely it is. */
  readonly cases: readonly SequentialCase[];
}

/** A leaky bucket; see `leaky_bucket.ts`. */
export interface BucketMechanism {
  /** Says which mechanism this is. */
  readonly type: "leaky_bucket";
  /** Observations it holds; one more is an overflow. */
  readonly capacity: number;
  /** Milliseconds in which one leaks out. */
  readonly leak: number;
  /** Only observations that differ in these fields count. */
  readonly distinct?: readonly ScenarioField[] | undefined;
  /** Evidence of an overflow, in nats. */
  readonly score: number;
}

/** A walk over first contacts that takes days; see `slow_walk.ts`. */
export interface SlowWalkMechanism {
  /** Says which mechanism this is. */
  readonly type: "slow_walk";
  /** Chance to accuse the honest. */
  readonly alpha: number;
  /** Chance to accuse the guilty. */
  readonly beta: number;
  /** Milliseconds in which a score fades by half. */
  readonly half_life: number;
  /** A walk that took less is a matter for faster detectors; milliseconds. */
  readonly after: number;
  /** Sources remembered, 44 bytes each. */
  readonly sources: number;
  /** Chance that an honest first contact fails, where none was learned. */
  readonly benign: number;
  /** Chance that a scanner's does. */
  readonly attack: number;
}

/** Many different things in a short time; see `distinct_window.ts`. */
export interface DistinctMechanism {
  /** Says which mechanism this is. */
  readonly type: "distinct";
  /** In which observations must differ. */
  readonly fields: readonly ScenarioField[];
  /** How many different ones are an alert. */
  readonly count: number;
  /** Milliseconds in which they must be seen. */
  readonly within: number;
  /** Evidence, in nats. */
  readonly score: number;
}

/** One thing after another; see `sequence.ts`. */
export interface SequenceMechanism {
  /** Says which mechanism this is. */
  readonly type: "sequence";
  /** What must be seen, in this order. */
  readonly steps: readonly {
    /** What an observation must be like. */
    readonly when: ScenarioFilter;
    /** How often. */
    readonly count: number;
  }[];
  /** Milliseconds from the first observation to the last. */
  readonly within: number;
  /** Evidence, in nats. */
  readonly score: number;
}

/**
 * Change detection over the newcomers of the whole site; see
 * `newcomer_watch.ts`. Its key is `site`; alerts name who took part.
 */
export interface CusumMechanism {
  /** Says which mechanism this is. */
  readonly type: "cusum";
  /** Spread of the share of newcomers that never get in, without a campaign. */
  readonly benign: BetaShape;
  /** And with one. */
  readonly attack: BetaShape;
  /** Newcomers in a group. */
  readonly group: number;
  /** Evidence at which a campaign is on, in nats. */
  readonly threshold: number;
  /** Milliseconds in which the evidence fades by half. */
  readonly half_life: number;
  /** Milliseconds in which a newcomer may still get in, by what it tried. */
  readonly wait: {
    /** Several accounts. */
    readonly several: number;
    /** A default account, or one that does not exist. */
    readonly evident: number;
    /** One ordinary account that other newcomers tried as well. */
    readonly shared: number;
    /** One ordinary account that nobody else tried. */
    readonly alone: number;
  };
  /** The most tries at one account that nobody else tries. */
  readonly tries: number;
}

/** How observations are weighed. */
export type Mechanism =
  | SequentialMechanism
  | BucketMechanism
  | DistinctMechanism
  | SequenceMechanism
  | SlowWalkMechanism
  | CusumMechanism;

/** One touch in a sample; they come a second apart. */
export interface SampleTouch {
  /** Decoy service or kind of honeytoken. */
  readonly service: string;
  /** Address. */
  readonly source: string;
  /** Account that was tried. */
  readonly user?: string | undefined;
  /** Whether the source has proved its address. */
  readonly handshake: boolean;
}

/** A log, and the alerts that the scenario must give for it. */
export interface ScenarioSample {
  /** What happens in it. */
  readonly title: string;
  /** Lines of syslog; empty where the sample is of touches. */
  readonly log: string;
  /** Touches of decoys and honeytokens, which no log tells of. */
  readonly touches?: readonly SampleTouch[] | undefined;
  /** None, where the sample is of honest use. */
  readonly alerts: readonly {
    /** 1-based line of the log, or touch, that sets it off. */
    readonly line: number;
    /** Address. */
    readonly subject: string;
    /** How far the evidence reaches. */
    readonly evidence: EvidenceClass;
  }[];
}

/** What to look for. */
export interface Scenario {
  /** Lowercase words with hyphens. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** ATT&CK technique: `T1046`, `T1110.001`. */
  readonly technique: string;
  /** The most that this scenario's evidence can be. */
  readonly evidence: EvidenceClass;
  /** Which observations it looks at. */
  readonly filter: ScenarioFilter;
  /**
   * What it holds together: observations that agree in all of these. `site`
   * holds all together, and is for the mechanism `cusum` alone.
   */
  readonly key: readonly ScenarioKey[] | readonly ["site"];
  /** How it weighs them. */
  readonly mechanism: Mechanism;
  /** What it asks this host to do. */
  readonly measure: Alert["measure"];
  /** Asked instead while no handshake proves the source: it may be forged. */
  readonly unproven?: Alert["measure"] | undefined;
  /** Milliseconds for which. */
  readonly for: number;
  /** Milliseconds of silence about a subject after an alert. */
  readonly quiet: number;
  /** For people: `{subject}`, `{count}`, `{span}`, `{service}`, `{user}`. */
  readonly summary: string;
  /** Logs with the alerts they must give. */
  readonly sample: readonly ScenarioSample[];
}
