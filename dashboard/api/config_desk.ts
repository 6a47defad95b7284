/**
 * What the API asks of the agent about its configuration: what is in force and
 * from where, and changes while it runs.
 *
 * @module
 */
import {
  type LeaseView,
  type OrderedChange,
  settingsStates,
} from "../../defense/mod.ts";
import type { HostOnly } from "./operator_desk.ts";

/** What may be done about a setting while the agent runs. */
export type SettingChange =
  /** Another value. */
  | "value"
  /** Items may be added, and those that were added may be taken off. */
  | "list"
  /** By `POST /v1/profile`, at most once a day. */
  | "profile"
  /** Not here: a flag or the environment has the last word. */
  | "fixed"
  /** Not here: it is read when the agent starts. */
  | "restart";

/** Who changed something while the agent ran. */
export interface ChangeMark {
  /** `anna (owner)`, `the command line`. */
  readonly by: string;
  /** Wall clock milliseconds. */
  readonly atMs: number;
}

/** One value of the configuration and where it comes from. */
export interface SettingView {
  /** `mode`, `journal.days`, … */
  readonly name: string;
  /** As the configuration's schema has it. */
  readonly value: unknown;
  /**
   * `flag --mode`, `environment STEALTHMESH_MODE`, `changed by …`, `file …:3`,
   * `default`.
   */
  readonly origin: string;
  /** What may be done about it. */
  readonly change: SettingChange;
  /** Of what was changed while the agent ran, and can be taken back. */
  readonly changed?: ChangeMark;
  /** Of a list that may change: where each item is from. */
  readonly items?: readonly {
    /** The item. */
    readonly value: string;
    /** As above. */
    readonly origin: string;
    /** As above. */
    readonly changed?: ChangeMark;
    /** Whether it can be taken off here. */
    readonly removable: boolean;
  }[];
}

/** One change that is wanted. */
export interface SettingOrder {
  /** `mode`, `neverBlock`, … */
  readonly name: string;
  /**
   * `set` replaces a value, `add` and `remove` change a list by one item, `unset`
   * takes back what was changed so.
   */
  readonly action: "set" | "unset" | "add" | "remove";
  /** What is set, added or removed. */
  readonly value?: string | number | undefined;
}

/** Changes that are wanted: all of them or none. */
export interface ConfigOrder {
  /** In this order. */
  readonly changes: readonly SettingOrder[];
  /** Say what would change, and change nothing. */
  readonly dryRun: boolean;
  /**
   * Only for so many milliseconds, unless it is kept by then: it goes back by
   * itself, with a restart too, and as soon as somebody has to be released.
   */
  readonly trialMs?: number | undefined;
}

/** A change that is in force and not kept yet. */
export interface SettingTrial {
  /** Names of the settings. */
  readonly names: readonly string[];
  /** Who began it. */
  readonly by: string;
  /** Wall clock milliseconds when it goes back by itself. */
  readonly untilMs: number;
}

/** What becomes of a trial. */
export type TrialEnd = "keep" | "revert";

/** What became of it. */
export interface TrialEnded {
  /** Which of the two. */
  readonly ended: TrialEnd;
  /** Names of the settings. */
  readonly names: readonly string[];
}

/** What is wrong with a change that is wanted. */
export interface SettingFault {
  /** Place in the order, from 0. */
  readonly index: number;
  /** Name of the setting. */
  readonly name: string;
  /** For people. */
  readonly reason: string;
}

/** Something to know about a change. */
export type ConfigNote =
  /** Each machine has a list of its own. */
  | "listed_here_only"
  /** A scenario that comes back begins anew. */
  | "scenario_begins_anew"
  /** Measures on this host itself (processes, interfaces) end as well. */
  | "host_measures_end"
  /** What is older goes, and does not come back. */
  | "journal_shortens";

/** A measure that a change begins or ends. */
export type ChangedLease = Pick<
  LeaseView,
  "subject" | "measure" | "service" | "untilMs"
>;

/** What came of an order, or would. */
export interface ConfigAnswer {
  /** Whether it is in force now. */
  readonly done: boolean;
  /** How many of the changes change anything. */
  readonly changes: number;
  /** What is wrong; nothing is changed if there is anything. */
  readonly faults: readonly SettingFault[];
  /** Measures that begin at once. */
  readonly begins: readonly ChangedLease[];
  /** Measures that end at once. */
  readonly ends: readonly ChangedLease[];
  /** What else to know. */
  readonly notes: readonly ConfigNote[];
  /** Where a dry run would begin to enforce: the exact script for the firewall. */
  readonly ruleset?: string;
  /** As it is now, or would be. */
  readonly settings: readonly SettingView[];
  /** A trial, if one runs. */
  readonly trial?: SettingTrial;
}

/** What became of ordered settings on one machine. */
export const rolloutStates = [
  /** It was not meant. */
  "not_asked",
  /** It does not answer. */
  "silent",
  /** It answers, and has not heard of it. */
  "unaware",
  ...settingsStates,
] as const;

/** One machine in a roll-out. */
export interface RolloutMachine {
  /** Its id. */
  readonly node: string;
  /** Its name. */
  readonly name: string;
  /** What it says, or this host knows. */
  readonly state: typeof rolloutStates[number];
  /** In its own words; empty where there is nothing to say. */
  readonly why: string;
  /** Wall clock milliseconds when its word was heard here. */
  readonly heardMs?: number;
}

/** Settings that a signal ordered for several machines, the last one. */
export interface RolloutView {
  /** Of the signal. */
  readonly id: string;
  /** Account of who asked; empty: somebody at the command line. */
  readonly by: string;
  /** All of them or none, on each machine. */
  readonly changes: readonly OrderedChange[];
  /** Whether they are to stay; on trial otherwise. */
  readonly kept: boolean;
  /** Whether the trial lasts. */
  readonly active: boolean;
  /** Wall clock milliseconds. */
  readonly issuedMs: number;
  /** Wall clock milliseconds when the trial ends. */
  readonly untilMs: number;
  /** Whether every machine is meant, also those that join. */
  readonly all: boolean;
  /** Each member; what others say of themselves nobody vouches for. */
  readonly machines: readonly RolloutMachine[];
}

/** The configuration of a running agent. Only what fails throws. */
export interface ConfigDesk {
  /** Every value in force. */
  settings(): readonly SettingView[];
  /** A trial, if one runs. */
  trial(): SettingTrial | undefined;
  /** Keeps what is on trial, or takes it back. */
  endTrial(end: TrialEnd, by: string): Promise<TrialEnded | HostOnly>;
  /**
   * The last settings that a signal ordered for several machines, and what
   * became of them there; takes as long as asking those does.
   */
  rollout(): Promise<RolloutView | undefined>;
  /**
   * Changes it, or says what would change or why it cannot.
   *
   * @param by Who asked, for the journal and for `status`.
   */
  changeConfig(order: ConfigOrder, by: string): Promise<
    ConfigAnswer | HostOnly
  >;
}
