/**
 * Page's CUSUM ("Continuous inspection schemes", Biometrika 41, 1954) over
 * events in time: is something happening more often than it used to?
 *
 * Events come as a Poisson process of rate λ0 in honest use and λ1 under
 * attack. Each event is worth ln(λ1/λ0); each moment without one costs λ1-λ0;
 * the sum never falls below 0. Above `ln(β/α)` with the design's α = 1e-5 and
 * β = 0.99 it strikes, so in honest use there are on average at least 99,000
 * events between two false alarms (Lorden, Annals of Mathematical Statistics
 * 42, 1971: the mean run length is at least e^h).
 *
 * @module
 */

/** The design's threshold, in nats: ln(0.99 / 1e-5). */
export const strikeNats = Math.log(0.99 / 1e-5);
const dayMs = 86_400_000;

/** Rates of the events that a walk weighs, per day. */
export interface WalkRates {
  /** In honest use. */
  readonly benignPerDay: number;
  /** Under attack; more than in honest use. */
  readonly attackPerDay: number;
}

/** One walk. */
export class PageWalk {
  #score = 0;
  #lastMs = -Infinity;

  /** Sum at the last event, in nats. */
  get score(): number {
    return this.#score;
  }

  /** Lets time pass; returns what is left of the sum. */
  rest(atMs: number, { benignPerDay, attackPerDay }: WalkRates): number {
    if (this.#score > 0 && atMs > this.#lastMs) {
      const days = (atMs - this.#lastMs) / dayMs;
      const lost = days * (attackPerDay - benignPerDay);
      this.#score = Math.max(0, this.#score - lost);
    }
    if (atMs > this.#lastMs) this.#lastMs = atMs;
    return this.#score;
  }

  /**
   * Takes an event.
   *
   * @param atMs Its time; a time before the last counts as the same moment.
   * @returns Whether the walk strikes.
   */
  event(atMs: number, rates: WalkRates): boolean {
    return this.add(
      atMs,
      rates,
      Math.log(rates.attackPerDay / rates.benignPerDay),
    );
  }

  /** Takes evidence of another kind, worth `nats`. */
  add(atMs: number, rates: WalkRates, nats: number): boolean {
    this.rest(atMs, rates);
    this.#score += nats;
    return this.#score >= strikeNats;
  }

  /** Starts anew. */
  restart(): void {
    this.#score = 0;
  }
}
