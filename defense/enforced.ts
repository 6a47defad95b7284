/**
 * What the kernel answered: which leases it took, why containment refused
 * others, and what it still holds after a restart.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import type { Lease } from "./lease.ts";
import type { Turn } from "./turn.ts";
import type { LeaseOutcome, QuarantineOutcome } from "./world.ts";

/**
 * Notes what came of leases that were asked for.
 *
 * @param latencyMs From the event that asked to the answer, if measured.
 */
export function takeOutcomes(
  judgement: Judgement,
  outcomes: readonly LeaseOutcome[],
  latencyMs: number | undefined,
  turn: Turn,
): void {
  const latency = latencyMs === undefined ? {} : { latencyMs };
  for (const outcome of outcomes) {
    const { subject, ...lease } = outcome.lease;
    const standing = judgement.standings.get(subject);
    standing?.answered(outcome, turn.wallMs);
    if (outcome.applied) {
      judgement.count("applied");
      judgement.shield(subject, undefined, turn.wallMs);
      turn.record("done", "lease", subject, { ...lease, ...latency });
      continue;
    }
    const { refusal } = outcome;
    judgement.count(`refused_${refusal.code}`);
    if (refusal.code === "never_block") {
      judgement.shield(subject, refusal.matched, turn.wallMs);
    }
    if (refusal.code === "never_block") judgement.prefixes.learn(subject);
    if (refusal.code === "never_block" || refusal.code === "invalid") {
      standing?.clear();
    }
    // What a protected address did must be readable from the refusal alone.
    const why = judgement.votes.fresh(subject, turn.wallMs).map((claim) => ({
      node: claim.node,
      technique: claim.technique,
      scenario: claim.scenario,
      evidence: claim.evidence,
    }));
    turn.record("refused", "lease", subject, { ...lease, ...refusal, why });
  }
  judgement.dueNext();
}

/** Notes what came of a quarantine that was agreed on. */
export function takeQuarantine(
  judgement: Judgement,
  member: NodeId,
  outcome: QuarantineOutcome,
  turn: Turn,
): void {
  const refusal = outcome.applied ? undefined : outcome.refusal;
  const agreed = judgement.quarantines.answered(member, refusal);
  if (!agreed) return;
  const { subject, untilMs } = agreed;
  if (refusal === undefined) {
    judgement.count("quarantined");
    turn.record("done", "quarantine", subject, { untilMs }, member);
    return;
  }
  judgement.count(`quarantine_refused_${refusal.code}`);
  turn.record("refused", "quarantine", subject, { ...refusal }, member);
}

/** Takes over the leases that the kernel still holds after a restart. */
export function adoptHeld(
  judgement: Judgement,
  leases: readonly Lease[],
  turn: Turn,
): void {
  for (const lease of leases) {
    if (lease.untilMs <= turn.wallMs) continue;
    const standing = judgement.standing(lease.subject, turn, true);
    if (!standing) continue;
    standing.adopt(lease, turn.wallMs);
    const { subject, ...held } = lease;
    turn.record("system", "adopted", subject, held);
    if (judgement.refusalFor(lease.subject)) judgement.lift(standing, turn);
    else if (judgement.mode === "observe" || judgement.guidance.standDown) {
      judgement.askAgain(standing, turn);
    }
    judgement.due(lease.untilMs);
  }
}
