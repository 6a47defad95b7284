/**
 * Leases as commands to our sets, and back.
 *
 * A lease is written as add, delete, add in one transaction. The first two
 * clear whatever was there, whether or not something was: deleting what is
 * absent fails the transaction, adding what is present changes neither its
 * comment nor, before Linux 6.12, its timeout, and `destroy element` needs
 * nft 1.0.7.
 *
 * @module
 */
import { type Address, familyOf, readAddress } from "../address.ts";
import type { LeaseCause, Measure } from "../lease.ts";
import { fastPathSets } from "./fast_path.ts";
import { countingSets, leaseSets, table } from "./ruleset.ts";

/** What one command does to one of our sets. */
export interface ElementCommand {
  /** What is done. */
  readonly verb: "add" | "delete";
  /** Name of one of our sets. */
  readonly set: string;
  /** The element. */
  readonly address: Address;
  /** Absent where the set's default holds. */
  readonly timeoutMs?: number;
  /** Empty if none. */
  readonly comment: string;
}

/** Puts `subject` under `measure` for `remainingMs` from now. */
export function grantCommands(
  lease: {
    readonly subject: Address;
    readonly measure: Measure;
    readonly cause: LeaseCause;
  },
  remainingMs: number,
): string[] {
  const set = `${lease.measure}${familyOf(lease.subject)}`;
  const timeout = Math.max(1, Math.round(remainingMs));
  return [
    ...absent(set, lease.subject),
    `add element ${table} ${set} { ${lease.subject} timeout ${timeout}ms comment "${lease.cause}" }`,
  ];
}

/** Ends one measure against `subject`. */
export function endCommands(subject: Address, measure: Measure): string[] {
  return absent(`${measure}${familyOf(subject)}`, subject);
}

/**
 * Ends everything against `subject`, the kernel's own suspicion included.
 * Which ports it tried stays known for its ten minutes, so trying the same
 * ones again counts for nothing.
 */
export function releaseCommands(subject: Address): string[] {
  return subjectSets().filter((set) => set.endsWith(`${familyOf(subject)}`))
    .flatMap((set) => absent(set, subject));
}

/** Ends everything against everybody. */
export function releaseAllCommands(): string[] {
  return [...subjectSets(), "probes4", "probes6"]
    .map((set) => `flush set ${table} ${set}`);
}

function subjectSets(): string[] {
  return [...leaseSets.keys(), ...fastPathSets, ...countingSets];
}

/** Removes an element that may or may not be there. */
function absent(set: string, subject: Address): string[] {
  return [
    `add element ${table} ${set} { ${subject} timeout 1s }`,
    `delete element ${table} ${set} { ${subject} }`,
  ];
}

const elementLine = new RegExp(
  `^(add|delete) element ${table} (\\w+) \\{ ([0-9a-f.:]+)` +
    `(?: timeout (\\d+)(ms|s))?(?: comment "(\\w*)")? \\}$`,
);

/**
 * Reads one command back, for a firewall that is not a kernel.
 *
 * @returns `undefined` for any other command.
 */
export function readElementCommand(line: string): ElementCommand | undefined {
  const match = elementLine.exec(line);
  const address = readAddress(match?.[3] ?? "");
  if (!match || address === undefined) return undefined;
  const [, verb, set = "", , timeout, unit, comment = ""] = match;
  return {
    verb: verb === "add" ? "add" : "delete",
    set,
    address,
    ...(timeout === undefined
      ? {}
      : { timeoutMs: Number(timeout) * (unit === "s" ? 1_000 : 1) }),
    comment,
  };
}
