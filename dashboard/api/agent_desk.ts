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
  HostLease,
  HostOutcome,
  JournalEntry,
  JournalHealth,
  JournalStage,
  Lease,
  LeaseOutcome,
  MeasureOrder,
  NumberedTranscript,
  ProtectedEntry,
  Rehearsal,
  SelfWord,
} from "../../defense/mod.ts";
import type {
  FarProfileName,
  MemberView,
  MeshReport,
  PingOutcome,
  ProfileChange,
  ProfileName,
} from "../../mesh/mod.ts";
import type { NodeView } from "./node_view.ts";
import type { ConfigDesk, SettingView } from "./config_desk.ts";
import type { DrillDesk } from "./drill_view.ts";
import type { OperatorDesk } from "./operator_desk.ts";
import type { ActKeeper } from "./operator_act.ts";
import type { SignalDesk } from "./signal_desk.ts";

/** Something this host lacks, and what still works. */
export interface Shortcoming {
  /** What is missing. */
  readonly what: string;
  /** What works without it. */
  readonly works: string;
}

/** What was found about this host, as `doctor` tells it. */
export interface FindingView {
  /** What was looked at: `nft`, `log`, … */
  readonly what: string;
  /** How much of it is there. */
  readonly verdict: "ok" | "limited" | "missing" | "unknown";
  /** What was found. */
  readonly detail: string;
  /** What does and does not work as it is; empty where nothing is missing. */
  readonly works: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly nextStep: string;
}

/** The findings, and when they were made. */
export interface FindingsView {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** In the order in which they matter. */
  readonly findings: readonly FindingView[];
}

/** A member that was asked how it is. */
export interface MemberDetail {
  /** 64 hex characters. */
  readonly node: string;
  /** As the operator calls it, else as it calls itself. */
  readonly name: string;
  /** Whether it answered a ping, how fast, and how its clock goes. */
  readonly ping: PingOutcome;
  /** The last that it told of itself, perhaps of an earlier question. */
  readonly word?: {
    /** Wall clock milliseconds when it was heard. */
    readonly atMs: number;
    readonly word: SelfWord;
  };
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
  /** Links, counters and what has leaked. */
  readonly mesh: MeshReport;
  /** Pace of the links: which, since when, until when. */
  readonly profile: ProfileView;
  /** What the sensors counted; names as the sensors give them. */
  readonly sensors: unknown;
  /** How the containment isolate stands. */
  readonly containment: unknown;
  /** Measures on this host itself that are in force. */
  readonly hostLeases: readonly HostLease[];
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
  /** Its number in the journal of this host. */
  readonly seq: number;
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
  /** A drill: nobody did anything. Absent where it is none. */
  readonly exercise?: true;
}

/** Which alerts are wanted. Times are those of the journal of this host. */
export interface AlertQuery {
  /** Only lower numbers. */
  readonly before?: number | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Whom they are about. */
  readonly subject?: Address | undefined;
  /** MITRE ATT&CK technique. */
  readonly technique?: string | undefined;
  /** Name of the scenario that fired. */
  readonly scenario?: string | undefined;
  /** `E0`, `E1` or `E2`. */
  readonly evidence?: string | undefined;
  /** Whether a measure against its subject is in force now. */
  readonly state?: "contained" | "free" | undefined;
  /** Node id of who saw it; empty for this node. */
  readonly node?: string | undefined;
  /** Wall clock milliseconds, inclusive. */
  readonly sinceMs?: number | undefined;
  /** Wall clock milliseconds, exclusive. */
  readonly untilMs?: number | undefined;
  /** Stands in the detail. */
  readonly text?: string | undefined;
}

/**
 * One page of alerts, newest first. It may hold fewer than were asked for, or
 * none, and not be the last: looking for rare ones takes time.
 */
export interface AlertPage {
  /** At most as many as were asked for. */
  readonly alerts: readonly AlertRecord[];
  /** Ask with `before` set to this for older ones; absent on the last page. */
  readonly next?: number;
}

/** One entry of the journal, with its number. */
export interface EventRecord extends JournalEntry {
  /** 1 for the first entry of a journal; a cursor. */
  readonly seq: number;
}

