/**
 * What another member said: read, judged, counted. Nothing a peer says is an
 * exception; what is not taken is counted under `rejected_…`.
 *
 * Bounds: the subjects a signer may name (`corroboration/signer_budget.ts`);
 * {@linkcode recordsPerHourMax} journal entries for each member, of whom
 * `membersMax` are remembered, the one heard least recently dropped;
 * `keptClaimsMax` claims from before a start.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { KeptClaim, OperatorAuthority } from "./agent_event.ts";
import type { Drills } from "./drilled.ts";
import type { CampaignTallies } from "./campaign_tallies.ts";
import {
  decodeMessage,
  releaseBytes,
  type ReleaseMessage,
  type SignalMessage,
} from "./alert_codec.ts";
import { claimDetail } from "./claim_detail.ts";
import { type Claim, freshMs, freshnessOf } from "./corroboration/evidence.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { SignerBudget } from "./corroboration/signer_budget.ts";
import { answerMember } from "./corroboration/member_rule.ts";
import { unsupport } from "./corroboration/support.ts";
import { confirmWitness, dismiss } from "./corroboration/verdict.ts";
import { RecentMap } from "./recent_map.ts";
import type { Signals } from "./signals.ts";
import type { Traces } from "./traces.ts";
import type { Turn } from "./turn.ts";

/**
 * Journal entries that one member's messages may cause in an hour; more are
 * counted, not written, so that nobody can wash the record away. Our choice:
 * ten for each subject it may name, and a few.
 */
export const recordsPerHourMax = 240;
const membersMax = 1_024;
/** Claims from before a start that are known again, the first ones. */
const keptClaimsMax = 4_096;
const hourMs = 3_600_000;

/** Who takes the words that are no claims. */
export interface Listeners {
  readonly tallies: CampaignTallies;
  readonly traces: Traces;
  readonly drills: Drills;
  readonly signals: Signals;
}

