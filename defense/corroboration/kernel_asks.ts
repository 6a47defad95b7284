/**
 * What the kernel was asked to hold against one subject, and what came of it.
 *
 * It is asked for the strongest of all grounds, and for a milder measure only
 * where that lasts longer or is wider. A measure no ground covers any more is
 * let go of with all others, which are asked for anew.
 *
 * Bound: one ask for each measure and service that a ground names.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { LeaseState } from "../agent_view.ts";
import type { Lease, Refusal } from "../lease.ts";
import { coversService, serviceText } from "../service.ts";
import type { LeaseOutcome } from "../world.ts";
import { forceOf } from "./evidence.ts";

interface Ask {
  readonly untilMs: number;
  readonly state: LeaseState;
  /** When to ask again, if it failed. */
  readonly retryMs?: number;
}

/** A measure, towards one service or all. */
export type Scope = Pick<Lease, "measure" | "service">;

/** What to tell containment, in this order. */
export interface Asking {
  readonly release: boolean;
  readonly leases: readonly Lease[];
  /** What would be asked for too, if the members did not stand down. */
  readonly withheld: readonly Lease[];
}

/** How containment is told. */
export interface AskingRule {
  /** Ask again for what is already asked for. */
  readonly insist?: boolean;
  /** The members stand down: only what an operator ordered is asked for. */
  readonly ordersOnly?: boolean;
}

/** What speaks for a measure, and until when. */
export type Ground = Pick<Lease, "measure" | "service" | "untilMs" | "cause">;

/** First pause after a firewall failure; doubles with each. Our choice. */
const retryMs = 5_000;
/** Containment keeps time on another clock; an answer may differ by so much. */
const answerSlackMs = 1_000;
/** Longest pause between two attempts. */
const retryMsMax = 300_000;

/** The asks about one subject. */
export class KernelAsks {
  readonly #subject: Address;
  readonly #asks = new Map<string, Scope & Ask>();
  #failures = 0;

  constructor(subject: Address) {
    this.#subject = subject;
  }

  /** When the next that failed is asked for again; infinite without any. */
  get retryAtMs(): number {
    let next = Infinity;
    for (const { retryMs: at } of this.#asks.values()) {
      if (at !== undefined) next = Math.min(next, at);
    }
    return next;
  }

  /** The kernel holds this since before our start. */
  adopt(scope: Scope, untilMs: number): void {
    this.#asks.set(nameOf(scope), { ...scope, untilMs, state: "in_force" });
  }

  /** Forgets what was asked for, so that it is asked for again. */
  clear(): void {
    this.#asks.clear();
  }

  /** Whether the kernel may hold something against the subject. */
  hold(wallMs: number): boolean {
    for (const { untilMs, state } of this.#asks.values()) {
      if (untilMs > wallMs && state !== "would") return true;
    }
    return false;
  }

