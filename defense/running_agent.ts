/**
 * What an agent is connected to, and what can be asked of one at work. The
 * simulator hands in a world of its own; `driver.ts` keeps these promises.
 *
 * @module
 */
import type {
  Clock,
  MemberView,
  Mesh,
  MeshEvent,
  NodeId,
} from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { Agent } from "./agent.ts";
import type {
  KeptClaim,
  KeptRelease,
  KeptSettings,
  KeptSignal,
  SettingsTrial,
} from "./agent_event.ts";
import type { Alert } from "./alert.ts";
import type { NewcomerTally } from "./detectors/newcomer_tally.ts";
import type { LentSuspicion } from "./detectors/told_refusals.ts";
import type { DrillRefusal } from "./drilled.ts";
import type { Measure } from "./lease.ts";
import type { Service } from "./service.ts";
import type { Alertness, SealedSignal } from "./signal.ts";
import type { Trace } from "./trace.ts";
import type {
  Containment,
  JournalWriter,
  LeaseOutcome,
  Mode,
  ProtectedEntry,
  QuarantineOutcome,
} from "./world.ts";

/** What an agent is connected to. */
export interface AgentWorld {
  /** Who decides. */
  readonly agent: Agent;
  /** The wall in front of the kernel. */
  readonly containment: Containment;
  /** The way to the other members. */
  readonly mesh: Mesh;
  /** Where everything is written down. */
  readonly journal: JournalWriter;
  /** The time. */
  readonly clock: Clock;
  /** Detectors give `subject` so much suspicion, in nats, to start with. */
  onPrior(subject: Address, nats: number): void;
  /**
   * Cuts a member off from everything but the mesh; never rejects. Absent where
   * that cannot be done: it is then refused, and written down.
   */
  quarantine?(member: NodeId, untilMs: number): Promise<QuarantineOutcome>;
  /** Detectors count what other hosts' newcomers did. */
  onTally?(scenario: string, tally: NewcomerTally): void;
  /** Lets a member back in that was cut off; never rejects. */
  readmit?(member: NodeId): Promise<void>;
  /** Detectors forget what they hold against `subject` so far. */
  onAcquit?(subject: Address): void;
  /** Detectors are as watchful as the operator says. */
  onAlertness?(alertness: Alertness): void;
  /** These settings are on trial here now; absent: none. */
  onTrySettings?(trial: SettingsTrial | undefined): void;
  /** These settings hold here for good. */
  onKeepSettings?(kept: KeptSettings): void;
  /** Tests of `subject`'s logins start from what other hosts' refusals show. */
  onLend?(subject: Address, lent: LentSuspicion): void;
  /**
   * For the owner to keep the roster; before the agent reads it, which may ask
   * who is operator now.
   */
  onRoster?(
    entries: readonly Uint8Array[],
    members: readonly MemberView[],
  ): void;
  /** Every event of the mesh, after the agent has seen it. */
  onMeshEvent?(event: MeshEvent): void;
}

/** How long the way from an event to the kernel took, in milliseconds. */
export interface LatencyView {
  /** Measurements since the start. */
  readonly count: number;
  /** The last one, in milliseconds. */
  readonly lastMs: number;
  /** The longest, in milliseconds. */
  readonly maxMs: number;
}

/** How the driver is doing, for `status`. */
export interface DriverView {
  /** Calls of the journal that threw. */
  readonly journalFailures: number;
  /** Entries that wait for the journal. */
  readonly unwritten: number;
  /** Entries lost because too many waited. */
  readonly unwrittenDropped: number;
  /** Calls of containment that rejected, although they never should. */
  readonly containmentFailures: number;
  /** Own detection to kernel. */
  readonly detection: LatencyView;
}

/** A measure that an operator asks for. */
export interface MeasureOrder {
  /** Whom; of an IPv6 address, usually its whole /64. */
  readonly address: Address;
  /** What is done. */
  readonly measure: Measure;
  /** Of ours, the only service it is about; absent: all. */
  readonly service?: Service;
  /** More than 0, at most `leaseMsMax`. */
  readonly forMs: number;
}

/** An agent at work. */
export interface RunningAgent {
  /** A detector's conclusion; containment has been asked when it returns. */
  detected(alert: Alert): void;
  /** Detectors counted newcomers since they last said so; for the others. */
  tallied(scenario: string, tally: NewcomerTally): void;
  /** Detectors saw too little for an alert; for the others. */
  traced(trace: Trace): void;
  /** The operator's measure; never rejects. */
  contain(order: MeasureOrder): Promise<LeaseOutcome>;
  /**
   * The operator lets go; returns how many measures ended here.
   *
   * @param here Here alone: not signed, even where that could be.
   */
  release(subject: Address | "all", here?: boolean): Promise<number>;
  /**
   * The operator has let a member back in that was cut off by vote, or all, and
   * has told containment: nothing is asked about it again on the same votes.
   */
  readmitted(member: NodeId | "all"): void;
  /**
   * Begins a drill: see `drilled.ts`.
   *
   * @param id Names it: 16 hex characters, drawn.
   */
  drill(address: Address, id: string): { readonly id: string } | DrillRefusal;
  /**
   * The operator speaks to all members, or to this host alone; what containment
   * here made of it. Never rejects.
   */
  signal(sealed: SealedSignal): Promise<readonly LeaseOutcome[]>;
  /** Takes up signals from before, oldest first. */
  restoreSignals(kept: readonly KeptSignal[]): void;
  /** Takes up what members told lately, so that it is not written again. */
  restoreClaims(kept: readonly KeptClaim[]): void;
  /** Takes up who was let go lately, before the others name them again. */
  restoreReleases(kept: readonly KeptRelease[]): void;
  /** Tell containment first. */
  setMode(mode: Mode): void;
  /**
   * What the operator has listed while we run; tell containment first.
   *
   * @throws {SyntaxError} If a network cannot be read; the list stays.
   */
  setListed(entries: readonly ProtectedEntry[]): void;
  /** How the driver is doing. */
  view(): DriverView;
  /** Ends timers and listening; measures stay until their leases end. */
  stop(): void;
}
