/**
 * How many must agree before the network answers as one (design §7): a rule
 * that `f` lying signers can neither abuse nor veto.
 *
 * @module
 */
import type { Measure } from "../lease.ts";
import { type Claim, isVote } from "./evidence.ts";

/**
 * f: how many of `members` signers may lie without harm, by design §7.
 *
 * Two members get 1, although one honest node can then never find a second
 * witness beside itself: with 0 the other machine alone could have anybody
 * blocked here, so a pair blocks only what both have seen.
 *
 * @param members Members in good standing, this node included.
 */
export function faultBound(members: number): number {
  if (members <= 1) return 0;
  if (members <= 6) return 1;
  if (members <= 49) return 2;
  return members <= 199 ? 3 : 5;
}

/** q2 = f+1: so many failure domains include at least one honest witness. */
export function blockQuorum(members: number): number {
  return faultBound(members) + 1;
}

/**
 * What the network answers to these claims about one subject.
 *
 * @param claims Fresh claims, at most one per failure domain (today a node is
 * one). Our own counts towards a block but is no reason for the rest: what we
 * saw ourselves is answered from our own evidence.
 * @returns `undefined` when nobody else has said anything.
 */
export function networkAnswer(
  claims: readonly Claim[],
  self: string,
  members: number,
): Measure | undefined {
  let votes = 0;
  let othersVotes = 0;
  let others = 0;
  for (const { node, evidence } of claims) {
    const vote = isVote(evidence) ? 1 : 0;
    votes += vote;
    if (node === self) continue;
    others++;
    othersVotes += vote;
  }
  if (others === 0) return undefined;
  if (othersVotes === 0) return "caution";
  return votes >= blockQuorum(members) ? "block" : "throttle";
}