/** Listens to the other members. */
export class Heard {
  readonly #judgement: Judgement;
  readonly #operator: OperatorAuthority | undefined;
  readonly #listeners: Listeners;
  readonly #budget = new SignerBudget<NodeId>();
  readonly #recorded = new RecentMap<NodeId, { hour: number; records: number }>(
    membersMax,
  );

  /** Claims that are in the journal, and were not heard since the start. */
  readonly #written = new Set<string>();

  /** @param operator Who can tell the operator's word from a member's. */
  constructor(
    judgement: Judgement,
    operator: OperatorAuthority | undefined,
    listeners: Listeners,
  ) {
    this.#judgement = judgement;
    this.#operator = operator;
    this.#listeners = listeners;
  }

  /** What is told again after a start is counted, and not written again. */
  recall(kept: readonly KeptClaim[]): void {
    for (const each of kept.slice(0, keptClaimsMax)) {
      this.#written.add(keyOf(each));
    }
  }

  /** Takes what `origin` published, which the mesh has authenticated. */
  take(origin: NodeId, payload: Uint8Array, turn: Turn): void {
    const { self, members } = this.#judgement;
    if (origin === self || !members.has(origin)) {
      return this.#judgement.count("rejected_stranger");
    }
    const message = decodeMessage(payload);
    // Signed by the operator, whoever told it: nobody's quota of records.
    if (message?.kind === "signal") {
      return this.#listeners.signals.hear(origin, message, turn);
    }
    const quota = this.#recorded.get(origin);
    const hour = Math.floor(turn.wallMs / hourMs);
    const used = quota?.hour === hour ? quota.records : 0;
    this.#hear(origin, message, turn);
    const room = Math.max(recordsPerHourMax - used, 0);
    const dropped = turn.records.splice(room).length;
    if (dropped > 0) this.#judgement.count("unrecorded", dropped);
    const records = used + turn.records.length;
    this.#recorded.set(origin, { hour, records });
  }

  #hear(
    origin: NodeId,
    message: Exclude<ReturnType<typeof decodeMessage>, SignalMessage>,
    turn: Turn,
  ): void {
    const judgement = this.#judgement;
    if (message === undefined) return judgement.count("rejected_unreadable");
    if (message.kind === "unknown") return judgement.count("ignored_unknown");
    const freshness = freshnessOf(message.atMs, turn.wallMs);
    if (freshness !== "fresh") return judgement.count(`rejected_${freshness}`);
    switch (message.kind) {
      case "claim": {
        const subject = judgement.subjectOf(message.subject);
        return this.#claimed({ ...message, subject, node: origin }, turn);
      }
      case "withdraw":
        for (const subject of judgement.subjectsOf(message.subject)) {
          this.#withdrawn(origin, subject, message.atMs, turn);
        }
        return;
      case "release":
        return this.#released(origin, message, turn);
      case "tally":
        return this.#listeners.tallies.hear(origin, message, turn);
      case "refusals":
      case "way":
        return this.#listeners.traces.hear(origin, message, turn);
      case "drill":
        return this.#listeners.drills.hear(origin, message, turn);
    }
  }

  #claimed(claim: Claim<NodeId>, turn: Turn): void {
    const judgement = this.#judgement;
    const { subject, node, atMs } = claim;
    if (judgement.isDismissed(subject, atMs, turn.wallMs)) {
      return judgement.count("dismissed");
    }
    if (!this.#budget.spend(node, subject, turn.wallMs)) {
      return judgement.count("rejected_budget");
    }
    const admission = judgement.votes.admit(claim, turn.wallMs);
    if (admission !== "new" && admission !== "renewed") {
      return judgement.count(`rejected_${admission}`);
    }
    judgement.count("heard");
    if (admission === "new") confirmWitness(judgement, claim, turn.wallMs);
    judgement.due(atMs + freshMs + 1);
    const refusal = judgement.refusalFor(subject);
    if (refusal === undefined) {
      judgement.answer(subject, turn);
      judgement.hint(subject, turn);
    } else {
      judgement.count("member_named");
      answerMember(judgement, subject, turn);
    }
    const isWritten = () =>
      this.#written.delete(keyOf({ ...claim, observedMs: atMs }));
    if (admission === "new" && !isWritten()) {
      turn.record("claimed", "claim", subject, {
        ...claimDetail(claim),
        ...(refusal ? { refusal } : {}),
      }, node);
    }
  }

  #withdrawn(node: NodeId, subject: Address, atMs: number, turn: Turn): void {
    const judgement = this.#judgement;
    const taken = judgement.votes.withdraw(node, subject, atMs, turn.wallMs);
    const left = unsupport(judgement, subject, node, atMs, turn);
    if (!taken && !left) return judgement.count("withdraw_of_nothing");
    judgement.count("withdrawn");
    judgement.hint(subject, turn);
    turn.record("undone", "withdraw", subject, {}, node);
  }

  #released(origin: NodeId, message: ReleaseMessage, turn: Turn): void {
    const judgement = this.#judgement;
    const { subject, atMs, signature } = message;
    const signed = signature !== undefined &&
      this.#operator?.verify(releaseBytes(message), signature) === true;
    if (signed) {
      const released = judgement.released(subject);
      const known = Math.min(
        ...released.map((each) =>
          judgement.dismissals.untilMs(each, turn.wallMs)
        ),
      );
      if (atMs <= known) return judgement.count("rejected_repeated");
      judgement.count("operator_released");
      for (const each of released) {
        dismiss(judgement, each, atMs, turn, false);
        this.#listeners.traces.dismiss(each, turn);
      }
      this.#listeners.signals.setAside(subject, atMs, turn);
      const about = subject === "all" ? "" : subject;
      turn.record("operator", "release", about, { signed }, origin);
      return;
    }
    // Not the operator, as far as we can tell: a member takes back its own word.
    if (signature !== undefined) judgement.count("rejected_signature");
    const subjects = subject === "all"
      ? judgement.everySubject()
      : judgement.subjectsOf(subject);
    for (const each of subjects) this.#withdrawn(origin, each, atMs, turn);
  }
}

function keyOf({ node, subject, technique, observedMs }: KeptClaim): string {
  return `${node} ${subject} ${technique} ${observedMs}`;
}
