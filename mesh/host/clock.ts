/**
 * The real clock: the runtime's monotonic time for schedules, the wall's for
 * expiry, and timers that fire once.
 *
 * @module
 */
import type { Clock } from "../world.ts";

/** Longest delay a timer takes (2^31 − 1 ms); longer ones are cut to it. */
const delayMsMax = 2_147_483_647;

/** The clock of this host. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, wake) {
    // A delay beyond 2^31 ms would fire at once: WHATWG HTML, "timers".
    const timer = setTimeout(wake, Math.min(Math.max(0, delayMs), delayMsMax));
    return () => clearTimeout(timer);
  },
};
