/**
 * How long the words of others were on their way, from the claims in the
 * journal of this machine.
 *
 * @module
 */
import type { EventRecord } from "../../api/agent_desk.ts";

/** Shares of all that one asks for. */
export const shares = [0.5, 0.9, 0.99] as const;

/** What there is to say about them. */
export interface Ways {
  /** Claims that were counted. */
  readonly count: number;
  /** Milliseconds within which each of `shares` was here. */
  readonly withinMs: readonly number[];
  /** The longest. */
  readonly longestMs: number;
}

/**
 * Seen there to heard here, by both clocks: where they differ, so does this. A
 * word that would have come before it was said took no time.
 */
export function waysOf(events: Iterable<EventRecord>): Ways | undefined {
  // A word that is on record twice counts once, as it came first.
  const ways = new Map<string, number>();
  for (const { what, node, subject, atMs, detail } of events) {
    const observedMs = detail["observedMs"];
    if (what !== "claim" || node === "" || typeof observedMs !== "number") {
      continue;
    }
    const key = `${node} ${subject} ${observedMs}`;
    const tookMs = Math.max(0, atMs - observedMs);
    ways.set(key, Math.min(tookMs, ways.get(key) ?? tookMs));
  }
  if (ways.size === 0) return undefined;
  const took = [...ways.values()].sort((a, b) => a - b);
  return {
    count: took.length,
    withinMs: shares.map((share) =>
      took[Math.min(took.length - 1, Math.ceil(share * took.length) - 1)]!
    ),
    longestMs: took.at(-1)!,
  };
}
