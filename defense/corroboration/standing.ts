/**
 * Where one subject stands here: on which grounds it is contained, until when,
 * and what the kernel was asked to do about it.
 *
 * Each ground (own evidence, the mesh's agreement, the operator's word) has a
 * term of its own; the kernel holds the strongest, and a milder measure only
 * where it lasts longer or is wider. An operator may order measures on single
 * services beside one on the whole address. Bounds: a term for each ground, and
 * {@linkcode servicesMax} of the operator's, the one ordered first dropped; as many
 * asks and measures.
 *
 * @module
 */
import type { Address } from "../address.ts";
import {
  type Lease,
  type LeaseCause,
  type Measure,
  type Refusal,
} from "../lease.ts";
import { coversService, type Service, serviceText } from "../service.ts";
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

/** A measure, towards one service or all. */
type Scope = Pick<Lease, "measure" | "service">;

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

/** First pause after a firewall failure; doubles with each. Our choice. */
const retryMs = 5_000;
/** Containment keeps time on another clock; an answer may differ by so much. */
const answerSlackMs = 1_000;
/** Longest pause between two attempts. */
const retryMsMax = 300_000;

/**
 * The wall clock may be set back by so much before a term in force is cut to
 * its length again. Our choice: as long as `burstMs`, far above NTP's steps.
 */
const clockStepMs = 60_000;

/** Services that an operator may contain one subject on; our choice. */
export const servicesMax = 16;

/** The grounds and asks of one subject. */
export class Standing<Node extends string = string> {
  readonly subject: Address;
  /** The claims behind the mesh's term. */
  supporters: readonly Claim<Node>[] = [];
  readonly #terms = new Map<string, Term>();
  /** Names of the terms in force. */
  readonly #live = new Set<string>();
  readonly #asks = new Map<string, Scope & Ask>();
  #adopted = false;
  #failures = 0;

  constructor(subject: Address) {
    this.subject = subject;
  }

  /** The term on this ground, if in force; not an order on a single service. */
  term(cause: LeaseCause): Term | undefined {
    return this.#live.has(cause) ? this.#terms.get(cause) : undefined;
  }

  /** Whether any ground is in force. */
  get live(): boolean {
    return this.#live.size > 0;
  }

  /** Whether an operator's order is in force. */
  get ordered(): boolean {
    return [...this.#live].some((name) => causeOf(name) === "operator");
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

  /** Whether a measure in force keeps the subject from that service, or all. */
  blocks(service: Service | undefined): boolean {
    return this.#liveTerms().some((term) =>
      forceOf(term.measure) >= forceOf("steer") &&
      coversService(term.service, service)
    );
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
  set(
    cause: LeaseCause,
    scope: Scope,
    untilMs: number,
    wallMs: number,
  ): void {
    const name = cause === "operator" && scope.service
      ? `${cause} ${serviceText(scope.service)}`
      : cause;
    this.#terms.delete(name);
    this.#terms.set(name, {
      ...scope,
      sinceMs: wallMs,
      renewedMs: wallMs,
      untilMs,
      lengthMs: untilMs - wallMs,
    });
    this.#live.add(name);
    const orders = [...this.#terms.keys()].filter((each) =>
      each.startsWith("operator ")
    );
    const [oldest] = orders;
    if (oldest !== undefined && orders.length > servicesMax) {
      this.#terms.delete(oldest);
      this.#live.delete(oldest);
    }
  }

  /** Takes over what the kernel holds after a restart. */
  adopt(lease: Lease, wallMs: number): void {
    const { cause, measure, untilMs } = lease;
    const scope = scopeOf(lease);
    const known = this.term(cause);
    if (
      !known || (cause === "operator" && lease.service) ||
      (forceOf(known.measure) <= forceOf(measure) &&
        coversService(lease.service, known.service))
    ) {
      this.set(cause, scope, untilMs, wallMs);
      if (cause === "mesh") this.#adopted = true;
    }
    this.#asks.set(nameOf(scope), { ...scope, untilMs, state: "in_force" });
  }