/** Which events are wanted; see `JournalQuery`. */
export interface EventQuery {
  /** Only lower numbers. */
  readonly before?: number | undefined;
  /** Only higher numbers. */
  readonly after?: number | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Where in the chain of events. */
  readonly stage?: JournalStage | undefined;
  /** Name of what happened. */
  readonly what?: string | undefined;
  /** Whom it is about. */
  readonly subject?: Address | undefined;
  /** Node id of who said it; empty for this node. */
  readonly node?: string | undefined;
  /** Wall clock milliseconds, inclusive. */
  readonly sinceMs?: number | undefined;
  /** Wall clock milliseconds, exclusive. */
  readonly untilMs?: number | undefined;
  /** Stands in the name or the detail. */
  readonly text?: string | undefined;
}

/**
 * One page of events, newest first. It may hold fewer than were asked for, or
 * none, and not be the last: looking for rare ones takes time.
 */
export interface EventPage {
  /** At most as many as were asked for. */
  readonly events: readonly EventRecord[];
  /** Ask with `before` set to this for older ones; absent on the last page. */
  readonly next?: number;
}

/** An operator's order against a subject. */
export interface ContainOrder extends MeasureOrder {
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Say which connections it would cut, and do nothing. */
  readonly rehearse: boolean;
  /** Steer to the decoys of this member, by its name or how its id begins. */
  readonly to?: string;
}

/** What came of an order. */
export interface ContainAnswer {
  /** Absent where nothing was to be done. */
  readonly outcome?: LeaseOutcome;
  /** The lease that was asked for. */
  readonly lease: Lease;
  /** The exact script for the firewall, where nothing was to be done. */
  readonly ruleset?: string;
  /** What it would cut, where that was asked. */
  readonly rehearsal?: Rehearsal;
  /** Name of the member whose decoys it meets, where one was asked for. */
  readonly steeredTo?: string;
}

/** What an operator wants done on the agent's own host. */
export type HostRequest =
  | { readonly kind: "freeze" | "isolate"; readonly pid: number }
  | {
    readonly kind: "interface";
    readonly device: string;
    readonly bitsPerSecond: number;
  }
  | {
    readonly kind: "quarantine";
    /** A member, by name or how its id begins; absent: this host. */
    readonly member?: string;
  };

