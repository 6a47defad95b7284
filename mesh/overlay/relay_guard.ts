/**
 * What keeps relayed messages from becoming a storm, whatever a bad relay
 * does: a message is passed on once here, and a neighbour has a budget for all
 * that it passes to us, its own and others'.
 *
 * Together with the hops a message may take, one message costs each honest
 * node at most one forward per link; a copy that was altered to look new is
 * paid from the budget of the neighbour that brings it, and that of all later
 * hops.
 *
 * Bounds: `seenMax` names of messages, the oldest forgotten; one bucket per
 * neighbour of the last `bucketsMax`, so a new link brings no new budget.
 *
 * @module
 */
import type { NodeId } from "../node_id.ts";
import { TokenBucket } from "../token_bucket.ts";

/** Links a message may cross: the diameter of 10,000 nodes of degree 8 is 6. */
export const relayHopsMax = 8;
/**
 * Messages one neighbour may bring at once, and per second after that. Our
 * choice: above what slots of the fastest profile carry; opening as many costs
 * the receiver 3 % of a core.
 */
export const relayBurstMax = 64;
/** See {@linkcode relayBurstMax}. */
export const relayPerSecondMax = 16;
const allowance = { burst: relayBurstMax, perSecond: relayPerSecondMax };
const seenMax = 4_096;
const bucketsMax = 256;

/** The guard of one node. */
export class RelayGuard {
  readonly #seen = new Set<string>();
  /** The longest unused first. */
  readonly #buckets = new Map<NodeId, TokenBucket>();

  /** Whether `neighbour` may bring one more message now; uses it up. */
  affords(neighbour: NodeId, nowMs: number): boolean {
    const bucket = this.#buckets.get(neighbour) ??
      new TokenBucket(allowance, nowMs);
    this.#buckets.delete(neighbour);
    this.#buckets.set(neighbour, bucket);
    if (this.#buckets.size > bucketsMax) {
      const oldest = this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    return bucket.take(nowMs);
  }

  /** Whether a message is seen for the first time. */
  isNew(name: string): boolean {
    if (this.#seen.has(name)) return false;
    this.#seen.add(name);
    if (this.#seen.size > seenMax) {
      const oldest = this.#seen.values().next().value;
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return true;
  }
}