  /** Forgets what has ended, and what failed and is due again. */
  expire(wallMs: number): void {
    for (const [name, ask] of [...this.#asks]) {
      const retry = ask.retryMs !== undefined && ask.retryMs <= wallMs;
      if (ask.untilMs <= wallMs || retry) this.#asks.delete(name);
    }
  }

  /**
   * What containment must be told so that the kernel holds what the grounds
   * say; remembered as asked.
   */
  reconcile(
    grounds: readonly Ground[],
    wallMs: number,
    { insist = false, ordersOnly = false }: AskingRule = {},
  ): Asking {
    const asking = ordersOnly
      ? grounds.filter(({ cause }) => cause === "operator")
      : grounds;
    let release = false;
    for (const [name, ask] of [...this.#asks]) {
      if (ask.untilMs <= wallMs) continue;
      const would = ask.state === "would";
      const behind = would ? grounds : asking;
      if (behind.some((ground) => covers(ground, ask))) continue;
      if (would) this.#asks.delete(name);
      else release = true;
    }
    if (release) this.#asks.clear();
    const isMore = (lease: Lease) =>
      lease.untilMs > (this.#asks.get(nameOf(lease))?.untilMs ?? 0);
    const leases = this.#wanted(wallMs, asking)
      .filter((lease) => insist || isMore(lease));
    for (const lease of leases) this.#ask(lease, "asked");
    const withheld = ordersOnly
      ? this.#wanted(wallMs, grounds).filter((lease) =>
        lease.cause !== "operator" && isMore(lease) && !this.#isAsked(lease)
      )
      : [];
    for (const lease of withheld) this.#ask(lease, "would");
    return { release, leases, withheld };
  }

  /** Notes what came of an ask. */
  answered(outcome: LeaseOutcome, wallMs: number): void {
    const { untilMs } = outcome.lease;
    const scope = scopeOf(outcome.lease);
    const name = nameOf(scope);
    const ask = this.#asks.get(name);
    // A longer ask is under way; the answer to that one counts.
    if (!ask || ask.untilMs > untilMs + answerSlackMs) return;
    if (outcome.applied) {
      this.#failures = 0;
      this.#asks.set(name, { ...scope, untilMs, state: "in_force" });
      return;
    }
    const refused = this.#refused(outcome.refusal, untilMs, wallMs);
    this.#asks.set(name, { ...scope, ...refused });
  }

  #refused(refusal: Refusal, untilMs: number, wallMs: number): Ask {
    if (refusal.code === "observe") return { untilMs, state: "would" };
    const pause = Math.min(retryMs * 2 ** this.#failures++, retryMsMax);
    return { untilMs, state: "failed", retryMs: wallMs + pause };
  }

  /** Of the ask for just this, or of one that covers it. */
  stateOf(scope: Scope): LeaseState {
    const own = this.#asks.get(nameOf(scope));
    if (own) return own.state;
    for (const ask of this.#asks.values()) {
      const wide = coversService(ask.service, scope.service);
      if (wide && forceOf(ask.measure) >= forceOf(scope.measure)) {
        return ask.state;
      }
    }
    return "asked";
  }

  #ask(lease: Lease, state: LeaseState): void {
    const { untilMs } = lease;
    const scope = scopeOf(lease);
    this.#asks.set(nameOf(scope), { ...scope, untilMs, state });
  }

  /** Whether the kernel may hold just that, on whatever ground. */
  #isAsked(lease: Lease): boolean {
    const ask = this.#asks.get(nameOf(lease));
    return ask !== undefined && ask.state !== "would";
  }

  /** The strongest and longest first; what others cover is left out. */
  #wanted(
    wallMs: number,
    grounds: readonly Ground[],
  ): Lease[] {
    const leases: Lease[] = [];
    const sorted = grounds.toSorted((a, b) =>
      forceOf(b.measure) - forceOf(a.measure) ||
      Number(a.service !== undefined) - Number(b.service !== undefined) ||
      b.untilMs - a.untilMs
    );
    for (const ground of sorted) {
      const { untilMs, cause } = ground;
      if (untilMs <= wallMs) continue;
      if (leases.some((lease) => covers(lease, ground))) continue;
      const subject = this.#subject;
      leases.push({ subject, ...scopeOf(ground), untilMs, cause });
    }
    return leases;
  }
}

/** The measure and service of whatever has them. */
export function scopeOf({ measure, service }: Scope): Scope {
  return { measure, ...(service && { service }) };
}

function nameOf({ measure, service }: Scope): string {
  return service ? `${measure} ${serviceText(service)}` : measure;
}

/** Whether `wide` does all that `narrow` does, at least as long. */
function covers(
  wide: Scope & { readonly untilMs: number },
  narrow: Scope & { readonly untilMs: number },
): boolean {
  return forceOf(wide.measure) >= forceOf(narrow.measure) &&
    coversService(wide.service, narrow.service) &&
    wide.untilMs >= narrow.untilMs;
}
