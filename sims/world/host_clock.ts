/**
 * Time as one host has it: its crystal is off by some parts per million, its
 * calendar may be set either way, and now and then its processor is somebody
 * else's for a while. What falls due meanwhile, timers and arriving cells
 * alike, happens at the end of the stall, in order, all at once.
 *
 * @module
 */
import type { Clock } from "../../mesh/mod.ts";
import type { VirtualClock } from "./clock.ts";

/** One host's clock and processor. */
export class HostClock implements Clock {
  /** Added to the wall clock; a jump is a new value. */
  wallShiftMs = 0;
  /** Timers set and neither fired nor cancelled. */
  timers = 0;
  readonly #sky: VirtualClock;
  readonly #rate: number;
  #stalledUntilMs = 0;
  /** Counts the programs that ran here; timers of a former one are void. */
  #program = 0;

  /** @param driftPpm Parts per million by which the host's seconds are short. */
  constructor(sky: VirtualClock, driftPpm = 0) {
    this.#sky = sky;
    this.#rate = 1 + driftPpm / 1e6;
  }

  /** Milliseconds since an arbitrary start; never goes backwards. */
  nowMs(): number {
    return this.#sky.nowMs() * this.#rate;
  }

  /** Milliseconds of the calendar as this host has it. */
  wallMs(): number {
    const driftMs = this.nowMs() - this.#sky.nowMs();
    return Math.floor(this.#sky.wallMs() + driftMs) + this.wallShiftMs;
  }

  /** Runs `wake` once, `delayMs` of this host's time from now. */
  after(delayMs: number, wake: () => void): () => void {
    let waiting = true;
    const program = this.#program;
    this.timers++;
    const end = () => {
      if (!waiting || program !== this.#program) return false;
      waiting = false;
      this.timers--;
      return true;
    };
    const cancelTimer = this.#sky.after(
      delayMs / this.#rate,
      () => this.turn(() => end() && wake()),
    );
    return () => {
      if (end()) cancelTimer();
    };
  }

  /** The program that set the timers is gone, and they with it. */
  abandon(): void {
    this.#program++;
    this.timers = 0;
  }

  /** Does `act` now, or when the processor is back. */
  turn(act: () => void): void {
    const waitMs = this.#stalledUntilMs - this.#sky.nowMs();
    if (waitMs <= 0) act();
    else this.#sky.after(waitMs, () => this.turn(act));
  }

  /** Takes the processor away for `ms` from now. */
  stall(ms: number): void {
    const untilMs = this.#sky.nowMs() + ms;
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, untilMs);
  }
}
