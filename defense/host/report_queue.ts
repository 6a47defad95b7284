/**
 * Reports asked of an isolate. It answers in order, so each answer is that of
 * whoever waits longest; once it has died, nobody waits for it any more.
 *
 * @module
 */

/** Who waits for a report of one isolate. */
export class ReportQueue<Report> {
  readonly #ask: () => void;
  #waiting: PromiseWithResolvers<Report>[] = [];
  #failure: Error | undefined;

  /** @param ask Asks the isolate for one report. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /**
   * Asks for a report.
   *
   * @throws {Error} If the isolate has died, or dies before it answers.
   */
  next(): Promise<Report> {
    if (this.#failure) return Promise.reject(this.#failure);
    const waiting = Promise.withResolvers<Report>();
    this.#waiting.push(waiting);
    this.#ask();
    return waiting.promise;
  }

  /** The isolate has answered. */
  answered(report: Report): void {
    this.#waiting.shift()?.resolve(report);
  }

  /** The isolate has died. */
  failed(error: Error): void {
    this.#failure = error;
    for (const each of this.#waiting) each.reject(error);
    this.#waiting = [];
  }
}
