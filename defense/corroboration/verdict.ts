/**
 * What is found to be right or wrong of what is held against subjects: by an
 * operator, who dismisses evidence or has everybody stand down, and by our own
 * eyes, which confirm the word of others.
 *
 * @module
 */
import type { NodeId } from "../../mesh/mod.ts";
import type { Address } from "../address.ts";
import type { Turn } from "../turn.ts";
import { aheadMsMax, type Claim, isVote } from "./evidence.ts";
import type { Judgement } from "./judgement.ts";
import type { Standing } from "./standing.ts";

/**
 * Undoes what rests on evidence up to `atMs`, and never counts it again.
 *
 * @param here Our own operator, now: everything heard so far is judged, even
 * what a clock that runs ahead has stamped later.
 */
export function dismiss(
  judgement: Judgement,
  subject: Address | "all",
  atMs: number,
  turn: Turn,
  here: boolean,
): void {
  judgement.dismissals.add(subject, atMs, turn.wallMs);
  // "All" clears a house; only a release by name says that somebody erred.
  if (subject !== "all") {
    judgeWitnesses(judgement, subject, turn.wallMs, "wrong");
  }
  judgement.votes.dismiss(subject, here ? atMs + aheadMsMax : atMs);
  const subjects = subject === "all" ? judgement.everySubject() : [subject];
  for (const each of subjects) {
    const standing = judgement.standings.get(each);
    if (standing) acquit(judgement, standing, atMs, turn);
    judgement.voice.forget(each);
    turn.others.push({ type: "acquit", subject: each });
    if (!here) judgement.answer(each, turn);
    judgement.hint(each, turn);
  }
  // On our own operator's word the kernel is cleared even of what we forgot.
  if (here) turn.release(subject);
}

/** Ends what this host or the mesh decided about everybody; orders stay. */
export function standDown(
  judgement: Judgement,
  turn: Turn,
): void {
  for (const standing of judgement.standings.all()) {
    const decided = standing.views(turn.wallMs)
      .filter(({ cause }) => cause !== "operator");
    standing.weaken("mesh", undefined);
    standing.weaken("own", undefined);
    for (const { measure, cause } of decided) {
      const ended = { measure, cause, ended: "stand_down" };
      turn.record("undone", "lease", standing.subject, ended);
    }
    judgement.askAgain(standing, turn);
  }
}

/** This host saw it too: whoever had said so was right. */
export function confirmWitnesses(
  judgement: Judgement,
  subject: Address,
  wallMs: number,
): void {
  judgeWitnesses(judgement, subject, wallMs, "right");
}

/** Somebody else says what this host has seen itself. */
export function confirmWitness(
  judgement: Judgement,
  { subject, node, evidence }: Claim<NodeId>,
  wallMs: number,
): void {
  if (!isVote(evidence)) return;
  const seen = judgement.votes.fresh(subject, wallMs).some((claim) =>
    claim.node === judgement.self && isVote(claim.evidence)
  );
  if (seen) judgement.precision.judged(node, "right");
}

/** Ends the grounds of one subject that rest on evidence up to `atMs`. */
function acquit(
  judgement: Judgement,
  standing: Standing<NodeId>,
  atMs: number,
  turn: Turn,
): void {
  const { subject } = standing;
  const measure = standing.strongest();
  // A signed release that comes late spares what was decided after it.
  standing.acquit(atMs);
  judgement.reconcile(standing, turn);
  if (standing.live) return;
  judgement.standings.delete(subject);
  if (measure) {
    turn.record("undone", "lease", subject, { measure, ended: "operator" });
  }
}

function judgeWitnesses(
  judgement: Judgement,
  subject: Address,
  wallMs: number,
  verdict: "right" | "wrong",
): void {
  for (const { node, evidence } of judgement.votes.fresh(subject, wallMs)) {
    if (node !== judgement.self && isVote(evidence)) {
      judgement.precision.judged(node, verdict);
    }
  }
}
