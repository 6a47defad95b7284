/**
 * How many must agree before the network answers as one (design §7): a rule
 * that `f` lying signers can neither abuse nor veto.
 *
 * @module
 */
import { faultBound } from "../../mesh/mod.ts";
import type { Measure } from "../lease.ts";
import { type Claim, isVote } from "./evidence.ts";

export { faultBound };

/** q2 = f+1: so many failure domains include at least one honest witness. */
export function blockQuorum(members: number): number {
  return faultBound(members) + 1;
}

/** q3 = 2f+1: f liars and f whom they fooled are still not enough. */
export function quarantineQuorum(members: number): number {
  return 2 * faultBound(members) + 1;
}

/** Fewest members among whom one can be cut off by vote: design §7. */
const quarantineMembersMin = 4;

/** How many members may be cut off at once: design §7. */
export function quarantinedMax(members: number): number {
  return Math.max(1, Math.floor(members / 10));
}

/** Who votes together and what a vote weighs, as this node sees it. */
export interface Weighing {
  /** Members with the same domain are one witness. */
  domainOf(node: string): string;
  /** Above 0 and at most 1. */
  weightOf(node: string): number;
}

/** Rounding of weights must not cost a whole vote. */
const slack = 1e-9;

/**
 * What the network answers to these claims about one subject.
 *
 * @param claims Fresh claims, at most one per node. Our own counts towards a
 * block but is no reason for the rest: what we saw ourselves is answered from
 * our own evidence.
 * @returns `undefined` when nobody else has said anything.
 */
export function networkAnswer(
  claims: readonly Claim[],
  self: string,
  members: number,
  weighing: Weighing,
): Measure | undefined {
  const others = claims.filter(({ node }) => node !== self);
  if (others.length === 0) return undefined;
  if (tally(others, self, weighing) < 1 - slack) return "caution";
  const votes = tally(claims, self, weighing);
  return votes >= blockQuorum(members) - slack ? "block" : "throttle";
}

/**
 * Whether these claims about a member are enough to cut it off from all but
 * the mesh itself.
 *
 * @param quarantined Members cut off already.
 */
export function agreesOnQuarantine(
  claims: readonly Claim[],
  self: string,
  members: number,
  quarantined: number,
  weighing: Weighing,
): boolean {
  if (members < quarantineMembersMin) return false;
  if (quarantined >= quarantinedMax(members)) return false;
  const votes = tally(claims, self, weighing);
  return votes >= quarantineQuorum(members) - slack;
}

/** The sum of votes, one per failure domain: the heaviest in it. */
function tally(
  claims: readonly Claim[],
  self: string,
  { domainOf, weightOf }: Weighing,
): number {
  const heaviest = new Map<string, number>();
  for (const { node, evidence } of claims) {
    if (!isVote(evidence)) continue;
    // What we saw ourselves we do not doubt.
    const weight = node === self ? 1 : weightOf(node);
    const domain = domainOf(node);
    heaviest.set(domain, Math.max(weight, heaviest.get(domain) ?? 0));
  }
  let votes = 0;
  for (const weight of heaviest.values()) votes += weight;
  return votes;
}