/** An operator's order about the agent's own host. */
export interface HostMeasureOrder {
  /** What is to be done. */
  readonly request: HostRequest;
  /** How long, in milliseconds. */
  readonly forMs: number;
  /** Process of who asks, which is spared. */
  readonly callerPid?: number;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** What came of such an order. */
export interface HostMeasureAnswer {
  /** The lease, or why there is none. */
  readonly outcome: HostOutcome;
}

/** The profile as it stands. */
export interface ProfileView {
  /** In force now. */
  readonly inForce: ProfileName;
  /** Wall clock milliseconds since when. */
  readonly sinceMs: number;
  /** Whose choice it follows. */
  readonly chosenBy: "operator" | "calendar" | "configuration";
  /** What would be in force without the operator's choice. */
  readonly configured: ProfileName;
  /** The next switch that comes by itself; absent where none does. */
  readonly next?: ProfileChange;
  /** Before this an order needs to be forced; absent where it is over. */
  readonly notBeforeMs?: number;
  /** Of the calendar, an IANA name; absent without one. */
  readonly timeZone?: string;
  /** What links to members with global addresses are held to, if anything. */
  readonly far?: FarProfileName;
}

/** An operator's order to change the profile. */
export interface ProfileOrder {
  /** `configured` takes an earlier choice back. */
  readonly profile: ProfileName | "configured";
  /** Also where the last switch was less than a day ago. */
  readonly force: boolean;
  /** Say what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** What came of an order to change the profile. */
export type ProfileAnswer =
  & {
    /** In force before. */
    readonly from: ProfileName;
    /** What was asked for. */
    readonly to: ProfileName;
    /** What the switch tells an observer at most; 0 where there is none. */
    readonly bits: number;
    /** Whether nothing was to be done. */
    readonly dryRun: boolean;
    /** How it stands now. */
    readonly profile: ProfileView;
  }
  & (
    | { readonly type: "unchanged" }
    | {
      readonly type: "allowed";
      /** Whether it came sooner than a day after the last. */
      readonly forced: boolean;
    }
    | {
      readonly type: "refused";
      /** Wall clock milliseconds from which on it would be allowed. */
      readonly notBeforeMs: number;
    }
  );

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

/** The decoys of this host and who was there. */
export interface DecoysView {
  /** Whether any are running. */
  readonly running: boolean;
  /** What stands where. */
  readonly doors: readonly {
    /** Port it stands for; 0: any without a decoy of its own. */
    readonly port: number;
    /** Port it listens on. */
    readonly listen: number;
    /** Name of the decoy, `relay`, or `members` for what others bring. */
    readonly service: string;
    /** Only for who is sent there by a measure. */
    readonly steered: boolean;
  }[];
  /** `held` at the moment; since the start `taken`, `turnedAway`, … */
  readonly counters: Readonly<Record<string, number>>;
  /** Members whose decoys clients are to meet; `trouble` says why they do not. */
  readonly nodes: readonly {
    readonly name: string;
    readonly trouble: string;
  }[];
  /** The latest visits, newest first. */
  readonly transcripts: readonly NumberedTranscript[];
}

/** The agent, seen from the API. Nothing here throws for what a client says. */
export interface AgentDesk
  extends ActKeeper, OperatorDesk, ConfigDesk, SignalDesk, DrillDesk {
  /** Wall clock milliseconds. */
  wallMs(): number;
  /** Settles when whatever else waits has had its turn. */
  turn(): Promise<void>;
  /** The agent at this moment. */
  status(): Promise<StatusView>;
  /** Alerts of the journal, newest first. */
  alerts(query: AlertQuery): AlertPage;
  /** One alert by its number. */
  alert(seq: number): AlertRecord | undefined;
  /** Changes whenever a page of the journal may; cheap. */
  journalMark(): string;
  /** Everything the journal holds, newest first. */
  events(query: EventQuery): EventPage;
  /** Calls `listener` for each new event until the returned function is called. */
  watchEvents(listener: (event: EventRecord) => void): () => void;
  /** Calls `listener` for each new alert until the returned function is called. */
  watchAlerts(listener: (alert: AlertRecord) => void): () => void;
  /**
   * Calls `listener` with every member, at once and then after each look at
   * them, until the returned function is called.
   */
  watchNodes(listener: (nodes: readonly NodeView[]) => void): () => void;
  /** Carries out an operator's order, or says why not. */
  contain(order: ContainOrder): Promise<ContainAnswer | PingRefusal>;
  /** Carries out an order about the agent's own host, or says why not. */
  containHost(
    order: HostMeasureOrder,
  ): Promise<HostMeasureAnswer | PingRefusal>;
  /** Ends such a measure; tells how many ended. */
  releaseHost(request: HostRequest): Promise<number | PingRefusal>;
  /**
   * Ends measures; tells how many.
   *
   * @param here On this host alone, whatever its operator might sign.
   */
  release(subject: Address | "all", here: boolean): Promise<number>;
  /** Votes, evidence, measures and history. */
  explain(subject: Address): Explanation;
  /** The decoys and the latest visits. */
  decoys(): Promise<DecoysView>;
  /** Pace of the links: which, since when, until when. */
  profile(): ProfileView;
  /** Carries out an operator's order about it, or says why not. */
  useProfile(order: ProfileOrder): ProfileAnswer;
  /** Asks a member, by name or how its id begins, for a sign of life. */
  ping(node: string): Promise<PingAnswer | PingRefusal>;
  /** Asks a member, by name or how its id begins, how it is. */
  member(node: string): Promise<MemberDetail | PingRefusal>;
  /** What was found about this host. */
  findings(): FindingsView;
  /** Hands signed entries to the mesh, which checks them itself. */
  mergeRoster(entries: readonly Uint8Array[]): void;
  /** Reads the state directory again: keys, invites, roster. */
  reload(): Promise<void>;
}
