/**
 * Where one subject stands here: on which grounds it is contained, until when,
 * and what the kernel was asked to do about it.
 *
 * Each ground (own evidence, the mesh's agreement, the operator's word) has a
 * term of its own; the kernel holds the strongest, and a milder measure only
 * where it lasts longer. Bounds: three terms, three asks.
 *
 * @module
 */
import type { Address } from "../address.ts";
import {
  type Lease,
  type LeaseCause,
  leaseMsMax,
  type Measure,
  type Refusal,
} from "../lease.ts";
import type { LeaseState, LeaseView } from "../agent_view.ts";
import type { LeaseOutcome } from "../world.ts";
import { type Claim, forceOf } from "./evidence.ts";
import { extend, memoryMs, type Term, type TermRule } from "./lease_term.ts";

interface Ask {
  readonly untilMs: number;
  readonly state: LeaseState;
  /** When to ask again, if it failed. */
  readonly retryMs?: number;
}

/** What to tell containment, in this order. */
export interface Asking {
  readonly release: boolean;
  readonly leases: readonly Lease[];
}

/** First pause after a firewall failure; doubles with each. Our choice. */
const retryMs = 5_000;
/** Containment keeps time on another clock; an answer may differ by so much. */
const answerSlackMs = 1_000;
/** Longest pause between two attempts. */
const retryMsMax = 300_000;

/** The grounds and asks of one subject. */
export class Standing<Node extends string = string> {
  readonly subject: Address;
  /** The claims behind the mesh's term. */
  supporters: readonly Claim<Node>[] = [];
  readonly #terms = new Map<LeaseCause, Term>();
  readonly #live = new Set<LeaseCause>();
  readonly #asks = new Map<Measure, Ask>();
  #adopted = false;
  #failures = 0;

  constructor(subject: Address) {
    this.subject = subject;
  }

  /** The term on this ground, if it is in force. */
  term(cause: LeaseCause): Term | undefined {
    return this.#live.has(cause) ? this.#terms.get(cause) : undefined;
  }

  /** Whether any ground is in force. */
  get live(): boolean {
    return this.#live.size > 0;
  }

  /** The strongest measure in force or asked for. */
  strongest(): Measure | undefined {
    let strongest: Measure | undefined;
    for (const { measure } of this.#liveTerms()) {
      if (!strongest || forceOf(measure) > forceOf(strongest)) {
        strongest = measure;
      }
    }
    return strongest;
  }

  /**
   * The mesh's term was found in the kernel after a restart: whose claims it
   * stands on is forgotten, so no withdrawal can be set against it.
   */
  get adopted(): boolean {
    return this.#adopted;
  }

  /** Answers evidence; tells whether the ground changed. */
  raise(
    cause: LeaseCause,
    measure: Measure,
    evidenceMs: number,
    wallMs: number,
    rule: TermRule,
  ): boolean {
    const before = this.#terms.get(cause);
    const after = extend(before, measure, evidenceMs, wallMs, rule);
    if (after === before) return false;
    this.#terms.set(cause, after);
    this.#live.add(cause);
    if (cause === "mesh") this.#adopted = false;
    return true;
  }

