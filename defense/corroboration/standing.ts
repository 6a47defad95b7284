/**
 * Where one subject stands here: on which grounds it is contained, and until
 * when. What the kernel was asked to do about it is `kernel_asks.ts`.
 *
 * Each ground (own evidence, the mesh's agreement, the operator's word) has a
 * term of its own. An operator may order measures on single services beside one
 * on the whole address. Bounds: a term for each ground, and
 * {@linkcode servicesMax} of the operator's, the one ordered first dropped; as
 * many asks.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Lease, LeaseCause, Measure } from "../lease.ts";
import { coversService, type Service, serviceText } from "../service.ts";
import type { LeaseView } from "../agent_view.ts";
import type { LeaseOutcome } from "../world.ts";
import { type Claim, forceOf } from "./evidence.ts";
import {
  type Asking,
  type AskingRule,
  KernelAsks,
  type Scope,
  scopeOf,
} from "./kernel_asks.ts";
import { extend, memoryMs, type Term, type TermRule } from "./lease_term.ts";

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
  readonly #asks: KernelAsks;
  #adopted = false;

  constructor(subject: Address) {
    this.subject = subject;
    this.#asks = new KernelAsks(subject);
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
    this.#asks.adopt(scope, untilMs);
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
    return this.#asks.hold(wallMs);
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
    this.#asks.expire(wallMs);
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
    let next = this.#asks.retryAtMs;
    for (const [name, { untilMs }] of this.#terms) {
      const at = this.#live.has(name) ? untilMs : untilMs + memoryMs + 1;
      next = Math.min(next, at);
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
    rule: AskingRule = {},
  ): Asking {
    const grounds = this.#liveEntries()
      .map(([name, term]) => ({ ...term, cause: causeOf(name) }));
    return this.#asks.reconcile(grounds, wallMs, rule);
  }

  /** Notes what came of an ask. */
  answered(outcome: LeaseOutcome, wallMs: number): void {
    this.#asks.answered(outcome, wallMs);
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
        state: this.#asks.stateOf(scope),
      });
    }
    return views.sort((a, b) =>
      forceOf(b.measure) - forceOf(a.measure) || b.untilMs - a.untilMs
    );
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
