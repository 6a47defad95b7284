/**
 * How long a silence must last before it means something, by the pace of whom
 * it is about.
 *
 * @module
 */

/** Time between two ticks; slow profiles need no finer one. */
export function tickMsOf(periodMs: number): number {
  return Math.min(1_000, Math.max(500, periodMs));
}

/**
 * Silence after which a neighbour is late. Slots jitter by T/2, so two periods
 * may lie between two cells and one may be lost; the floor is a lost segment
 * that is sent again twice (RFC 6298: 0.2 to 1 s, doubling).
 */
export function lateAfterMs(periodMs: number): number {
  return Math.max(4 * periodMs, 2_000);
}

/**
 * Longest stall of a live host that must not end in a verdict: 30 s is what
 * issue 3 asks for; half as much again for the links to come back.
 */
const stallMaxMs = 45_000;
/** Slots for a handshake, a comparison and a flood after the stall. */
const returnPeriods = 12;

/** Time from the first silence to the verdict. */
export function goneAfterMs(periodMs: number): number {
  return stallMaxMs + returnPeriods * periodMs;
}
