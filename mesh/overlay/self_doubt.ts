/**
 * How far a node trusts its own clock and links before it says that others are
 * silent: the local health multiplier of Lifeguard (Dadgar, Phillips & Currey,
 * DSN-W 2018, section IV.A). A host that stalls sees everybody else stop.
 *
 * Signs against oneself: a tick that came late, slots of one's own that were
 * skipped, and several neighbours that fell silent at once. Each raises the
 * score, quiet time lowers it. Above 0 a node accuses nobody, and waits longer
 * by the score before it believes its own eyes.
 *
 * Bound: the score is at most `scoreMax`.
 *
 * @module
 */

/** Longest patience is 1 + this times the usual one, as in Lifeguard. */
export const scoreMax = 8;
/** A tick so much later than planned is a sign. Our choice: four late timers. */
export const lateTickMs = 1_000;
/** The score falls by one in this time. Our choice: two patiences on `lan`. */
const recoveryMs = 5_000;

/** The doubt of one node. */
export class SelfDoubt {
  #score = 0;
  #tickedMs: number | undefined;
  #recoversMs = 0;
  #skipped = 0;

  /** 0 while nothing speaks against this node. */
  get score(): number {
    return this.#score;
  }

  /**
   * Looks at oneself; called at every tick.
   *
   * @param plannedMs When this tick should have come.
   * @param slotsSkipped Own slots skipped since the start.
   * @param massSilence Whether most neighbours fell silent just now.
   * @returns Milliseconds in which this node was not itself: what it did not
   * hear in them says nothing about others.
   */
  tick(
    nowMs: number,
    plannedMs: number,
    slotsSkipped: number,
    massSilence: boolean,
  ): number {
    const lateMs = this.#tickedMs === undefined ? 0 : nowMs - plannedMs;
    const stalledMs = lateMs >= lateTickMs ? lateMs : 0;
    const skipped = slotsSkipped > this.#skipped;
    this.#tickedMs = nowMs;
    this.#skipped = slotsSkipped;
    if (stalledMs > 0 || skipped || massSilence) {
      const raised = this.#score + (stalledMs > 0 ? 2 : skipped ? 1 : 0);
      // A silence that goes on is one sign, however often it is looked at.
      const least = massSilence ? 2 : 0;
      this.#score = Math.min(scoreMax, Math.max(raised, least));
      this.#recoversMs = nowMs + recoveryMs;
    } else if (this.#score > 0 && nowMs >= this.#recoversMs) {
      this.#score--;
      this.#recoversMs = nowMs + recoveryMs;
    }
    return stalledMs;
  }
}
