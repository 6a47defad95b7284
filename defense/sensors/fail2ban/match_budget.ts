/**
 * How much work a line may cost. Matching by trying (backtracking) can take
 * time that grows without bound with the line's length, and who writes lines
 * may be the attacker; so each instruction of the matcher is paid from a
 * budget, and a line that is not done when the budget is spent is dropped.
 *
 * A line may spend what `stepsPerLineMax` says, but on average no more than
 * `stepsPerLine`: what is left over is saved up, at most one whole line's
 * worth. So a flood of costly lines costs a fixed time per line, while
 * ordinary lines (some hundreds of steps) always find the budget full.
 *
 * The budget knows no clock: the same lines give the same result everywhere.
 *
 * @module
 */

/** Most steps that one line may take; our choice: some 10 ms. */
export const stepsPerLineMax = 1_000_000;
/** Steps that each further line adds to the budget; our choice: 0.5 ms. */
export const stepsPerLine = 50_000;
/** Choices that one match may keep open, 16 bytes each; our choice: 4 MiB. */
const choicesMax = 262_144;

/** Pays for the matching of one reader's lines. */
export class MatchBudget {
  /** Steps left for the present line; negative once it is spent. */
  steps = stepsPerLineMax;
  /** Four words for each open choice; grows as needed. */
  stack = new Int32Array(4_096);

  /** A new line begins. */
  refill(): void {
    const left = Math.max(0, this.steps);
    this.steps = Math.min(stepsPerLineMax, left + stepsPerLine);
  }

  /** Whether the present line has cost too much. */
  get spent(): boolean {
    return this.steps < 0;
  }

  /** Makes room for more choices; spends everything if there are too many. */
  grow(): void {
    if (this.stack.length >= 4 * choicesMax) {
      this.steps = -1;
      return;
    }
    const larger = new Int32Array(this.stack.length * 2);
    larger.set(this.stack);
    this.stack = larger;
  }
}
