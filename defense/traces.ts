/**
 * Traces summed over the mesh (`trace.ts`): what this host saw of a source is
 * told to the others, and what they tell is added up, so far as f liars cannot
 * make it up. Refusals lend our own detectors suspicion
 * (`detectors/told_refusals.ts`); ways become an alert of our own
 * (`detectors/lateral/told_ways.ts`), which is no vote and is not told on, for
 * everybody heard the same.
 *
 * Bound: `sourcesPerHourMax` sources that one member may tell of in an hour,
 * this one included, separately for each kind; further ones are counted and not
 * told, or not taken.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { Alert } from "./alert.ts";
import { encodeMessage, meansTheSameEverywhere } from "./alert_codec.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { faultBound } from "./corroboration/quorum.ts";
import { SignerBudget } from "./corroboration/signer_budget.ts";
import { techniqueOf } from "./detectors/lateral/admin_service.ts";
import {
  ToldWays,
  type Visit,
  type WayFindings,
} from "./detectors/lateral/told_ways.ts";
import { spanText } from "./detectors/span_text.ts";
import { ToldRefusals } from "./detectors/told_refusals.ts";
import { takeSighting } from "./seen.ts";
import type { RefusalsTrace, Trace, WayTrace } from "./trace.ts";
import type { Turn } from "./turn.ts";

/** Our choice: three times what one may accuse, for a trace harms nobody. */
export const sourcesPerHourMax = 60;
/** Members that a summary names. */
const namedMax = 8;

/** Tells and hears traces. */
export class Traces {
  readonly #judgement: Judgement;
  readonly #budgets = {
    refusals: new SignerBudget<NodeId>(),
    way: new SignerBudget<NodeId>(),
  };
  readonly #refusals = new ToldRefusals<NodeId>();
  readonly #ways = new ToldWays<NodeId>();

  constructor(judgement: Judgement) {
    this.#judgement = judgement;
  }

  /** Our detectors saw this. */
  tell(trace: Trace, turn: Turn): void {
    const judgement = this.#judgement;
    const { self } = judgement;
    if (!meansTheSameEverywhere(trace.subject)) {
      return judgement.count("untold_local");
    }
    if (!this.#mayTell(self, trace, turn)) {
      return judgement.count("untold_trace");
    }
    judgement.count("told_trace");
    turn.others.push({
      type: "publish",
      payload: encodeMessage({ ...trace, atMs: Math.round(trace.atMs) }),
      urgency: 2,
      replaces: trace.kind === "way"
        ? `way ${trace.service} ${trace.subject}`
        : `refusals ${trace.subject}`,
    });
    if (trace.kind === "way") {
      const subject = judgement.subjectOf(trace.subject);
      this.#came(self, { ...trace, subject }, turn);
    }
  }

  /** Another member told this; that it is fresh is known. */
  hear(node: NodeId, trace: Trace, turn: Turn): void {
    const judgement = this.#judgement;
    if (!this.#mayTell(node, trace, turn)) {
      return judgement.count("rejected_trace_budget");
    }
    const subject = judgement.subjectOf(trace.subject);
    if (trace.atMs <= judgement.dismissals.untilMs(subject, turn.wallMs)) {
      return judgement.count("dismissed");
    }
    judgement.count("heard_trace");
    if (trace.kind === "way") this.#came(node, { ...trace, subject }, turn);
    else this.#refused(node, { ...trace, subject }, turn);
  }

  /** An operator let go of a subject: what was seen of it counts no more. */
  dismiss(subject: Address | "all", turn: Turn): void {
    this.#ways.forget(subject);
    for (const each of this.#refusals.forget(subject)) {
      turn.others.push({ type: "lend", subject: each, nats: 0, untilMs: 0 });
    }
  }

  #mayTell(node: NodeId, { kind, subject }: Trace, turn: Turn): boolean {
    const budget = this.#budgets[kind];
    return budget.spend(node, subject, turn.wallMs, sourcesPerHourMax);
  }

  #refused(
    node: NodeId,
    { subject, atMs, nats }: RefusalsTrace,
    turn: Turn,
  ): void {
    const judgement = this.#judgement;
    if (judgement.refusalFor(subject)) return judgement.count("member_named");
    const domain = judgement.domainOf(node);
    const lent = this.#refusals.take(
      { node, domain, subject, atMs, nats },
      faultBound(judgement.members.size),
      turn.wallMs,
    );
    if (lent === undefined) return;
    turn.others.push({ type: "lend", subject, ...lent });
  }

  #came(node: NodeId, { subject, atMs, service }: WayTrace, turn: Turn): void {
    const judgement = this.#judgement;
    const { self, members } = judgement;
    // What we saw ourselves stands apart from those we fail together with.
    const domain = node === self ? self : judgement.domainOf(node);
    const findings = this.#ways.take(
      { node, domain, source: subject, service, atMs },
      self,
      faultBound(members.size),
      turn.wallMs,
    );
    if (findings === undefined) return;
    const alert = this.#movement(subject, findings);
    takeSighting(judgement, alert, turn, { heardByAll: true });
  }

  #movement(
    source: Address,
    { measure, score, visits }: WayFindings<NodeId>,
  ): Alert {
    const techniques = new Set(
      visits.map(({ service }) => techniqueOf(service)),
    );
    const [technique = "T1021"] = techniques;
    const firstMs = visits[0]?.atMs ?? 0;
    const lastMs = visits.at(-1)?.atMs ?? 0;
    return {
      atMs: lastMs,
      technique: techniques.size === 1 ? technique : "T1021",
      scenario: "mesh-movement",
      subject: { address: source },
      // A vote is first-hand: what rests on others' words is none.
      evidence: "E0",
      score,
      observations: visits.length,
      measure,
      summary: `${source} came to ${visits.length} members in ${
        spanText(lastMs - firstMs)
      } to which it never came before: ${this.#places(visits)}`,
    };
  }

  #places(visits: readonly Visit<NodeId>[]): string {
    const named = visits.slice(-namedMax).map(({ node, service }) =>
      `${this.#judgement.members.nameOf(node)} by ${service}`
    );
    const left = visits.length - named.length;
    return (left > 0 ? `${left} more, ` : "") + named.join(", ");
  }
}
