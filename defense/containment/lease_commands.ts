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
import type { Lease, LeaseCause, Measure } from "../lease.ts";
import { isPrefix64, prefix64Of } from "../prefix64.ts";
import { type Service, serviceProtocols } from "../service.ts";
import { table } from "./families.ts";
import { fastPathSets } from "./fast_path.ts";
import { countingSets, leaseSets } from "./ruleset.ts";
import { serviceSets } from "./service_rules.ts";

/** What one command does to one of our sets. */
export interface ElementCommand {
  /** What is done. */
  readonly verb: "add" | "delete";
  /** Name of one of our sets. */
  readonly set: string;
  /** The element. */
  readonly address: Address;
  /** The rest of the element, in sets of services. */
  readonly service?: Service;
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
    readonly service?: Service;
    readonly cause: LeaseCause;
  },
  remainingMs: number,
): string[] {
  const { set, element } = placeOf(lease);
  const timeout = Math.max(1, Math.round(remainingMs));
  return [
    ...absent(set, element),
    `add element ${table} ${set} { ${element} timeout ${timeout}ms comment "${lease.cause}" }`,
  ];
}

/** Ends one measure against `subject`, everywhere or on one service. */
export function endCommands(
  subject: Address,
  measure: Measure,
  service?: Service,
): string[] {
  const { set, element } = placeOf({
    subject,
    measure,
    ...(service && { service }),
  });
  return absent(set, element);
}

/** The set that a measure stands in, and its element. */
function placeOf({ subject, measure, service }: {
  readonly subject: Address;
  readonly measure: Measure;
  readonly service?: Service;
}): { set: string; element: string } {
  const digit = familyOf(subject);
  if (!service) return { set: `${measure}${digit}`, element: subject };
  const { protocol, port } = service;
  return {
    set: `service_${measure}${digit}`,
    element: `${subject} . ${protocol} . ${port}`,
  };
}

/**
 * Ends everything against the whole of `subject`, the kernel's own suspicion
 * included; what stands on single services is ended one by one.
 * Which ports it tried stays known for its ten minutes, so trying the same
 * ones again counts for nothing.
 */
export function releaseCommands(subject: Address): string[] {
  return subjectSets().filter((set) => set.endsWith(`${familyOf(subject)}`))
    // Connections are counted per /64 also where its addresses differ.
    .flatMap((set) =>
      absent(set, set.startsWith("rate") ? prefix64Of(subject) : subject)
    );
}

/** Whether what stands against `each` ends when an operator lets `named` go. */
export function isReleasedWith(each: Address, named: Address | "all"): boolean {
  return named === "all" || each === named ||
    // Among neighbours the kernel's fast path catches single addresses.
    (isPrefix64(named) && prefix64Of(each) === named);
}

/** Ends all that stands against the subjects of these leases. */
export function releaseLeases(leases: readonly Lease[]): string[] {
  const subjects = new Set(leases.map(({ subject }) => subject));
  return [
    ...[...subjects].flatMap(releaseCommands),
    ...leases.flatMap(({ subject, measure, service }) =>
      service ? endCommands(subject, measure, service) : []
    ),
  ];
}

/** Ends everything against everybody. */
export function releaseAllCommands(): string[] {
  return [...subjectSets(), ...serviceSets.keys(), "probes4", "probes6"]
    .map((set) => `flush set ${table} ${set}`);
}

function subjectSets(): string[] {
  return [...leaseSets.keys(), ...fastPathSets, ...countingSets];
}

/** Removes an element that may or may not be there. */
function absent(set: string, element: string): string[] {
  return [
    `add element ${table} ${set} { ${element} timeout 1s }`,
    `delete element ${table} ${set} { ${element} }`,
  ];
}

const elementLine = new RegExp(
  `^(add|delete) element ${table} (\\w+) \\{ ([0-9a-f.:]+)` +
    `(?: \\. (${serviceProtocols.join("|")}) \\. (\\d+))?` +
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
  const [, verb, set = "", , protocol, port, timeout, unit, comment = ""] =
    match;
  return {
    verb: verb === "add" ? "add" : "delete",
    set,
    address,
    ...(protocol === undefined ? {} : {
      service: {
        protocol: protocol === "udp" ? "udp" : "tcp",
        port: Number(port),
      },
    }),
    ...(timeout === undefined
      ? {}
      : { timeoutMs: Number(timeout) * (unit === "s" ? 1_000 : 1) }),
    comment,
  };
}
