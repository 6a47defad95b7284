/**
 * Who among the custodians has said the same thing: votes on putting a member
 * out, on promotions and retirements, and on what is acknowledged.
 *
 * The bar is more than half of all custodians in office and those who voted
 * while they still were, and never less than two. Design §7 asks for t = f+1 of
 * n ≥ 2f+1, which a majority always reaches; of the two it is the safer one.
 * That voters who have left count on both sides keeps the votes of a few bad
 * ones, put out meanwhile, from becoming a majority of the rest.
 *
 * Bound: one vote per custodian and subject; a later one replaces it.
 *
 * @module
 */
import type { NodeId } from "./node_id.ts";

/** Where a question stands. */
export interface Standing {
  readonly voters: ReadonlySet<NodeId>;
  /** Votes that decide it, with the custodians there are. */
  readonly needed: number;
}

/** How many of `custodians` decide; see the header. */
export function votesNeeded(custodians: number): number {
  return Math.max(2, Math.floor(custodians / 2) + 1);
}

/** The open questions of one fold. */
export class VoteTally {
  readonly #votes = new Map<string, Map<NodeId, number>>();

  /**
   * Casts a vote.
   *
   * @param subject What is asked, the same text from every voter.
   * @param o.forMs Older votes no longer count.
   * @param o.custodians Those in office now.
   */
  cast(
    subject: string,
    o: {
      readonly by: NodeId;
      readonly atMs: number;
      readonly forMs: number;
      readonly custodians: ReadonlySet<NodeId>;
    },
  ): Standing {
    const votes = this.#votes.get(subject) ?? new Map<NodeId, number>();
    this.#votes.set(subject, votes.set(o.by, o.atMs));
    for (const [voter, atMs] of votes) {
      if (o.atMs - atMs > o.forMs) votes.delete(voter);
    }
    return this.#standing(votes, o.custodians);
  }

  /** The question is decided, or moot. */
  close(subject: string): void {
    this.#votes.delete(subject);
  }

  /** What is still open, as it stands with these custodians. */
  *open(
    custodians: ReadonlySet<NodeId>,
  ): Generator<{ subject: string; standing: Standing }> {
    for (const [subject, votes] of this.#votes) {
      yield { subject, standing: this.#standing(votes, custodians) };
    }
  }

  #standing(
    votes: ReadonlyMap<NodeId, number>,
    custodians: ReadonlySet<NodeId>,
  ): Standing {
    const voters = new Set(votes.keys());
    return { voters, needed: votesNeeded(custodians.union(voters).size) };
  }
}
