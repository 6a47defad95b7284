/**
 * What this host saw itself: it protects itself at once, counts the sighting
 * as its own vote, and tells the others.
 *
 * @module
 */
import type { NodeId, Urgency } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
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
import { serviceText } from "./service.ts";
import type { Turn } from "./turn.ts";

/** Our own claim, as it is counted here and as it goes over the wire. */
type OwnClaim = Claim<NodeId> & ClaimMessage;

/**
 * Takes a conclusion of this host's detectors.
 *
 * @param heardByAll Whether it rests on what every member was told, so that there
 *   is nothing to tell.
 */
export function takeSighting(
  judgement: Judgement,
  alert: Alert,
  turn: Turn,
  { heardByAll = false } = {},
): void {
  const { address: source } = alert.subject;
  const address = judgement.subjectOf(source);
  judgement.count("detected");
  const seen = {
    ...(source === address ? {} : { source }),
    ...(alert.service && { service: serviceText(alert.service) }),
    technique: alert.technique,
    scenario: alert.scenario,
    evidence: alert.evidence,
    score: alert.score,
    observations: alert.observations,
    observedMs: alert.atMs,
    asks: alert.measure,
    summary: alert.summary,
  };
  if (judgement.isDismissed(address, alert.atMs, turn.wallMs)) {
    judgement.count("dismissed");
    turn.record("seen", "alert", address, { ...seen, dismissed: true });
    return;
  }
  const refusal = judgement.refusalFor(address);
  const told = ownClaim(alert, judgement.self);
  const claim = { ...told, subject: address };
  // Late evidence still protects this host; it is just no vote any more.
  const admission = judgement.votes.admit(claim, turn.wallMs);
  if (admission === "new" && isVote(claim.evidence)) {
    judgement.confirm(address, turn.wallMs);
  }
  if (refusal === undefined) {
    protectSelf(judgement, address, alert, turn);
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
  if (!heardByAll) tell(judgement, claim, told, turn);
}

/** The claim as peers will see it, so that every node judges the same. */
function ownClaim(alert: Alert, self: NodeId): OwnClaim {
  // What is worth no measure here is worth no vote elsewhere.
  const evidence: EvidenceClass = alert.measure === "none"
    ? "E0"
    : alert.evidence;
  return { ...claimOf({ ...alert, evidence }), node: self };
}

function protectSelf(
  judgement: Judgement,
  subject: Address,
  { measure, evidence, atMs, service }: Alert,
  turn: Turn,
): void {
  if (measure === "none") return;
  const standing = judgement.standing(subject, turn, true);
  if (!standing) return;
  // What arrives while we block or steer can be the echo of that itself
  // (unanswered retries); only a completed handshake shows more.
  if (standing.blocks(service) && !isVote(evidence)) {
    return judgement.count("echo");
  }
  // Nobody touches a decoy by mistake: that is about all that we serve, and
  // decoys stand for the whole host.
  const where = evidence === "E2" || measure === "steer" ? undefined : service;
  const rule = {
    proven: isVote(evidence),
    ...(where && { service: where }),
  };
  if (standing.raise("own", measure, atMs, turn.wallMs, rule)) {
    judgement.reconcile(standing, turn);
  }
}

/** @param told The claim as it goes out: who is one subject, peers decide anew. */
function tell(
  judgement: Judgement,
  claim: OwnClaim,
  told: OwnClaim,
  turn: Turn,
): void {
  const { subject } = claim;
  if (!meansTheSameEverywhere(subject)) return judgement.count("untold_local");
  const speech = judgement.voice.speak(claim, turn.wallMs);
  if (speech !== "told") return judgement.count(`untold_${speech}`);
  judgement.count("told");
  turn.others.push({
    type: "publish",
    payload: encodeMessage(told),
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
