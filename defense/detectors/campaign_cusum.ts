/**
 * Change detection over the newcomers of a site: of the sources that were never
 * seen before, how many come and go without ever getting in? Page's CUSUM
 * (Page 1954) over beta-binomial groups, after Javed and Paxson, "Detecting
 * Stealthy, Distributed SSH Brute-Forcing", CCS 2013, section 4.
 *
 * Each group of `groupSize` newcomers adds the log of how much likelier its
 * failures are during a campaign than without one; the sum never falls below
 * 0. At `threshold` nats a campaign is on, until the sum has fallen to half of
 * that. False alarms: while newcomers fail as the benign shape says, there
 * are at least e^threshold newcomers between two on average (Lorden 1971), a
 * hundred thousand at 11.5 nats.
 *
 * Departs from the paper in three places. Counted are newcomers, not attempts:
 * a site's regulars would drown a slow campaign, and one persistent guesser
 * would be one. The sum is also taken within an unfinished group, so that a
 * short campaign is seen. And it fades, since a quiet site would else need
 * weeks of newcomers to forget one.
 *
 * The state is two numbers per group, so counts of several hosts can be added
 * before they are tested (`newcomer_tally.ts`).
 *
 * @module
 */
import { type BetaShape, logBetaBinomial } from "./beta_binomial.ts";

/** What the test expects and how sure it must be. */
export interface CampaignParameters {
  /** Share of newcomers that never get in without a campaign. */
  readonly benign: BetaShape;
  /** And with one. */
  readonly attack: BetaShape;
  /** Newcomers in a group. */
  readonly groupSize: number;
  /** Nats at which a campaign is on. */
  readonly threshold: number;
  /** Milliseconds in which the sum fades by half. */
  readonly halfLifeMs: number;
}

/** The sum at a moment. */
export class CampaignCusum {
  readonly #parameters: CampaignParameters;
  /** Nats of an unfinished group by trials and failures; NaN if not asked yet. */
  readonly #groupNats: Float64Array;
  #closedNats = 0;
  #trials = 0;
  #failures = 0;
  #lastMs = 0;
  #changeMs = 0;
  #isOn = false;

  /** @throws {RangeError} Unless group, threshold and half-life are above 0. */
  constructor(parameters: CampaignParameters) {
    const { groupSize, threshold, halfLifeMs } = parameters;
    if (!(groupSize >= 1 && threshold > 0 && halfLifeMs > 0)) {
      throw new RangeError(
        `Cannot test groups of ${groupSize} at ${threshold} nats with half-life ${halfLifeMs} ms: expected all above 0`,
      );
    }
    this.#parameters = parameters;
    this.#groupNats = new Float64Array((groupSize + 1) ** 2).fill(NaN);
  }

  /** Nats in favour of a campaign, the unfinished group included. */
  get nats(): number {
    return Math.max(0, this.#closedNats + this.#openNats());
  }

  /** Whether a campaign is on. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** When the sum last rose from 0: the estimate of when it began. */
  get changeMs(): number {
    return this.#changeMs;
  }

  /**
   * Takes a newcomer whose fate is known.
   *
   * @param failed Whether it never got in.
   * @returns Whether a campaign is on.
   */
  take(failed: boolean, atMs: number): boolean {
    const { groupSize, threshold, halfLifeMs } = this.#parameters;
    const sinceMs = Math.max(0, atMs - this.#lastMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    this.#closedNats *= 2 ** (-sinceMs / halfLifeMs);
    if (this.nats === 0) {
      // Nothing speaks for a campaign: what came before is not part of one.
      this.#closeGroup(0);
      this.#changeMs = atMs;
    }
    this.#trials++;
    if (failed) this.#failures++;
    const { nats } = this;
    // Never so high that the end of a campaign would take long to show.
    if (this.#trials >= groupSize) {
      this.#closeGroup(Math.min(nats, 2 * threshold));
    }
    this.#isOn = this.#isOn ? nats > threshold / 2 : nats >= threshold;
    return this.#isOn;
  }

  #closeGroup(nats: number): void {
    this.#closedNats = nats;
    this.#trials = 0;
    this.#failures = 0;
  }

  #openNats(): number {
    const { benign, attack, groupSize } = this.#parameters;
    const place = this.#trials * (groupSize + 1) + this.#failures;
    const known = this.#groupNats[place] ?? NaN;
    if (!Number.isNaN(known)) return known;
    return this.#groupNats[place] =
      logBetaBinomial(this.#failures, this.#trials, attack) -
      logBetaBinomial(this.#failures, this.#trials, benign);
  }
}