  /** Lowers the terms of a ground to a milder measure, or ends them. */
  weaken(cause: LeaseCause, measure: Measure | undefined): void {
    for (const [name, term] of [...this.#terms]) {
      if (causeOf(name) !== cause) continue;
      if (measure) {
        this.#terms.set(name, { ...term, measure });
        continue;
      }
      this.#terms.delete(name);
      this.#live.delete(name);
      if (cause === "mesh") this.supporters = [];
    }
  }

  /** Ends the operator's order against all that the subject does here. */
  endOrder(): void {
    this.#terms.delete("operator");
    this.#live.delete("operator");
  }

  /** Ends what rests on evidence, or was ordered, up to `atMs`; the mesh's in any case. */
  acquit(atMs: number): void {
    for (const [name, { renewedMs }] of [...this.#terms]) {
      const cause = causeOf(name);
      if (cause !== "mesh" && renewedMs > atMs && this.#live.has(name)) {
        continue;
      }
      this.#terms.delete(name);
      this.#live.delete(name);
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
    for (const [name, term] of [...this.#terms]) {
      const live = this.#live.has(name);
      const leftMs = term.untilMs - wallMs;
      if (live && leftMs <= 0) {
        this.#live.delete(name);
        ended.push([causeOf(name), term]);
      } else if (leftMs > (live ? term.lengthMs + clockStepMs : 0)) {
        // The wall clock was set back: the kernel's timer was not.
        this.#terms.set(name, {
          ...term,
          sinceMs: Math.min(term.sinceMs, wallMs),
          renewedMs: Math.min(term.renewedMs, wallMs),
          untilMs: live ? wallMs + term.lengthMs : wallMs,
        });
      }
    }
    for (const [name, ask] of [...this.#asks]) {
      const retry = ask.retryMs !== undefined && ask.retryMs <= wallMs;
      if (ask.untilMs <= wallMs || retry) this.#asks.delete(name);
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

  /** When the last ground in force ends. */
  get endsMs(): number {
    return Math.max(...this.#liveTerms().map(({ untilMs }) => untilMs));
  }

  /** Next wall time at which something ends, is retried or is forgotten. */
  nextMs(): number {
    let next = Infinity;
    for (const [name, { untilMs }] of this.#terms) {
      const at = this.#live.has(name) ? untilMs : untilMs + memoryMs + 1;
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
   */
  reconcile(
    wallMs: number,
    { insist = false, ordersOnly = false }: AskingRule = {},
  ): Asking {
    const terms = this.#liveEntries();
    const asking = ordersOnly
      ? terms.filter(([name]) => causeOf(name) === "operator")
      : terms;
    let release = false;
    for (const [name, ask] of [...this.#asks]) {
      if (ask.untilMs <= wallMs) continue;
      const would = ask.state === "would";
      const grounds = would ? terms : asking;
      if (grounds.some(([, term]) => covers(term, ask))) continue;
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
      ? this.#wanted(wallMs, terms).filter((lease) =>
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

  /** Every ground in force, strongest first. */
  views(wallMs: number): LeaseView[] {
    const views: LeaseView[] = [];
    for (const [name, term] of this.#liveEntries()) {
      const { sinceMs, untilMs } = term;
      if (untilMs <= wallMs) continue;
      const scope = scopeOf(term);
      views.push({
        subject: this.subject,
        ...scope,
        untilMs,
        cause: causeOf(name),
        sinceMs,
        state: this.#stateOf(scope),
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

  /** Of the ask for just this, or of one that covers it. */
  #stateOf(scope: Scope): LeaseState {
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
    terms: readonly (readonly [string, Term])[],
  ): Lease[] {
    const leases: Lease[] = [];
    const entries = terms.toSorted(([, a], [, b]) =>
      forceOf(b.measure) - forceOf(a.measure) ||
      Number(a.service !== undefined) - Number(b.service !== undefined) ||
      b.untilMs - a.untilMs
    );
    for (const [name, term] of entries) {
      if (term.untilMs <= wallMs) continue;
      if (leases.some((lease) => covers(lease, term))) continue;
      const cause = causeOf(name);
      leases.push({
        subject: this.subject,
        ...scopeOf(term),
        untilMs: term.untilMs,
        cause,
      });
    }
    return leases;
  }

  #liveEntries(): [string, Term][] {
    return [...this.#terms].filter(([name]) => this.#live.has(name));
  }

  #liveTerms(): Term[] {
    return this.#liveEntries().map(([, term]) => term);
  }
}

/** The ground in a term's name; an operator's order may name a service too. */
function causeOf(name: string): LeaseCause {
  return name.split(" ", 1)[0] as LeaseCause;
}

function scopeOf({ measure, service }: Scope): Scope {
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
