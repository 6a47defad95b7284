/**
 * Containment as its owner sees it: what it is made of, what may be asked of
 * it, and how it stands. `containment.ts` does the work.
 *
 * @module
 */
import type { Clock } from "../../mesh/mod.ts";
import type { HostLease, HostOutcome, ProcessWorld } from "../host_lease.ts";
import type { Lease, Refusal } from "../lease.ts";
import type { Containment, Firewall, Mode, ProtectedEntry } from "../world.ts";
import type { BootMark } from "./ruleset.ts";
import type { SteerPlan } from "./steer_rules.ts";

/** A firewall that may also be asked about scripts and about itself. */
export interface CheckingFirewall extends Firewall {
  /**
   * How the table's entry chain stands: text that is another once somebody
   * has changed, emptied or removed it.
   *
   * @throws {ContainmentError} `nft_rejected` where there is none.
   */
  guard?(): Promise<string>;
  /**
   * Calls `changed` soon after anybody touched the table's rules, us included.
   *
   * @returns Ends it.
   */
  watch?(changed: () => void): () => void;
  /**
   * Like `run`, but changes nothing.
   *
   * @throws {ContainmentError} When the firewall would refuse it.
   */
  check?(script: string): Promise<void>;
}

/** What containment is made of. */
export interface ContainmentOptions {
  /** What carries scripts to a kernel, or to a simulated one. */
  readonly firewall: CheckingFirewall;
  /** Both clocks; also wakes the sign of life. */
  readonly clock: Clock;
  /** How it starts. */
  readonly mode: Mode;
  /**
   * Which boot of the host it is: what a table of another one holds is not
   * taken over. Absent in a world without one.
   */
  readonly boot?: BootMark;
  /** Protected from the first moment on. */
  readonly protectedEntries: readonly ProtectedEntry[];
  /** What the operator has listed besides, which may leave the list again. */
  readonly listed?: readonly ProtectedEntry[];
  /** This host's processes; absent where they cannot be touched. */
  readonly processes?: ProcessWorld;
}

/** How containment stands; for `doctor` and `status`. */
export interface ContainmentReport {
  /** `observe` means that the kernel is left alone. */
  readonly mode: Mode;
  /** The kernel knows which ports are served: caution and the fast path work. */
  readonly socketLookup: boolean;
  /** Steered connections end at a decoy; else they end nowhere. */
  readonly decoys: boolean;
  /** Leases in force, without what the kernel's fast path caught. */
  readonly held: number;
  /** Protected addresses that the self-test tried to contain, in vain. */
  readonly proven: number;
  /** Times the table was found damaged and was written anew. */
  readonly restored: number;
  /** Scripts that failed all the same. */
  readonly failed: number;
  /** What the firewall said last time it failed; empty if it never did. */
  readonly lastError: string;
}

/** Containment and what its owner may do with it. */
export interface ContainmentControl extends Containment {
  /** The whole never-block list. */
  protectedEntries(): readonly ProtectedEntry[];
  /**
   * Replaces what the operator has listed while we run, proves again that the
   * list holds, and ends what is in force against whoever is on it now.
   *
   * @throws {SyntaxError} If a network cannot be read; the list stays.
   * @throws {RangeError} If there are too many; the list stays.
   */
  list(entries: readonly ProtectedEntry[]): Promise<void>;
  /** Carries out an order about this host itself, or says why not. */
  applyHost(order: unknown): Promise<HostOutcome>;
  /** Ends a measure on this host, by its key, or all; returns how many ended. */
  releaseHost(key: string): Promise<number>;
  /** Measures on this host that are in force. */
  hostLeases(): HostLease[];
  /** The lease as `enforce` would grant it, or why it would not; changes nothing. */
  judge(lease: unknown): Lease | Refusal;
  /**
   * Starts or stops touching the kernel.
   *
   * @throws {ContainmentError} If the firewall cannot be used; the mode stays.
   */
  setMode(mode: Mode): Promise<void>;
  /**
   * Steers to these decoys from now on, or to none.
   *
   * @throws {ContainmentError} If the firewall refused it; the table stays.
   */
  steerTo(plan: SteerPlan | undefined): Promise<void>;
  /** Removes the table, or leaves its leases to run out. */
  stop(onExit: "remove" | "keep"): Promise<void>;
  /** How it stands. */
  report(): ContainmentReport;
}
