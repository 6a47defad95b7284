/**
 * A measure against a subject that ends by itself. Leases cross the wall to
 * the containment isolate as plain data and are validated there again; they
 * are the only way to change the firewall.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Service } from "./service.ts";

/** In order of force (design §7, §8). */
export const measures = ["caution", "throttle", "steer", "block"] as const;
/** What is done to a subject. */
export type Measure = typeof measures[number];

/** Longest lease, 4 h: design §8. */
export const leaseMsMax = 4 * 3_600_000;
/** First lease, 10 min: design §8. */
export const firstLeaseMs = 600_000;

/** One measure in force, or asked for. */
export interface Lease {
  /** Against whom. */
  readonly subject: Address;
  /** What is done. */
  readonly measure: Measure;
  /** Towards this service of ours alone; absent: towards all. */
  readonly service?: Service;
  /** Wall clock milliseconds when the kernel ends it. */
  readonly untilMs: number;
  /** Why, as `explain` shows it; also how the lease is recognised after a restart. */
  readonly cause: LeaseCause;
}

/** Whose decision a lease is. */
export type LeaseCause = "own" | "mesh" | "operator";

/** Why the containment isolate refused a lease; never an exception. */
export type Refusal =
  | { readonly code: "never_block"; readonly matched: string }
  | { readonly code: "observe" }
  | { readonly code: "invalid"; readonly detail: string }
  | { readonly code: "full" }
  | { readonly code: "firewall"; readonly detail: string };
