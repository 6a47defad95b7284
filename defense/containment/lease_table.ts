/**
 * The leases we believe to be in force, on the monotonic clock, so that a
 * jump of the wall clock neither ends nor prolongs one. The kernel's table is
 * the truth; this copy is what restores it when somebody flushes it.
 *
 * Bound: {@linkcode heldMax} leases; when full, `hasRoomFor` says no to new ones and
 * the ones in force stay.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { LeaseCause, Measure } from "../lease.ts";
import { type Service, serviceText } from "../service.ts";
import { heldMax } from "./ruleset.ts";

/** One measure in force. */
export interface Holding {
  readonly subject: Address;
  readonly measure: Measure;
  readonly service?: Service;
  readonly cause: LeaseCause;
  /** On the monotonic clock. */
  readonly endsAtMs: number;
}

/** What tells two holdings apart. */
export type HoldingPlace = Pick<Holding, "subject" | "measure" | "service">;

/** Measures in force, at most one of each kind per subject and service. */
export class LeaseTable {
  readonly #holdings = new Map<string, Holding>();

  /** Forgets what has ended by `nowMs`. */
  expire(nowMs: number): void {
    for (const [key, { endsAtMs }] of this.#holdings) {
      if (endsAtMs <= nowMs) this.#holdings.delete(key);
    }
  }

  /** The holding of this subject, measure and service, if it has not ended. */
  get(place: HoldingPlace): Holding | undefined {
    return this.#holdings.get(keyOf(place));
  }

  /** Adds or replaces. */
  set(holding: Holding): void {
    this.#holdings.set(keyOf(holding), holding);
  }

  /** Whether `added` more holdings of new keys fit. */
  hasRoomFor(added: number): boolean {
    return this.#holdings.size + added <= heldMax;
  }

  /** Forgets one measure. */
  delete(place: HoldingPlace): void {
    this.#holdings.delete(keyOf(place));
  }

  /** Forgets a subject, or everybody. */
  release(subject: Address | "all"): void {
    if (subject === "all") return this.#holdings.clear();
    for (const [key, holding] of this.#holdings) {
      if (holding.subject === subject) this.#holdings.delete(key);
    }
  }

  /** Every holding, in the order in which they were first made. */
  all(): Holding[] {
    return [...this.#holdings.values()];
  }
}

/** Name of a subject under a measure. */
export function keyOf({ subject, measure, service }: HoldingPlace): string {
  return `${measure} ${subject} ${service ? serviceText(service) : ""}`;
}
