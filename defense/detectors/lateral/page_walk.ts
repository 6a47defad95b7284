/**
 * Page's CUSUM ("Continuous inspection schemes", Biometrika 41, 1954) over
 * events in time: do things happen more often than they used to?
 *
 * Events of several kinds come as Poisson processes, of rates λ0 in honest use
 * and λ1 under attack. One of kind i that comes `gap` after the last event of
 * any kind is worth `ln(λ1ᵢ/λ0ᵢ) - (Σλ1 - Σλ0)·gap`; the sum never falls below
 * 0, so an event after a long time only opens a count. At `ln(β/α)`, with the
 * design's α = 1e-5 and β = 0.99, it strikes. In honest use there are then on
 * average at least 99,000 events between two false alarms (Lorden, Annals of
 * Mathematical Statistics 42, 1971: the mean run length is at least e^h).
 *
 * @module
 */

/** The design's threshold, in nats: ln(0.99 / 1e-5). */
export const strikeNats = Math.log(0.99 / 1e-5);
const dayMs = 86_400_000;

/** One walk. */
export class PageWalk {
  #score = 0;
  #lastMs = -Infinity;

  /** Sum at the last event, in nats. */
  get score(): number {
    return this.#score;
  }

  /**
   * Takes an event.
   *
   * @param atMs Its time; a time before the last counts as the same moment.
   * @param nats Logarithm of its kind's rates, attack : honest.
   * @param lostPerDay How much more often anything happens under attack.
   * @returns Whether the walk strikes.
   */
  event(atMs: number, nats: number, lostPerDay: number): boolean {
    const gapMs = Math.max(0, atMs - this.#lastMs);
    const lost = gapMs / dayMs * lostPerDay;
    this.#score = Math.max(0, this.#score + nats - lost);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    return this.#score >= strikeNats;
  }

  /** Starts anew. */
  restart(): void {
    this.#score = 0;
  }
}
