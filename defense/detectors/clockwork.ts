/**
 * Whether visits come like clockwork, as those of health checks and scheduled
 * jobs do: a program tries the same account with the same stale credential,
 * at a fixed pace and for ever. Attempts within `visitMs` of each other are one
 * visit; a check that is now and then skipped still keeps its time.
 *
 * A guesser who waits equally long between guesses looks the same. That is why
 * the callers ask for one account that never varies, and never spare a
 * default account that was tried with a password.
 *
 * @module
 */

/** A check tries again at once if at all; our choice. */
const visitMs = 10_000;
/** More attempts in one visit than any sshd allows (MaxAuthTries is 6). */
const visitAttemptsMax = 6;
/** Checks come every half a minute or more rarely; our choice. */
const periodMsMin = 25_000;
/** Share of the period by which an interval may be too short or long. Our choice. */
const slack = 0.08;
/** Programs take a second or two to start, and log stamps are whole seconds. */
const slackMsMin = 4_000;
/** Visits that may be skipped in a row. */
const skippedMax = 3;
/** Intervals that must agree before anything is called regular. */
const hitsMin = 2;
/** Regular intervals for each irregular one. */
const hitsPerMiss = 4;
/** So many regular intervals make up for what came long before. */
const hitsMax = 40;

/** The rhythm of one source. */
export class Clockwork {
  #visitMs = NaN;
  #attempts = 0;
  #lastMs = NaN;
  #periodMs = NaN;
  #hits = 0;
  #misses = 0;

  /** Takes an attempt, in the order of their times. */
  tick(atMs: number): void {
    if (atMs - this.#lastMs < visitMs) {
      this.#lastMs = Math.max(this.#lastMs, atMs);
      this.#attempts++;
      return;
    }
    if (!Number.isNaN(this.#visitMs)) this.#interval(atMs - this.#visitMs);
    this.#visitMs = atMs;
    this.#lastMs = atMs;
    this.#attempts = 1;
  }

  /** Whether what was seen so far keeps time. */
  get isRegular(): boolean {
    return this.#hits >= hitsMin && this.#hits >= hitsPerMiss * this.#misses &&
      this.#attempts <= visitAttemptsMax && this.#periodMs >= periodMsMin;
  }

  /** Twice as much at first, when both ends of a comparison are rough. */
  #slackMs(): number {
    const slackMs = Math.max(slackMsMin, slack * this.#periodMs);
    return this.#hits === 0 ? 2 * slackMs : slackMs;
  }

  #interval(ms: number): void {
    const visits = Math.round(ms / this.#periodMs);
    const offMs = Math.abs(ms - visits * this.#periodMs);
    const isHit = visits >= 1 && visits <= skippedMax + 1 &&
      offMs <= this.#slackMs();
    if (isHit) {
      // The mean of the last few: one interval alone is too rough a measure.
      const weight = 1 / Math.min(this.#hits + 2, 8);
      if (visits === 1) this.#periodMs += (ms - this.#periodMs) * weight;
      if (this.#hits < hitsMax) this.#hits++;
      else this.#misses *= 1 - 1 / hitsMax;
      return;
    }
    if (!Number.isNaN(this.#periodMs)) this.#misses++;
    if (this.#hits >= hitsMin) return;
    // The first interval may have been the odd one.
    this.#periodMs = ms;
    this.#hits = 0;
  }
}
