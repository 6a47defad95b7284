/**
 * What single signals do on this host, and how that is taken back. What holds
 * while a signal lasts (caution, standing down, exceptions, trials) follows from all of
 * them together, in `signals.ts`.
 *
 * @module
 */
import type { NodeId } from "../mesh/mod.ts";
import type { Address } from "./address.ts";
import type { KeptRelease } from "./agent_event.ts";
import type { Judgement } from "./corroboration/judgement.ts";
import { dismiss } from "./corroboration/verdict.ts";
import { leaseMsMax } from "./lease.ts";
import { addresses } from "./setting_order.ts";
import type { Signal } from "./signal.ts";
import type { Turn } from "./turn.ts";

/**
 * Carries a signal out.
 *
 * @param here Whether this host's own operator gave it, just now.
 */
export function carryOut(
  { id, by, order, issuedMs, untilMs }: Signal,
  judgement: Judgement,
  here: boolean,
  turn: Turn,
): void {
  switch (order.what) {
    case "contain":
      return contain(order, untilMs, judgement, turn);
    case "release":
      for (const each of judgement.released(order.subject)) {
        dismiss(judgement, each, issuedMs, turn, here);
      }
      return;
    case "quarantine":
      return quarantine(order.member, untilMs, judgement, turn);
    case "readmit":
      for (const each of judgement.members.addressesOf(order.member)) {
        dismiss(judgement, each, issuedMs, turn, here);
      }
      return readmit(order.member, judgement, turn);
    case "keep":
      if (addresses(order, judgement.self)) {
        const { changes } = order;
        turn.others.push({ type: "keep_settings", id, by, changes });
      }
      return;
    case "caution":
    case "stand_down":
    case "never":
    case "trial":
    case "cancel":
  }
}

/**
 * What a signal from before a restart has settled for good: whom it let go the
 * others still name for a while, by what they saw before. The kernel is not
 * asked: what it holds may rest on later evidence.
 */
export function remember(
  { order, issuedMs }: Signal,
  judgement: Judgement,
  wallMs: number,
): void {
  if (order.what !== "release") return;
  recallRelease({ subject: order.subject, atMs: issuedMs }, judgement, wallMs);
}

/** The same of a release that was no signal. */
export function recallRelease(
  { subject, atMs }: KeptRelease,
  judgement: Judgement,
  wallMs: number,
): void {
  for (const each of judgement.released(subject)) {
    judgement.dismissals.add(each, atMs, wallMs);
  }
}

/** Ends what a signal had ordered, before its time. */
export function takeBack(
  { order, untilMs }: Signal,
  judgement: Judgement,
  turn: Turn,
): void {
  if (order.what === "quarantine") {
    return readmit(order.member, judgement, turn);
  }
  if (order.what !== "contain") return;
  const standing = judgement.standings.get(judgement.subjectOf(order.subject));
  const term = standing?.term("operator");
  // What the operator of this host ordered since is not the signal's.
  if (!standing || !term || term.untilMs > untilMs) return;
  standing.endOrder();
  judgement.reconcile(standing, turn);
  turn.record("undone", "lease", standing.subject, {
    measure: term.measure,
    cause: "operator",
    ended: "operator",
  });
}

function contain(
  { subject: named, measure }: Extract<Signal["order"], { what: "contain" }>,
  untilMs: number,
  judgement: Judgement,
  turn: Turn,
): void {
  const { wallMs } = turn;
  const subject = judgement.subjectOf(named);
  const refusal = judgement.refusalFor(subject);
  if (refusal !== undefined) {
    turn.record("refused", "lease", subject, { ...refusal, measure });
    return;
  }
  const standing = judgement.standing(subject, turn, true);
  if (!standing) return judgement.count("full");
  // The issuer's clock may run ahead; no lease is longer than the longest.
  const endMs = Math.min(untilMs, wallMs + leaseMsMax);
  standing.set("operator", { measure }, endMs, wallMs);
  judgement.reconcile(standing, turn, true);
}

function quarantine(
  member: NodeId,
  untilMs: number,
  judgement: Judgement,
  turn: Turn,
): void {
  const { members, quarantines } = judgement;
  // Who becomes known later is cut off then; see `signals.ts`.
  if (!members.has(member)) return judgement.count("quarantine_unknown");
  const subject: Address | "" = members.addressesOf(member)[0] ?? "";
  const endMs = Math.min(untilMs, turn.wallMs + leaseMsMax);
  quarantines.order({
    member,
    subject,
    sinceMs: turn.wallMs,
    untilMs: endMs,
  });
  judgement.due(endMs);
  turn.others.push({ type: "quarantine", member, subject, untilMs: endMs });
}

function readmit(member: NodeId, judgement: Judgement, turn: Turn): void {
  for (const { subject } of judgement.quarantines.release(member)) {
    const ended = { ended: "operator" };
    turn.record("undone", "quarantine", subject, ended, member);
  }
  turn.others.push({ type: "readmit", member });
}
