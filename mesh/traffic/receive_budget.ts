/**
 * How many cells of one peer are worked on. A peer states its pace in the
 * handshake, and a stream that neither loses nor invents cells (TCP) cannot
 * for long bring more than that pace, so what comes beyond it is a peer that
 * breaks its word, not a network that is unlucky.
 *
 * - Cells within the budget are worked on.
 * - Cells beyond it are only opened, so that the keys of both ends stay in
 *   step; nothing in them counts. That costs 26 µs a cell and no more.
 * - After as many cells beyond it as the budget holds, the link is to be closed:
 *   even opening costs. That shows an observer nothing it has not seen, because
 *   the peer's rate was plain on the wire.
 *
 * On slots the budget is a quarter above the pace, which covers clocks that
 * differ, and 240 cells at once: a stall of TCP of 60 s on `lan` that ends, far
 * longer than a link lives in silence. Without slots (`open`) a whole roster
 * may come at once, `rosterEntriesMax` entries of two cells, and 200 a second
 * after that.
 *
 * @module
 */
import { rosterEntriesMax } from "../limits.ts";
import type { Pace } from "./pacer.ts";
import { type Allowance, TokenBucket } from "../token_bucket.ts";

/** What is done with a cell. */
export type CellRuling = "work" | "only_open" | "close";

const slottedBurst = 240;
const slottedSlack = 1.25;
const openPace: Allowance = { burst: 2 * rosterEntriesMax, perSecond: 200 };

/** Cells of a peer that are worked on. */
export function allowanceOf({ periodMs, slotted }: Pace): Allowance {
  if (!slotted) return openPace;
  return { burst: slottedBurst, perSecond: slottedSlack * 1_000 / periodMs };
}

/** The budget of one link's other end. */
export class ReceiveBudget {
  readonly #bucket: TokenBucket;
  readonly #excessMax: number;
  #excess = 0;

  /** @param pace What the peer said of itself. */
  constructor(pace: Pace, nowMs: number) {
    const allowance = allowanceOf(pace);
    this.#bucket = new TokenBucket(allowance, nowMs);
    this.#excessMax = allowance.burst;
  }

  /** A cell came. */
  rule(nowMs: number): CellRuling {
    if (this.#bucket.take(nowMs)) return "work";
    return ++this.#excess > this.#excessMax ? "close" : "only_open";
  }
}
