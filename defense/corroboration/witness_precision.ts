/**
 * How often a member's votes turned out right, as far as this node can tell:
 * right where this host then saw the subject attack too, wrong where this
 * host's operator let the subject go. A member that was wrong more often than
 * right weighs less than one witness; none ever weighs more (design §7).
 *
 * Purely local: nobody is told, so nobody can be talked into distrust.
 *
 * Bound: `witnessesMax` members, the one judged longest ago is forgotten and
 * weighs one again. Counts stop at `countMax`, so that old merit wears off.
 *
 * @module
 */
import { RecentMap } from "../recent_map.ts";

/** Twice the largest network of design §1. */
const witnessesMax = 1_024;
/** Both counts are halved beyond this. Our choice. */
const countMax = 64;
/** So many mistakes more than hits are forgiven: an operator errs too. */
const forgiven = 1;

/** Keeps the books on every witness. */
export class WitnessPrecision<Node extends string = string> {
  readonly #books = new RecentMap<Node, { right: number; wrong: number }>(
    witnessesMax,
  );

  /** A vote of `node` was confirmed, or an operator judged it a mistake. */
  judged(node: Node, verdict: "right" | "wrong"): void {
    let { right, wrong } = this.#books.get(node) ?? { right: 0, wrong: 0 };
    if (verdict === "right") right++;
    else wrong++;
    if (right + wrong > countMax) {
      right = Math.floor(right / 2);
      wrong = Math.floor(wrong / 2);
    }
    this.#books.set(node, { right, wrong });
  }

  /** What a vote of `node` weighs, above 0 and at most 1. */
  weightOf(node: Node): number {
    const { right, wrong } = this.#books.get(node) ?? { right: 0, wrong: 0 };
    if (wrong <= right + forgiven) return 1;
    // Laplace's estimate of being right, twice, so that one half weighs one.
    return 2 * (right + 1) / (right + wrong + 2);
  }
}
