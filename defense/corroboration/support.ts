/**
 * The claims that stand behind a measure of the mesh, and what becomes of it
 * when one of them is gone.
 *
 * @module
 */
import type { NodeId } from "../../mesh/mod.ts";
import type { Address } from "../address.ts";
import type { Turn } from "../turn.ts";
import { type Claim, forceOf, rankOf } from "./evidence.ts";
import type { Judgement } from "./judgement.ts";

/**
 * A supporter is gone: the measure falls to what the others carry.
 *
 * @param atMs The supporter's claims seen up to then are gone.
 * @returns Whether it had supported anything.
 */
export function unsupport(
  judgement: Judgement,
  subject: Address,
  node: NodeId,
  atMs: number,
  turn: Turn,
): boolean {
  const standing = judgement.standings.get(subject);
  const term = standing?.term("mesh");
  if (!standing || !term || standing.adopted) return false;
  const left = standing.supporters.filter((claim) =>
    claim.node !== node || claim.atMs > atMs
  );
  if (left.length === standing.supporters.length) return false;
  const fresh = judgement.votes.fresh(subject, turn.wallMs);
  standing.supporters = onePerNode([...left, ...fresh]);
  const answer = judgement.weigh(standing.supporters);
  if (answer && forceOf(answer) >= forceOf(term.measure)) return true;
  standing.weaken("mesh", answer);
  judgement.reconcile(standing, turn);
  turn.record("undone", "lease", subject, {
    measure: term.measure,
    ended: "quorum",
    now: answer ?? "none",
  });
  return true;
}

/** One claim per node: the strongest, then the newest; in order of node id. */
export function onePerNode(claims: readonly Claim<NodeId>[]): Claim<NodeId>[] {
  const best = new Map<NodeId, Claim<NodeId>>();
  for (const claim of claims) {
    const known = best.get(claim.node);
    const more = known ? rankOf(claim.evidence) - rankOf(known.evidence) : 1;
    if (!known || more > 0 || (more === 0 && claim.atMs >= known.atMs)) {
      best.set(claim.node, claim);
    }
  }
  return [...best.values()].sort((a, b) => a.node < b.node ? -1 : 1);
}
