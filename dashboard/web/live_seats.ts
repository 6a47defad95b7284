/**
 * Places at `/live`, so that one session with many windows, or a page gone
 * wild, does not take them all.
 *
 * Bounds: `seatsEachMax` of a session, `seatsMax` in all; who comes when there
 * is none is turned away.
 *
 * @module
 */

/** Of one session: windows that somebody may have open. Our choice. */
export const seatsEachMax = 16;
/** Of everybody: a thousand browsers and some, issue 5. */
export const seatsMax = 1_024;

/** Counts who sits. */
export class LiveSeats {
  readonly #taken = new Map<string, number>();
  readonly #eachMax: number;
  readonly #max: number;
  #count = 0;

  /** All places are free. */
  constructor(eachMax = seatsEachMax, max = seatsMax) {
    this.#eachMax = eachMax;
    this.#max = max;
  }

  /**
   * Takes a place for a session.
   *
   * @returns Gives it back, any number of times; `undefined` if there is none.
   */
  take(session: string): (() => void) | undefined {
    const own = this.#taken.get(session) ?? 0;
    if (own >= this.#eachMax || this.#count >= this.#max) return undefined;
    this.#taken.set(session, own + 1);
    this.#count++;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#count--;
      const left = (this.#taken.get(session) ?? 1) - 1;
      if (left === 0) this.#taken.delete(session);
      else this.#taken.set(session, left);
    };
  }
}
