/**
 * What this host saw itself: it protects itself at once, counts the sighting
 * as its own vote, and tells the others.
 *
 * @module
 */
import type { NodeId, Urgency } from "../mesh/mod.ts";
import type { Alert, EvidenceClass } from "./alert.ts";
import {
  type ClaimMessage,
  claimOf,
  encodeMessage,
  meansTheSameEverywhere,
} from "./alert_codec.ts";
import { claimDetail } from "./claim_detail.ts";
import { type Claim, isVote } from "./corroboration/evidence.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { blockQuorum } from "./corroboration/quorum.ts";
import type { Turn } from "./turn.ts";

/** Our own claim, as it is counted here and as it goes over the wire. */
type OwnClaim = Claim<NodeId> & ClaimMessage;

/** Takes a conclusion of this host's detectors. */
export function takeSighting(
  judgement: Judgement,
  alert: Alert,
  turn: Turn,
): void {
  const { address } = alert.subject;
  judgement.count("detected");
  const seen = {
    technique: alert.technique,
    scenario: alert.scenario,
    evidence: alert.evidence,
    score: alert.score,
    observations: alert.observations,
    observedMs: alert.atMs,
    asks: alert.measure,
    summary: alert.summary,
  };
  if (alert.atMs <= judgement.dismissals.untilMs(address, turn.wallMs)) {
    judgement.count("dismissed");
    turn.record("seen", "alert", address, { ...seen, dismissed: true });
    return;
  }
  const refusal = judgement.refusalFor(address);
  const claim = ownClaim(alert, judgement.self);
  // Late evidence still protects this host; it is just no vote any more.
  const admission = judgement.votes.admit(claim, turn.wallMs);
  if (admission === "new" && isVote(claim.evidence)) {
    judgement.confirm(address, turn.wallMs);
  }
  if (refusal === undefined) {
    protectSelf(judgement, alert, turn);
    judgement.answer(address, turn);
  } else judgement.answerMember(address, turn);
  const protectedBy = judgement.protectedBy(address);
  turn.record("seen", "alert", address, {
    ...seen,
    ...(protectedBy === undefined ? {} : { protectedBy }),
  });
  if (refusal !== undefined) {
    turn.record("refused", "lease", address, { ...refusal, ...seen });
  }
  tell(judgement, claim, turn);
}

/** The claim as peers will see it, so that every node judges the same. */
function ownClaim(alert: Alert, self: NodeId): OwnClaim {
  // What is worth no measure here is worth no vote elsewhere.
  const evidence: EvidenceClass = alert.measure === "none"
    ? "E0"
    : alert.evidence;
  return { ...claimOf({ ...alert, evidence }), node: self };
}

function protectSelf(judgement: Judgement, alert: Alert, turn: Turn): void {
  if (alert.measure === "none") return;
  const standing = judgement.standing(alert.subject.address, turn, true);
  if (!standing) return;
  // What arrives while we block can be the echo of the block itself
  // (unanswered retries); only a completed handshake shows more.
  if (standing.strongest() === "block" && !isVote(alert.evidence)) {
    return judgement.count("echo");
  }
  const { measure, atMs } = alert;
  const rule = { proven: isVote(alert.evidence) };
  if (standing.raise("own", measure, atMs, turn.wallMs, rule)) {
    judgement.reconcile(standing, turn);
  }
}

function tell(judgement: Judgement, claim: OwnClaim, turn: Turn): void {
  const { subject } = claim;
  if (!meansTheSameEverywhere(subject)) return judgement.count("untold_local");
  const speech = judgement.voice.speak(claim, turn.wallMs);
  if (speech !== "told") return judgement.count(`untold_${speech}`);
  judgement.count("told");
  turn.others.push({
    type: "publish",
    payload: encodeMessage(claim),
    urgency: urgencyOf(judgement, claim, turn.wallMs),
    replaces: `claim ${subject}`,
  });
  turn.record("claimed", "claim", subject, claimDetail(claim));
}

/**
 * Severity first, then what still lacks a quorum (design §5): a vote that others
 * wait for, a vote more than it takes, a caution.
 */
function urgencyOf(
  judgement: Judgement,
  { subject, evidence, node }: OwnClaim,
  wallMs: number,
): Urgency {
  if (!isVote(evidence)) return 2;
  const others = judgement.votes.fresh(subject, wallMs)
    .filter((vote) => vote.node !== node && isVote(vote.evidence)).length;
  return others < blockQuorum(judgement.members.size) ? 0 : 1;
}
