/**
 * The real clock: the runtime's monotonic time for schedules, the wall's for
 * expiry, timers that fire once, and a short sleep of the whole isolate.
 *
 * @module
 */
import type { Clock } from "../world.ts";

/** Longest delay a timer takes (2^31 − 1 ms); longer ones are cut to it. */
const delayMsMax = 2_147_483_647;

/** Nobody ever wakes a sleeper here; the time limit does. */
const never = new Int32Array(new SharedArrayBuffer(4));
/** A sleep is no longer than this, whatever is asked for. Our choice. */
const holdMsMax = 10;

/** The clock of this host. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, wake) {
    // A delay beyond 2^31 ms would fire at once: WHATWG HTML, "timers".
    const timer = setTimeout(wake, Math.min(Math.max(0, delayMs), delayMsMax));
    return () => clearTimeout(timer);
  },
  holdUntil(atMs) {
    const delayMs = Math.min(atMs - performance.now(), holdMsMax);
    if (delayMs > 0) Atomics.wait(never, 0, 0, delayMs);
  },
};
