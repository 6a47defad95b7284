/**
 * Counts each refused login of a service once, where several lines by several
 * processes tell of it: PAM in the service's name, its authentication server,
 * the service itself, and the end of the connection that sums up.
 *
 * These processes share nothing but the source. So, as in `attempt_table.ts`,
 * lines of one form are different attempts and lines of different forms may
 * be the same one: a source has made as many attempts at a family of services
 * as its most frequent form has lines. What is counted too low errs in the
 * source's favour, and only where a log holds one form for some attempts and
 * another form for others.
 *
 * A source is forgotten when it was silent for `silentMsMax`, when it logged
 * in, and, the longest silent first, when there are `sourcesMax`.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";
import { type ServiceForm, serviceForms } from "./service_reading.ts";

/** Pairs of family and source remembered at a time. */
export const sourcesMax = 8_192;
/** Longer than a mail server holds a connection that failed. Our choice. */
const silentMsMax = 600_000;

interface Attempts {
  lastMs: number;
  /** Attempts that were news. */
  counted: number;
  /** Attempts told by lines of each form, in the order of `serviceForms`. */
  readonly told: number[];
}

/** Who was refused lately, by which kind of line. */
export class SourceAttempts {
  readonly #sources = new RecentMap<string, Attempts>(sourcesMax);

  /**
   * Takes note of a line.
   *
   * @param times How many attempts the line itself speaks of.
   * @returns How many of these are news.
   */
  count(
    family: string,
    source: Address,
    atMs: number,
    form: ServiceForm,
    times: number,
  ): number {
    const key = `${family} ${source}`;
    let attempts = this.#sources.use(key);
    if (attempts === undefined || atMs - attempts.lastMs > silentMsMax) {
      attempts = { lastMs: atMs, counted: 0, told: serviceForms.map(() => 0) };
      this.#sources.set(key, attempts);
    }
    attempts.lastMs = Math.max(attempts.lastMs, atMs);
    const index = serviceForms.indexOf(form);
    const told = (attempts.told[index] ?? 0) + times;
    attempts.told[index] = told;
    const news = Math.max(0, told - attempts.counted);
    attempts.counted += news;
    return news;
  }

  /** The source logged in. */
  accept(family: string, source: Address): void {
    this.#sources.delete(`${family} ${source}`);
  }
}
