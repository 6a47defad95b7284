/**
 * What the operator says to the whole mesh: a signed order that every member
 * carries out itself, under its own never-block list and in its own mode.
 *
 * | signal | what each member does |
 * | --- | --- |
 * | `contain` | an operator's lease against a subject, until the signal ends |
 * | `release` | ends every measure, and dismisses the evidence up to the signal; if it lasts, also what is seen until it ends |
 * | `quarantine` | cuts a member off from all but the mesh; the member keeps to it, too |
 * | `readmit` | ends a member's quarantine, by vote or by order, and dismisses the evidence so far |
 * | `caution` | a stranger's first port that nobody serves makes it a suspect, and every test begins with the suspicion of one vote |
 * | `stand_down` | ends what was decided here or by the mesh; until it ends, only operators' orders reach the kernel |
 * | `never` | a network joins the never-block list |
 * | `trial` | the members that it names change settings, and change them back when it ends |
 * | `keep` | the members that it names change settings for good; what is on trial stays |
 * | `cancel` | ends another signal |
 *
 * Of what may contradict each other (a {@linkcode slotOf slot}) the signal that was
 * issued last holds, in whatever order they arrive. A signal ends twice: its
 * effect at `untilMs`; and at `expiresMs` it is no longer believed, so that
 * nobody can bring back what it had replaced.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import { leaseMsMax, type Measure } from "./lease.ts";
import type { SettingsOrder } from "./setting_order.ts";

/** What is ordered. */
export type SignalOrder =
  | {
    readonly what: "contain";
    readonly subject: Address;
    readonly measure: Measure;
  }
  | { readonly what: "release"; readonly subject: Address | "all" }
  | { readonly what: "quarantine" | "readmit"; readonly member: NodeId }
  | { readonly what: "caution" | "stand_down" }
  /** An address or a CIDR network, in canonical spelling. */
  | { readonly what: "never"; readonly network: string }
  | { readonly what: "trial" | "keep" } & SettingsOrder
  /** The id of the signal that ends. */
  | { readonly what: "cancel"; readonly id: string };

/** Kinds of signals. */
export type SignalKind = SignalOrder["what"];

/** One signal, as it is signed. */
export interface Signal {
  /** 32 hex characters: of the hash of what is signed. */
  readonly id: string;
  /** Wall clock milliseconds at the issuer. */
  readonly issuedMs: number;
  /** Wall clock milliseconds when its effect ends; of what acts at once: `issuedMs`. */
  readonly untilMs: number;
  /** Wall clock milliseconds after which it is no longer believed. */
  readonly expiresMs: number;
  /** Account of who asked; empty: somebody at the command line. */
  readonly by: string;
  /** What is ordered. */
  readonly order: SignalOrder;
}

/** Who carries a signal out: this host alone, or every member. */
export type SignalScope = "host" | "mesh";

/** A signal as people see it. */
export interface SignalView extends Signal {
  /** Who carries it out. */
  readonly scope: SignalScope;
  /** Whether its effect lasts at this moment. */
  readonly active: boolean;
}

/** How watchful the members are, by the operator's word. */
export type Alertness = "usual" | "caution" | "stand_down";

/** A signal as it is told and kept. */
export interface SealedSignal {
  /** What `signal_codec.ts` writes. */
  readonly statement: Uint8Array;
  /** Of the operator, 64 bytes; absent where it is for this host alone. */
  readonly signature?: Uint8Array;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Shortest time that can be asked for; our choice. */
export const signalMsMin = 1_000;

/**
 * Longest effect of each kind, in milliseconds; 0 for what acts at once. A
 * stand-down is no longer than the longest lease, so that a forgotten one costs
 * an afternoon; an exception is to be thought about once a year. Our choices.
 */
export const signalMsMax: Readonly<Record<SignalKind, number>> = {
  contain: leaseMsMax,
  release: 7 * dayMs,
  quarantine: leaseMsMax,
  readmit: 0,
  caution: dayMs,
  stand_down: leaseMsMax,
  never: 366 * dayMs,
  trial: dayMs,
  keep: 0,
  cancel: 0,
};

/**
 * How long a signal is believed at least. A member that was away for longer
 * holds no lease and counts no claim from before any more.
 */
export const believedMsMin = leaseMsMax + 10 * minuteMs;

/** Longest time that a signal may be believed: the longest effect, and that. */
export const believedMsMax = signalMsMax.never + believedMsMin;

/** Signals of one slot contradict each other; the one issued last holds. */
export function slotOf(order: SignalOrder): string {
  switch (order.what) {
    case "contain":
    case "release":
      return `address ${order.subject}`;
    case "quarantine":
    case "readmit":
      return `member ${order.member}`;
    case "caution":
    case "stand_down":
      return "alertness";
    case "never":
      return `never ${order.network}`;
    case "trial":
    case "keep":
      return "settings";
    case "cancel":
      return `cancel ${order.id}`;
  }
}

/** Whether `a` was issued after `b`; of two at one moment the larger id. */
export function isLater(
  a: Pick<Signal, "issuedMs" | "id">,
  b: Pick<Signal, "issuedMs" | "id">,
): boolean {
  return a.issuedMs === b.issuedMs ? a.id > b.id : a.issuedMs > b.issuedMs;
}
