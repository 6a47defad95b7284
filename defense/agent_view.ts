/**
 * What an agent tells people about itself: `status`, `explain`, the dashboard.
 * Plain data, JSON-safe.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { EvidenceClass } from "./alert.ts";
import type { QuarantineView } from "./corroboration/quarantines.ts";
import type { Lease } from "./lease.ts";
import type { Alertness, SignalView } from "./signal.ts";
import type { JournalEntry, Mode } from "./world.ts";

/** How far a lease has come. */
export type LeaseState =
  /** Sent to containment, not answered yet. */
  | "asked"
  /** The kernel confirmed it. */
  | "in_force"
  /** Observe mode: this is what would be done. */
  | "would"
  /** The firewall failed or is full; asked again while the lease lasts. */
  | "failed";

/** A lease as people see it. */
export interface LeaseView extends Lease {
  /** Wall clock milliseconds when it began. */
  readonly sinceMs: number;
  /** How far it has come. */
  readonly state: LeaseState;
}

/** One node's word about a subject. */
export interface VoteView {
  /** Who said it. */
  readonly node: NodeId;
  /** The roster's name for it, empty if it has none. */
  readonly name: string;
  /** This node's own word. */
  readonly own: boolean;
  /** MITRE ATT&CK technique. */
  readonly technique: string;
  /** Name of the scenario that fired there. */
  readonly scenario: string;
  /** How far the evidence reaches. */
  readonly evidence: EvidenceClass;
  /** Nats, as the detector there gave it. */
  readonly score: number;
  /** Observations that led there. */
  readonly observations: number;
  /** Wall clock milliseconds, by the clock of the node that saw it. */
  readonly atMs: number;
  /** Fresh and first-hand enough to count towards a block. */
  readonly counts: boolean;
}

/** Why a subject is treated as it is. */
export interface Explanation {
  /** Whom the story is about. */
  readonly subject: Address;
  /** By time, oldest first. */
  readonly votes: readonly VoteView[];
  /** Failure domains that have voted and count now. */
  readonly have: number;
  /** q2: failure domains it takes to block; of a member, q3: to cut it off. */
  readonly needed: number;
  /** The member at this address, if there is one. */
  readonly member?: NodeId;
  /** What was agreed about that member, until it ends. */
  readonly quarantine?: QuarantineView;
  /** The measures in force or asked for, strongest first. */
  readonly leases: readonly LeaseView[];
  /** The operator's signals about it that are in force. */
  readonly signals: readonly SignalView[];
  /** Why it is never contained, if so. */
  readonly protectedBy?: string;
  /** A drill was held about it within the hour: by whom, and when. */
  readonly exercise?: { readonly node: NodeId; readonly atMs: number };
  /** Evidence up to here was dismissed by an operator. */
  readonly releasedAtMs?: number;
  /** From the journal, newest first; filled in by who can read it. */
  readonly history: readonly JournalEntry[];
}

/** An agent at one moment. */
export interface AgentView {
  /** This node. */
  readonly self: NodeId;
  /** Whether decisions reach the kernel. */
  readonly mode: Mode;
  /** N: members in good standing, this node included. */
  readonly members: number;
  /** f: how many of them may lie without harm. */
  readonly faultBound: number;
  /** q2: failure domains it takes to block. */
  readonly blockQuorum: number;
  /** Subjects somebody has named within 10 minutes. */
  readonly subjects: number;
  /** Claims and withdrawals held. */
  readonly claims: number;
  /** Every lease in force or asked for. */
  readonly leases: readonly LeaseView[];
  /** Members cut off from all but the mesh, or that would be. */
  readonly quarantines: readonly QuarantineView[];
  /** How watchful it is, by the operator's word. */
  readonly alertness: Alertness;
  /** The operator's signals in force, the one issued last first. */
  readonly signals: readonly SignalView[];
  /** Since the start; named where they are counted, `heard.ts` above all. */
  readonly counters: Readonly<Record<string, number>>;
}
