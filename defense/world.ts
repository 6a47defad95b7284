/**
 * What the defense asks of its host. Real ones stand in `host/`, virtual ones
 * in `sims/world/`.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Lease, Refusal } from "./lease.ts";
import type { Service } from "./service.ts";

/** Whether decisions reach the kernel or are only written down. */
export type Mode = "observe" | "enforce";

/** What came of a lease. */
export type LeaseOutcome =
  | {
    readonly applied: true;
    readonly lease: Lease;
    /** Wall clock milliseconds when the kernel confirmed it. */
    readonly atMs: number;
  }
  | {
    readonly applied: false;
    readonly lease: Lease;
    readonly refusal: Refusal;
  };

/** What came of cutting a member off. */
export type QuarantineOutcome =
  | { readonly applied: true }
  | { readonly applied: false; readonly refusal: Refusal };

/** The wall in front of the kernel. Never rejects: refusals are outcomes. */
export interface Containment {
  /** Asks for measures; one outcome per lease, in order. */
  apply(leases: readonly Lease[]): Promise<LeaseOutcome[]>;
  /** Ends every measure against `subject`, or all; returns how many ended. */
  release(subject: Address | "all"): Promise<number>;
  /** What the kernel holds right now, found by asking it. */
  held(): Promise<Lease[]>;
  /** Adds addresses that must never be contained (mesh members, operator's list). */
  protect(entries: readonly ProtectedEntry[]): void;
  /**
   * Never contains these, until told others: exceptions that have an end, and
   * replace those of the last call.
   */
  spare(entries: readonly ProtectedEntry[]): void;
  /** Whether a stranger's first port that nobody serves makes it a suspect. */
  beCautious(cautious: boolean): void;
}

/** An address or network that is never contained, and why. */
export interface ProtectedEntry {
  /** Address or CIDR network. */
  readonly network: string;
  /** `gateway`, `own address`, `mesh member`, `operator`, … */
  readonly reason: string;
}

/** Runs firewall scripts of our own table; the nft of the world. */
export interface Firewall {
  /**
   * Runs one nft script atomically.
   *
   * @throws {ContainmentError} When the firewall refused it; nothing changed.
   */
  run(script: string): Promise<void>;
  /** Elements of the sets of our table, with the time that remains. */
  elements(): Promise<HeldElement[]>;
}

/** One timed element of one of our sets. */
export interface HeldElement {
  /** Name of the set in our table. */
  readonly set: string;
  /** Whom the element names. */
  readonly address: Address;
  /** The rest of its key, in sets of services. */
  readonly service?: Service;
  /** Until the kernel drops it by itself. */
  readonly remainingMs: number;
  /** The element's comment, empty if none. */
  readonly comment: string;
}

/** Append-only record; see `journal.ts`. */
export interface JournalWriter {
  /**
   * Takes one entry, which may be written later. May throw when it cannot;
   * the driver then keeps the entry and tries again.
   */
  append(entry: JournalEntry): void;
}

/** The chain of events (design §9). */
export const journalStages = [
  "seen",
  "claimed",
  "agreed",
  "done",
  "refused",
  "undone",
  "operator",
  "system",
] as const;
/** Where in the chain of events an entry belongs. */
export type JournalStage = typeof journalStages[number];

/** One line of the record. */
export interface JournalEntry {
  /** Wall clock milliseconds when this node wrote it. */
  readonly atMs: number;
  /** How far along the chain of events. */
  readonly stage: JournalStage;
  /** Address the entry is about, empty when about none. */
  readonly subject: string;
  /** Node id of who said or did it, empty for this node. */
  readonly node: string;
  /** Short stable name of what happened: `alert`, `vote`, `lease`, … */
  readonly what: string;
  /** JSON-safe details. */
  readonly detail: Readonly<Record<string, unknown>>;
}
