/**
 * What can happen to an agent and what it wants done: plain data both ways.
 *
 * @module
 */
import type { MemberView, NodeId, Urgency } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { Alert } from "./alert.ts";
import type { DomainGroups } from "./corroboration/failure_domains.ts";
import type { NewcomerTally } from "./detectors/newcomer_tally.ts";
import type { LentSuspicion } from "./detectors/told_refusals.ts";
import type { Lease, Measure } from "./lease.ts";
import type { Service } from "./service.ts";
import type { OrderedChange } from "./setting_order.ts";
import type { Alertness, SealedSignal } from "./signal.ts";
import type { Trace } from "./trace.ts";
import type {
  JournalEntry,
  LeaseOutcome,
  Mode,
  ProtectedEntry,
  QuarantineOutcome,
} from "./world.ts";

/** What can happen to an agent. */
export type AgentEvent =
  /** A detector of this host concluded something. */
  | { readonly type: "detected"; readonly alert: Alert }
  /** Another member published this. */
  | {
    readonly type: "delivered";
    readonly origin: NodeId;
    readonly payload: Uint8Array;
  }
  /** Another member said this to this node alone. */
  | {
    readonly type: "told";
    readonly from: NodeId;
    readonly payload: Uint8Array;
  }
  /** Detectors of this host counted newcomers; see `campaign_tallies.ts`. */
  | {
    readonly type: "tallied";
    readonly scenario: string;
    readonly tally: NewcomerTally;
  }
  /** Detectors of this host saw too little for an alert; see `traces.ts`. */
  | { readonly type: "traced"; readonly trace: Trace }
  | { readonly type: "roster"; readonly members: readonly MemberView[] }
  /** What containment made of an `apply`. */
  | {
    readonly type: "outcomes";
    readonly outcomes: readonly LeaseOutcome[];
    /** Milliseconds from the event that asked to the kernel's answer. */
    readonly latencyMs?: number;
  }
  /** What the kernel already holds, after a restart. */
  | { readonly type: "held"; readonly leases: readonly Lease[] }
  | {
    readonly type: "operator_contain";
    readonly subject: Address;
    readonly measure: Measure;
    /** Of ours, the only one the measure is about; absent: all. */
    readonly service?: Service;
    /** More than 0, at most `leaseMsMax`. */
    readonly forMs: number;
  }
  | {
    readonly type: "operator_release";
    readonly subject: Address | "all";
    /** Here alone: not signed, even where that could be. */
    readonly here?: boolean;
  }
  /** What containment made of a `quarantine`. */
  | {
    readonly type: "quarantine_outcome";
    readonly member: NodeId;
    readonly outcome: QuarantineOutcome;
  }
  /** An exercise; see `drilled.ts`. */
  | {
    readonly type: "operator_drill";
    readonly subject: Address;
    /** Names it: 16 hex characters, drawn. */
    readonly id: string;
  }
  /** The operator lets a member back in that was cut off by vote, or all. */
  | {
    readonly type: "operator_readmit";
    readonly member: NodeId | "all";
  }
  /** The operator speaks to all members, or to this host alone. */
  | { readonly type: "operator_signal"; readonly sealed: SealedSignal }
  /** Signals that the journal has from before, oldest first. */
  | { readonly type: "signals_kept"; readonly kept: readonly KeptSignal[] }
  /** Whom the journal says was let go here lately. */
  | { readonly type: "releases_kept"; readonly kept: readonly KeptRelease[] }
  /** What members told lately, and the journal has: not to be written again. */
  | { readonly type: "claims_kept"; readonly kept: readonly KeptClaim[] }
  | { readonly type: "set_mode"; readonly mode: Mode }
  /** The operator has listed others while we run; tell containment first. */
  | { readonly type: "listed"; readonly entries: readonly ProtectedEntry[] }
  | { readonly type: "tick" };