  /** Sets a term that has its own end: the operator's. */
  set(cause: LeaseCause, measure: Measure, untilMs: number, wallMs: number) {
    const lengthMs = untilMs - wallMs;
    this.#terms.set(cause, {
      measure,
      sinceMs: wallMs,
      renewedMs: wallMs,
      untilMs,
      lengthMs,
    });
    this.#live.add(cause);
  }

  /** Takes over what the kernel holds after a restart. */
  adopt({ cause, measure, untilMs }: Lease, wallMs: number): void {
    const known = this.term(cause);
    if (!known || forceOf(known.measure) <= forceOf(measure)) {
      this.set(cause, measure, untilMs, wallMs);
      if (cause === "mesh") this.#adopted = true;
    }
    this.#asks.set(measure, { untilMs, state: "in_force" });
  }

  /** Lowers a term to a milder measure, or ends it; its end stays. */
  weaken(cause: LeaseCause, measure: Measure | undefined): void {
    const term = this.#terms.get(cause);
    if (!term) return;
    if (measure) this.#terms.set(cause, { ...term, measure });
    else {
      this.#terms.delete(cause);
      this.#live.delete(cause);
      if (cause === "mesh") this.supporters = [];
    }
  }

  /** Ends every term and forgets what was asked: containment refused for good. */
  clear(): void {
    this.#terms.clear();
    this.#live.clear();
    this.#asks.clear();
    this.supporters = [];
  }

  /** Whether the kernel may hold something against the subject. */
  holds(wallMs: number): boolean {
    for (const { untilMs, state } of this.#asks.values()) {
      if (untilMs > wallMs && state !== "would") return true;
    }
    return false;
  }

  /** Notes the end of terms and asks; returns the terms that ended. */
  expire(wallMs: number): [LeaseCause, Term][] {
    const ended: [LeaseCause, Term][] = [];
    for (const [cause, term] of this.#liveEntries()) {
      if (term.untilMs <= wallMs) {
        this.#live.delete(cause);
        ended.push([cause, term]);
      } else if (term.untilMs - wallMs > leaseMsMax) {
        // The wall clock was set back: the kernel's timer was not.
        this.#terms.set(cause, {
          ...term,
          sinceMs: Math.min(term.sinceMs, wallMs),
          renewedMs: Math.min(term.renewedMs, wallMs),
          untilMs: wallMs + term.lengthMs,
        });
      }
    }
    for (const [measure, ask] of [...this.#asks]) {
      const retry = ask.retryMs !== undefined && ask.retryMs <= wallMs;
      if (ask.untilMs <= wallMs || retry) this.#asks.delete(measure);
    }
    return ended;
  }

  /** Whether nothing is left that a later decision could need. */
  forgettable(wallMs: number): boolean {
    if (this.live) return false;
    for (const { untilMs } of this.#terms.values()) {
      if (wallMs - untilMs <= memoryMs) return false;
    }
    return true;
  }

  /** Next wall time at which something ends, is retried or is forgotten. */
  nextMs(): number {
    let next = Infinity;
    for (const [cause, { untilMs }] of this.#terms) {
      const at = this.#live.has(cause) ? untilMs : untilMs + memoryMs + 1;
      next = Math.min(next, at);
    }
    for (const { retryMs: at } of this.#asks.values()) {
      if (at !== undefined) next = Math.min(next, at);
    }
    return next;
  }

  /** Forgets what was asked in another mode, so that it is asked again. */
  askAgain(): void {
    this.#asks.clear();
  }

  /**
   * What containment must be told so that the kernel holds what the grounds
   * say; remembered as asked.
   *
   * @param insist Ask again for what is already asked for.
   */
  reconcile(wallMs: number, insist = false): Asking {
    const wanted = this.#wanted(wallMs);
    let release = false;
    for (const [measure, ask] of [...this.#asks]) {
      if (ask.untilMs <= wallMs) continue;
      const covered = this.#liveTerms().some((term) =>
        forceOf(term.measure) >= forceOf(measure) &&
        term.untilMs >= ask.untilMs
      );
      if (covered) continue;
      if (ask.state === "would") this.#asks.delete(measure);
      else release = true;
    }
    if (release) this.#asks.clear();
    const leases = wanted.filter(({ measure, untilMs }) =>
      insist || untilMs > (this.#asks.get(measure)?.untilMs ?? 0)
    );
    for (const { measure, untilMs } of leases) {
      this.#asks.set(measure, { untilMs, state: "asked" });
    }
    return { release, leases };
  }

  /** Notes what came of an ask. */
  answered(outcome: LeaseOutcome, wallMs: number): void {
    const { measure, untilMs } = outcome.lease;
    const ask = this.#asks.get(measure);
    // A longer ask is under way; the answer to that one counts.
    if (!ask || ask.untilMs > untilMs + answerSlackMs) return;
    if (outcome.applied) {
      this.#failures = 0;
      this.#asks.set(measure, { untilMs, state: "in_force" });
      return;
    }
    this.#asks.set(measure, this.#refused(outcome.refusal, untilMs, wallMs));
  }

  /** Every ground in force, strongest first. */
  views(wallMs: number): LeaseView[] {
    const views: LeaseView[] = [];
    for (const [cause, term] of this.#liveEntries()) {
      const { measure, sinceMs, untilMs } = term;
      if (untilMs <= wallMs) continue;
      const state = this.#asks.get(measure)?.state ??
        this.#stateAbove(measure);
      views.push({
        subject: this.subject,
        measure,
        untilMs,
        cause,
        sinceMs,
        state,
      });
    }
    return views.sort((a, b) =>
      forceOf(b.measure) - forceOf(a.measure) || b.untilMs - a.untilMs
    );
  }

  #refused(refusal: Refusal, untilMs: number, wallMs: number): Ask {
    if (refusal.code === "observe") return { untilMs, state: "would" };
    const pause = Math.min(retryMs * 2 ** this.#failures++, retryMsMax);
    return { untilMs, state: "failed", retryMs: wallMs + pause };
  }

  #stateAbove(measure: Measure): LeaseState {
    for (const [each, { state }] of this.#asks) {
      if (forceOf(each) > forceOf(measure)) return state;
    }
    return "asked";
  }

  #wanted(wallMs: number): Lease[] {
    const leases: Lease[] = [];
    let coveredMs = wallMs;
    const terms = this.#liveEntries().sort(([, a], [, b]) =>
      forceOf(b.measure) - forceOf(a.measure) || b.untilMs - a.untilMs
    );
    for (const [cause, { measure, untilMs }] of terms) {
      if (untilMs <= coveredMs) continue;
      coveredMs = untilMs;
      leases.push({ subject: this.subject, measure, untilMs, cause });
    }
    return leases;
  }

  #liveEntries(): [LeaseCause, Term][] {
    return [...this.#terms].filter(([cause]) => this.#live.has(cause));
  }

  #liveTerms(): Term[] {
    return this.#liveEntries().map(([, term]) => term);
  }
}
