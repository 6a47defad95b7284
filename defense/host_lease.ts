/**
 * Measures on this host itself, as leases of their own kind: a process that is
 * frozen or cut off from the network, an interface that is slowed down, a host
 * that is quarantined (design §7, §8). Only an operator orders them.
 *
 * Every one of them ends without us: nftables elements have timeouts, and a
 * frozen process is let go by helpers that outlive the agent
 * (`host/process_control.ts`). None survives a reboot.
 *
 * @module
 */
import * as z from "zod";
import { type Address, readAddress } from "./address.ts";
import { leaseMsMax, type Refusal } from "./lease.ts";

/** Longest freeze, 120 s: design §8. */
export const freezeMsMax = 120_000;
/** Slower than this an interface is of no use to anybody; our choice. */
export const bitsPerSecondMin = 8_000;
const bitsPerSecondMax = 100_000_000_000;

const address = z.string().max(64).transform((text, context) => {
  const read = readAddress(text);
  if (read === text) return read;
  context.addIssue({ code: "custom", message: "not a canonical address" });
  return z.NEVER;
});

/** What a measure is about. */
export type HostTarget =
  /** A process that stands still, or has no network. */
  | { readonly kind: "freeze" | "isolate"; readonly pid: number }
  /** An interface that carries no more than this, each way. */
  | {
    readonly kind: "interface";
    readonly device: string;
    readonly bitsPerSecond: number;
  }
  /** This host, which keeps only whom it may never cut off. */
  | { readonly kind: "quarantine_self" }
  /** A member, to which we keep only the mesh. */
  | {
    readonly kind: "quarantine_member";
    /** How the roster calls it. */
    readonly name: string;
    readonly addresses: readonly Address[];
    /** TCP ports of ours that stay open to it: the mesh's. */
    readonly keptPorts: readonly number[];
    /** Members that may be quarantined at once: max(1, N/10), design §7. */
    readonly atOnceMax: number;
  };

/** What a measure is about, as it crosses a wall. */
export const hostTarget: z.ZodType<HostTarget> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.enum(["freeze", "isolate"]),
    pid: z.int().positive(),
  }),
  z.object({
    kind: z.literal("interface"),
    // At most 15 bytes (`IFNAMSIZ` of Linux), and no text for nft.
    device: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,14}$/),
    bitsPerSecond: z.int().min(bitsPerSecondMin).max(bitsPerSecondMax),
  }),
  z.object({ kind: z.literal("quarantine_self") }),
  z.object({
    kind: z.literal("quarantine_member"),
    name: z.string().max(64),
    addresses: z.array(address).min(1).max(16),
    keptPorts: z.array(z.int().min(1).max(65_535)).min(1).max(4),
    atOnceMax: z.int().positive(),
  }),
]);

/** An operator's order. */
export interface HostOrder {
  /** What it is about. */
  readonly target: HostTarget;
  /** How long, in milliseconds; at most `leaseMsMax`, a freeze `freezeMsMax`. */
  readonly forMs: number;
  /** The process of who asks: it and what it runs under are spared. */
  readonly callerPid?: number;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
}

/** An order as it crosses a wall. */
export const hostOrder: z.ZodType<HostOrder> = z.object({
  target: hostTarget,
  forMs: z.number().min(1_000).max(leaseMsMax),
  callerPid: z.int().positive().exactOptional(),
  dryRun: z.boolean().exactOptional(),
}).refine(
  ({ target, forMs }) => target.kind !== "freeze" || forMs <= freezeMsMax,
  { path: ["forMs"], message: `a freeze lasts at most ${freezeMsMax} ms` },
);

/** One measure in force. */
export interface HostLease {
  /** What it is about. */
  readonly target: HostTarget;
  /** What a person calls it: the process's name, the interface, the member. */
  readonly name: string;
  /** Wall clock milliseconds when it ends by itself. */
  readonly untilMs: number;
}

/** What came of an order; `never_block` names what spares the target. */
export type HostOutcome =
  | { readonly applied: true; readonly lease: HostLease }
  /** A dry run: what would go to nft; the rest stands as comments. */
  | { readonly applied: false; readonly script: string }
  | { readonly applied: false; readonly refusal: Refusal };

/** Names a target among all: one measure of a kind on each. */
export function targetKey(target: HostTarget): string {
  switch (target.kind) {
    case "freeze":
    case "isolate":
      return `${target.kind} ${target.pid}`;
    case "interface":
      return `interface ${target.device}`;
    case "quarantine_self":
      return "quarantine";
    case "quarantine_member":
      return `quarantine ${target.name}`;
  }
}

/** A process as the kernel describes it. */
export interface ProcessView {
  /** Its number. */
  readonly pid: number;
  /** Who started it, or who inherited it. */
  readonly parent: number;
  /** What it calls itself; never trusted as more than text. */
  readonly name: string;
  /** `PF_…` of the kernel's `include/linux/sched.h`. */
  readonly flags: number;
  /** When it began, in clock ticks since boot: tells a reused number apart. */
  readonly startTicks: number;
}

/** A connection or a listening port of a process, as nft names it. */
export type ProcessSocket =
  & { readonly protocol: "tcp" | "udp" }
  & (
    | {
      readonly localAddress: string;
      readonly localPort: number;
      readonly remoteAddress: string;
      readonly remotePort: number;
    }
    | { readonly listeningPort: number }
  );

/** The processes of the world. None of these calls changes the firewall. */
export interface ProcessWorld {
  /** The process and all that it runs under, itself first; empty if there is none. */
  lineage(pid: number): Promise<ProcessView[]>;
  /** Number of the agent's own process. */
  readonly ownPid: number;
  /** What it has open to the network at this moment. */
  sockets(pid: number): Promise<ProcessSocket[]>;
  /**
   * Puts a process into a group of its own, frozen or not, out of which it
   * comes by itself after `forMs`, whether we live or not.
   *
   * @returns The group, as nft names it.
   * @throws {Error} If that cannot be had; the process is then as before.
   */
  hold(
    process: ProcessView,
    slot: number,
    forMs: number,
    frozen: boolean,
  ): Promise<string>;
  /** Lets go of what is in a slot, now. */
  letGo(slot: number): Promise<void>;
}
