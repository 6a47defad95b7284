/**
 * The rule of design §7 for members: cut off from everything but the mesh on
 * the word of 2f+1 others, for ten minutes.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { firstLeaseMs } from "../lease.ts";
import type { Turn } from "../turn.ts";
import type { Judgement } from "./judgement.ts";
import { agreesOnQuarantine, quarantineQuorum } from "./quorum.ts";

/**
 * Applies the rule for members to the one at `subject`, if there is one:
 * cut off for 10 minutes, from everything but the mesh.
 */
export function answerMember(
  judgement: Judgement,
  subject: Address,
  turn: Turn,
): void {
  const { wallMs } = turn;
  const node = judgement.members.nodeAt(subject);
  if (node === undefined || node === judgement.self) return;
  endQuarantines(judgement, turn);
  if (judgement.quarantines.has(node)) return;
  if (judgement.guidance.standDown) return judgement.count("member_spared");
  // A member is no witness against itself, whatever it says.
  const claims = judgement.votes.fresh(subject, wallMs)
    .filter((claim) => claim.node !== node);
  const { size } = judgement.members;
  const { cutOff } = judgement.quarantines;
  if (
    !agreesOnQuarantine(
      claims,
      judgement.self,
      size,
      cutOff,
      judgement.weighing,
    )
  ) return;
  const untilMs = wallMs + firstLeaseMs;
  judgement.quarantines.agree({
    member: node,
    subject,
    sinceMs: wallMs,
    untilMs,
  });
  judgement.due(untilMs);
  turn.others.push({ type: "quarantine", member: node, subject, untilMs });
  turn.record("agreed", "quarantine", subject, {
    untilMs,
    needed: quarantineQuorum(size),
    votes: claims.map(({ node, evidence, technique }) => ({
      node,
      evidence,
      technique,
    })),
  }, node);
}

/** Ends the quarantines that are over, and writes it down. */
export function endQuarantines(
  judgement: Judgement,
  turn: Turn,
): void {
  for (
    const { member, subject, state } of judgement.quarantines.expire(
      turn.wallMs,
    )
  ) {
    if (state !== "in_force") continue;
    turn.record(
      "undone",
      "quarantine",
      subject,
      { ended: "expired" },
      member,
    );
  }
}
