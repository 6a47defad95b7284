/**
 * What the local API asks of the agent behind it. The routes are built over
 * this interface, so a test asks them without a server and a simulation could
 * answer them without a host. `cli/wiring.ts` builds the real one.
 *
 * @module
 */
import type {
  Address,
  AgentView,
  DriverView,
  Explanation,
  JournalHealth,
  Lease,
  LeaseOutcome,
  Measure,
  ProtectedEntry,
} from "../../defense/mod.ts";
import type { MemberView, MeshReport, PingOutcome } from "../../mesh/mod.ts";

/** One value of the configuration and where it comes from. */
export interface SettingView {
  /** `mode`, `journal.days`, … */
  readonly name: string;
  /** As the configuration's schema has it. */
  readonly value: unknown;
  /** `flag --mode`, `environment STEALTHMESH_MODE`, `file …:3`, `default`. */
  readonly origin: string;
}

/** Something this host lacks, and what still works. */
export interface Shortcoming {
  /** What is missing. */
  readonly what: string;
  /** What works without it. */
  readonly works: string;
}

/** Everything `status` shows. */
export interface StatusView {
  /** Of the program, after semver.org. */
  readonly version: string;
  /** Wall clock milliseconds. */
  readonly startedAtMs: number;
  /** How people call this node. */
  readonly name: string;
  /** 64 hex characters. */
  readonly meshId: string;
  /** What it decides. */
  readonly agent: AgentView;
  /** Everyone on the roster, revoked ones included. */
  readonly members: readonly MemberView[];
  /** Links and counters. */
  readonly mesh: MeshReport;
  /** What the sensors counted; names as the sensors give them. */
  readonly sensors: unknown;
  /** How the containment isolate stands. */
  readonly containment: unknown;
  /** How fast and how well decisions are carried out. */
  readonly driver: DriverView;
  /** How the record is doing. */
  readonly journal: JournalHealth;
  /** Whom nothing here contains, and why. */
  readonly neverBlock: readonly ProtectedEntry[];
  /** What this host lacks, and troubles since the start. */
  readonly shortcomings: readonly Shortcoming[];
  /** The configuration in force. */
  readonly settings: readonly SettingView[];
}

/** An alert as the journal keeps it. */
export interface AlertRecord {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** Node id of who saw it; empty for this node. */
  readonly node: string;
  /** Address it is about. */
  readonly subject: string;
  /** MITRE ATT&CK technique. */
  readonly technique: string;
  /** Name of the scenario that fired. */
  readonly scenario: string;
  /** `E0`, `E1` or `E2` (design §6). */
  readonly evidence: string;
  /** Nats. */
  readonly score: number;
  /** Observations that led here. */
  readonly observations: number;
  /** Plain words; empty for what other members claim. */
  readonly summary: string;
  /** Why the subject is never contained, if so. */
  readonly protectedBy?: string;
}

/** One page of alerts, newest first. */
export interface AlertPage {
  /** At most as many as were asked for. */
  readonly alerts: readonly AlertRecord[];
  /** Ask with `before` set to this for older ones; absent on the last page. */
  readonly next?: number;
}

/** An operator's order against a subject. */
export interface ContainOrder {
  /** Whom. */
  readonly subject: Address;
  /** How strongly. */
  readonly measure: Measure;
  /** How long, in milliseconds; at most `leaseMsMax`. */
  readonly forMs: number;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** What came of an order. */
export interface ContainAnswer {
  /** Absent where nothing was to be done. */
  readonly outcome?: LeaseOutcome;
  /** The lease that was asked for. */
  readonly lease: Lease;
  /** The exact script for the firewall, where nothing was to be done. */
  readonly ruleset?: string;
}

/** What came of a ping. */
export interface PingAnswer {
  /** The member that was meant. */
  readonly node: string;
  /** What it calls itself. */
  readonly name: string;
  /** Whether it answered, how fast and over how many links. */
  readonly outcome: PingOutcome;
  /** Name of the neighbour that brought the answer. */
  readonly via?: string;
}

/** Why nobody can be pinged under a name. */
export interface PingRefusal {
  /** What is wrong with the name, for the operator. */
  readonly refused: string;
}

/** The agent, seen from the API. Nothing here throws for what a client says. */
export interface AgentDesk {
  /** The agent at this moment. */
  status(): Promise<StatusView>;
  /**
   * Alerts of the journal, newest first.
   *
   * @param before `next` of the page before; absent for the newest page.
   */
  alerts(before: number | undefined, limit: number): AlertPage;
  /** Calls `listener` for each new alert until the returned function is called. */
  watchAlerts(listener: (alert: AlertRecord) => void): () => void;
  /** Carries out an operator's order, or says why not. */
  contain(order: ContainOrder): Promise<ContainAnswer>;
  /** Ends measures; tells how many. */
  release(subject: Address | "all"): Promise<number>;
  /** Votes, evidence, measures and history. */
  explain(subject: Address): Explanation;
  /** Asks a member, by name or how its id begins, for a sign of life. */
  ping(node: string): Promise<PingAnswer | PingRefusal>;
  /** Hands signed entries to the mesh, which checks them itself. */
  mergeRoster(entries: readonly Uint8Array[]): void;
  /** Reads the state directory again: keys, invites, roster. */
  reload(): Promise<void>;
}
