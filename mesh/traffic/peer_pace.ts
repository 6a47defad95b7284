/**
 * The pace of a link's other end, as it states it, and the budget that follows
 * from it (`receive_budget.ts`).
 *
 * A peer says a new pace in the last cell under the old one, so the new one
 * holds from its next cell on; until then the slower of the two tells how long
 * it may be silent.
 *
 * Bound: `pacesHeardMax` changes; each fills the budget anew, so that more
 * would be a way to flood.
 *
 * @module
 */
import type { Pace } from "./pacer.ts";
import { type CellRuling, ReceiveBudget } from "./receive_budget.ts";

/** Our choice: a link lives 12 hours at most, a profile holds for a day. */
const pacesHeardMax = 16;

/** What one peer may send, in its own words. */
export class PeerPace {
  /** What the peer said since the handshake. */
  #said: Pace | undefined;
  /** What holds from the peer's next cell on; that one still comes at the old. */
  #next: Pace | undefined;
  #budget: ReceiveBudget | undefined;
  #heard = 0;

  /**
   * The pace in force.
   *
   * @param first What it said in the handshake.
   */
  after(first: Pace): Pace {
    return this.#said ?? first;
  }

  /** A cell came. */
  rule(first: Pace, nowMs: number): CellRuling {
    if (this.#next) {
      this.#said = this.#next;
      this.#next = undefined;
      this.#budget = undefined;
    }
    this.#budget ??= new ReceiveBudget(this.after(first), nowMs);
    return this.#budget.rule(nowMs);
  }

  /** The peer changes its pace; false if it did so too often. */
  hear(pace: Pace, first: Pace): boolean {
    if (++this.#heard > pacesHeardMax) return false;
    const now = this.after(first);
    this.#said = { ...now, periodMs: Math.max(now.periodMs, pace.periodMs) };
    this.#next = pace;
    return true;
  }
}
