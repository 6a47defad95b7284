/**
 * When the heavy work of handshakes is done: 2 to 4 ms of X25519 and ML-KEM
 * would shift every cell of this node that falls into them, and an observer
 * could see it. So the work waits for a wake at which no cell leaves and for
 * which no slot comes soon; a node with so many links that this does not happen
 * does it after `patienceMs` all the same, because a handshake that starves
 * shows, too.
 *
 * Only callers that came through the gate cause such work, and at most one
 * message per handshake and side waits for it.
 *
 * @module
 */
import type { Connection, LinkTable } from "./link_table.ts";

/**
 * Room for the work before the next slot: it takes 2 to 4 ms here, and a cell is
 * made 2 ms before its slot (`driver.ts`).
 */
const workMs = 8;
/** Our choice: one slot of `lan`, so a handshake loses a slot at most. */
const patienceMs = 250;

/** The connection whose handshake should be computed now, if any. */
export function workNow(
  table: Pick<LinkTable, "workDue" | "nextSlotMs">,
  nowMs: number,
): Connection | undefined {
  const connection = table.workDue();
  const sinceMs = connection?.link?.workSinceMs;
  if (sinceMs === undefined) return undefined;
  const quiet = table.nextSlotMs() >= nowMs + workMs;
  return quiet || nowMs >= sinceMs + patienceMs ? connection : undefined;
}

/**
 * When to ask {@linkcode workNow} again: a moment becomes quiet only as a slot
 * goes by, and then it is asked anyway, but patience ends by the clock. Were it
 * noticed by the next event, then what is said would move a handshake.
 */
export function workAtMs(
  table: Pick<LinkTable, "workDue" | "nextSlotMs">,
  nowMs: number,
): number {
  if (workNow(table, nowMs)) return nowMs;
  const sinceMs = table.workDue()?.link?.workSinceMs;
  return sinceMs === undefined ? Infinity : sinceMs + patienceMs;
}
