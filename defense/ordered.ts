/**
 * What this host's operator ordered: a measure, an end to measures, another
 * mode. An operator's word needs no quorum; only the never-block list stands
 * above it.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { AgentEvent, OperatorAuthority } from "./agent_event.ts";
import {
  encodeMessage,
  meansTheSameEverywhere,
  releaseBytes,
} from "./alert_codec.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { dismiss } from "./corroboration/verdict.ts";
import { leaseMsMax } from "./lease.ts";
import type { Turn } from "./turn.ts";
import type { Mode } from "./world.ts";

/** An order to contain somebody. */
export type ContainEvent = Extract<AgentEvent, { type: "operator_contain" }>;

/**
 * Contains a subject for as long as the operator says.
 *
 * @throws {RangeError} If the lease has no possible length.
 */
export function orderMeasure(
  judgement: Judgement,
  { subject: named, measure, service, forMs }: ContainEvent,
  turn: Turn,
): void {
  const subject = judgement.subjectOf(named);
  if (!(forMs > 0 && forMs <= leaseMsMax)) {
    throw new RangeError(
      `Cannot contain ${subject} for ${forMs} ms: expected more than 0 and at most ${leaseMsMax}`,
    );
  }
  const scope = { measure, ...(service && { service }) };
  turn.record("operator", "contain", subject, { ...scope, forMs });
  const refusal = judgement.refusalFor(subject);
  if (refusal !== undefined) {
    turn.record("refused", "lease", subject, { ...refusal, ...scope });
    return;
  }
  const standing = judgement.standing(subject, turn, true);
  if (!standing) return;
  standing.set("operator", scope, turn.wallMs + forMs, turn.wallMs);
  judgement.reconcile(standing, turn, true);
}

/**
 * Lets go of a subject, or of all, and tells the others.
 *
 * @param operator Signs the release where the operator's key is at hand;
 * otherwise the others hear only that this node withdraws its own votes.
 */
export function orderRelease(
  judgement: Judgement,
  operator: OperatorAuthority | undefined,
  subject: Address | "all",
  turn: Turn,
): void {
  const { wallMs } = turn;
  for (const each of judgement.released(subject)) {
    dismiss(judgement, each, wallMs, turn, true);
  }
  const release = { subject, atMs: Math.round(wallMs) };
  const signature = operator?.sign?.(releaseBytes(release));
  if (subject === "all" || meansTheSameEverywhere(subject)) {
    const payload = encodeMessage(
      signature
        ? { kind: "release", ...release, signature }
        : subject === "all"
        ? { kind: "release", subject, atMs: release.atMs }
        : { kind: "withdraw", subject, atMs: release.atMs },
    );
    turn.others.push({ type: "publish", payload, urgency: 0 });
  }
  const about = subject === "all" ? "" : subject;
  const everywhere = signature !== undefined;
  turn.record("operator", "release", about, { subject, everywhere });
}

/** Lets go of a member that was cut off by vote, or of all; here only. */
export function orderReadmission(
  judgement: Judgement,
  member: NodeId | "all",
  turn: Turn,
): void {
  for (
    const { subject, member: each } of judgement.quarantines.release(member)
  ) {
    const ended = { ended: "operator" };
    turn.record("undone", "quarantine", subject, ended, each);
  }
}

/** From now on decisions reach the kernel, or are only written down. */
export function orderMode(judgement: Judgement, mode: Mode, turn: Turn): void {
  if (mode === judgement.mode) return;
  judgement.mode = mode;
  turn.record("operator", "mode", "", { mode });
  for (const standing of judgement.standings.all()) {
    judgement.askAgain(standing, turn);
  }
}