/** What an agent wants done. */
export type AgentEffect =
  | { readonly type: "release"; readonly subject: Address | "all" }
  | { readonly type: "apply"; readonly leases: readonly Lease[] }
  | {
    readonly type: "publish";
    readonly payload: Uint8Array;
    readonly urgency: Urgency;
    /** A word on the same matter that is not out yet is not needed any more. */
    readonly replaces?: string;
  }
  /** For one member alone. */
  | {
    readonly type: "tell";
    readonly to: NodeId;
    readonly payload: Uint8Array;
    readonly urgency: Urgency;
  }
  /** Detectors here start from so much suspicion, in nats; 0 ends it. */
  | {
    readonly type: "prior";
    readonly subject: Address;
    readonly nats: number;
  }
  /** Detectors here forget what they hold against a subject so far. */
  | { readonly type: "acquit"; readonly subject: Address }
  /** Detectors here count what other hosts' newcomers did. */
  | {
    readonly type: "tally";
    readonly scenario: string;
    readonly tally: NewcomerTally;
  }
  /** Tests of a source's logins start from what other hosts' refusals show. */
  | ({ readonly type: "lend"; readonly subject: Address } & LentSuspicion)
  /** A member is cut off from everything but the mesh. */
  | {
    readonly type: "quarantine";
    readonly member: NodeId;
    readonly subject: Address | "";
    /** Wall clock milliseconds. */
    readonly untilMs: number;
  }
  /** A member is let back in. */
  | { readonly type: "readmit"; readonly member: NodeId }
  /** How watchful to be from now on. */
  | { readonly type: "alertness"; readonly alertness: Alertness }
  /** Exactly these are never contained, besides those who never are. */
  | { readonly type: "spare"; readonly entries: readonly ProtectedEntry[] }
  /** By the operator's word these settings are on trial here; absent: none. */
  | { readonly type: "try_settings"; readonly trial: SettingsTrial | undefined }
  /** By the operator's word these settings hold here for good. */
  | ({ readonly type: "keep_settings" } & KeptSettings)
  | { readonly type: "record"; readonly entry: JournalEntry }
  /** Send `tick` at this wall time; replaces any later one. */
  | { readonly type: "wake"; readonly atMs: number };

/** Settings that the operator wants here, by a signal. */
export interface KeptSettings {
  /** Of the signal. */
  readonly id: string;
  /** Account of who asked; empty: somebody at the command line. */
  readonly by: string;
  /** All of them or none. */
  readonly changes: readonly OrderedChange[];
}

/** The same for a time. */
export interface SettingsTrial extends KeptSettings {
  /** Wall clock milliseconds. */
  readonly untilMs: number;
}

/** A signal as the journal has it. */
export interface KeptSignal {
  /** As it was told. */
  readonly sealed: SealedSignal;
  /** Wall clock milliseconds when it was written down last. */
  readonly recordedMs: number;
  /** This host's operator has ended its effect here. */
  readonly aside: boolean;
  /** Its end is on record already. */
  readonly ended?: boolean;
}

/** Somebody was let go on this host, before it was started. */
export interface KeptRelease {
  /** Who. */
  readonly subject: Address | "all";
  /** Wall clock milliseconds: what was seen up to then counts no more. */
  readonly atMs: number;
}

/** A member's claim that is in the journal from before. */
export interface KeptClaim {
  /** Who made it. */
  readonly node: NodeId;
  /** About whom. */
  readonly subject: Address;
  /** Of ATT&CK. */
  readonly technique: string;
  /** Wall clock milliseconds of the observation, by the signer's clock. */
  readonly observedMs: number;
}

/** The operator's word, which alone releases everywhere at once. */
export interface OperatorAuthority {
  /** Whether the mesh's operator signed `bytes`. */
  verify(bytes: Uint8Array, signature: Uint8Array): boolean;
  /** Present only where the operator's key is at hand; 64 bytes. */
  sign?(bytes: Uint8Array): Uint8Array;
}

/** What an agent starts with. */
export interface AgentOptions {
  /** The node it decides for. */
  readonly self: NodeId;
  /** Whether decisions reach the kernel. */
  readonly mode: Mode;
  /** Without it, a release is only the withdrawal of our own votes. */
  readonly operator?: OperatorAuthority;
  /**
   * The never-block list at the start, so that the first alert about someone
   * on it says so; whether a lease is granted is containment's question alone.
   */
  readonly neverBlock?: readonly ProtectedEntry[];
  /** What the operator listed besides while an earlier agent ran. */
  readonly listed?: readonly ProtectedEntry[];
  /** Names of members that fail together and count as one witness. */
  readonly failureDomains?: DomainGroups;
}
