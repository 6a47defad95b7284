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

/** Words that the rhythm of one source takes. */
export const clockworkWords = 6;
/** First and latest attempt of the visit, how many there were in it. */
const [visitStartMs, lastMs, attempts] = [0, 1, 2];
/** What is known of the intervals. */
const [periodMs, hits, misses] = [3, 4, 5];

/** The rhythm of one source, in six words of a record. */
export class Clockwork {
  #words: Float64Array;
  #at = 0;

  /** A rhythm of its own, which may be pointed to another one. */
  constructor() {
    this.#words = new Float64Array(clockworkWords);
    this.start();
  }

  /** Goes on with the rhythm in `words` from `at` on. */
  point(words: Float64Array, at: number): void {
    this.#words = words;
    this.#at = at;
  }

  /** Begins anew. */
  start(): void {
    this.#words.fill(0, this.#at, this.#at + clockworkWords);
    this.#set(visitStartMs, NaN);
    this.#set(lastMs, NaN);
    this.#set(periodMs, NaN);
  }

  /** Takes an attempt, in the order of their times. */
  tick(atMs: number): void {
    const last = this.#get(lastMs);
    if (atMs - last < visitMs) {
      this.#set(lastMs, Math.max(last, atMs));
      this.#set(attempts, this.#get(attempts) + 1);
      return;
    }
    const start = this.#get(visitStartMs);
    if (!Number.isNaN(start)) this.#interval(atMs - start);
    this.#set(visitStartMs, atMs);
    this.#set(lastMs, atMs);
    this.#set(attempts, 1);
  }

  /** Whether what was seen so far keeps time. */
  get isRegular(): boolean {
    return this.#get(hits) >= hitsMin &&
      this.#get(hits) >= hitsPerMiss * this.#get(misses) &&
      this.#get(attempts) <= visitAttemptsMax &&
      this.#get(periodMs) >= periodMsMin;
  }

  /** Twice as much at first, when both ends of a comparison are rough. */
  #slackMs(): number {
    const slackMs = Math.max(slackMsMin, slack * this.#get(periodMs));
    return this.#get(hits) === 0 ? 2 * slackMs : slackMs;
  }

  #interval(ms: number): void {
    const period = this.#get(periodMs);
    const regular = this.#get(hits);
    const visits = Math.round(ms / period);
    const offMs = Math.abs(ms - visits * period);
    const isHit = visits >= 1 && visits <= skippedMax + 1 &&
      offMs <= this.#slackMs();
    if (isHit) {
      // The mean of the last few: one interval alone is too rough a measure.
      const weight = 1 / Math.min(regular + 2, 8);
      if (visits === 1) this.#set(periodMs, period + (ms - period) * weight);
      if (regular < hitsMax) this.#set(hits, regular + 1);
      else this.#set(misses, this.#get(misses) * (1 - 1 / hitsMax));
      return;
    }
    if (!Number.isNaN(period)) this.#set(misses, this.#get(misses) + 1);
    if (regular >= hitsMin) return;
    // The first interval may have been the odd one.
    this.#set(periodMs, ms);
    this.#set(hits, 0);
  }

  #get(word: number): number {
    return this.#words[this.#at + word] ?? 0;
  }

  #set(word: number, value: number): void {
    this.#words[this.#at + word] = value;
  }
}
