/**
 * A simulation of logins as data: an office that works, somebody who guesses,
 * how long, and what must not be exceeded.
 *
 * @module
 */
import type { Address, ProtectedEntry } from "../defense/mod.ts";
import type { ProfileName } from "../mesh/mod.ts";

/** How passwords are guessed. */
export interface GuessingPlan {
  /** Where guesses come from; more than one is a distributed attack. */
  readonly sources: readonly Address[];
  /** Accounts that are tried; those that do not exist are not in the office's list. */
  readonly accounts: readonly string[];
  /** Guesses per second of one source, while it is answered. */
  readonly guessesPerSecond: number;
  /** Connections that one source holds open at a time. */
  readonly parallel: number;
  /**
   * `host`: one machine after the other; `account`: every machine in turn;
   * `once`: all at once, each at the full pace.
   */
  readonly order: "host" | "account" | "once";
  /** Machines that one source tries; all if absent. */
  readonly hostsPerSource?: number;
  /** Guesses that one source makes on one machine, at most. */
  readonly guessesPerHost: number;
  /** After so many unanswered connections in a row a machine is given up. */
  readonly patience: number;
  /** Quiet time before the first guess, milliseconds. */
  readonly startMs: number;
}

/** The honest people of the office. */
export interface OfficePlan {
  /** Accounts that exist; one person each. */
  readonly staff: readonly string[];
  /** Staff with an address of their own; the others share `sharedAddress`. */
  readonly ownAddress: number;
  /** The office's shared address (NAT). */
  readonly sharedAddress: Address;
  /** Mean pause between two logins of one person, milliseconds. */
  readonly pauseMs: number;
  /** One login in so many begins with typing errors, one to three. */
  readonly mistypedOneIn: number;
  /** Logs in to every machine with a key, round after round. */
  readonly backup: { readonly source: Address; readonly periodMs: number };
  /** Connects to the login port of every machine and hangs up. */
  readonly monitor: { readonly source: Address; readonly periodMs: number };
  /** Keeps using a key that was withdrawn, on one machine. */
  readonly staleKey: { readonly source: Address; readonly periodMs: number };
  /** From where an administrator works on every machine, round after round. */
  readonly jump?: {
    readonly source: Address;
    readonly account: string;
    readonly periodMs: number;
  };
}

/** One simulation, complete but for its seed and size. */
export interface LoginScenario {
  /** What `stealthmesh simulate` calls it. */
  readonly name: string;
  /** One line for people, without a full stop. */
  readonly title: string;
  /** Flags of `stealthmesh simulate` that chose a variant; each begins with a space. */
  readonly flags?: string;
  /** Traffic profile of every link. */
  readonly profile: ProfileName;
  /** What the attacker does. */
  readonly guessing: GuessingPlan;
  /** Who must not be harmed. */
  readonly office: OfficePlan;
  /** Virtual length from the first guess, milliseconds. */
  readonly lengthMs: number;
  /** Never contained, besides the machines themselves. */
  readonly protectedEntries: readonly ProtectedEntry[];
  /** What a good run stays within; going beyond is a breach in the report. */
  readonly bounds: {
    /** Guesses that the machines answered, all together. */
    readonly guessesMax: number;
    /** Share of attacking sources that some machine contained, at least. */
    readonly foundShare: number;
    /** From an alert to every other machine, in slot periods T. */
    readonly deliveryPeriodsMax: number;
    /** Logins of honest people that never reached the service. */
    readonly deniedMax: number;
  };
}

/** The port and the service that logins are about. */
export const loginPort = 22;
/** As sensors call it. */
export const loginService = "sshd";
