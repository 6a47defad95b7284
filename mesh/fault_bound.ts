/**
 * f: how many members of a mesh may lie without harm (design §7), for all who
 * count words: who is alive, whom to block, whom to put out.
 *
 * @module
 */

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
