/**
 * Things that are looked at again after a fixed wait, in the order in which
 * they came. Bound: `lengthMax` things; the one that waits longest goes
 * unseen when there are more.
 *
 * @module
 */

interface Place<T> {
  readonly thing: T;
  readonly dueMs: number;
}

/** A line with one wait for all. */
export class WaitingLine<T> {
  readonly #waitMs: number;
  readonly #lengthMax: number;
  #places: Place<T>[] = [];
  /** Places before it are empty; moving them for each would cost too much. */
  #first = 0;

  constructor(waitMs: number, lengthMax: number) {
    this.#waitMs = waitMs;
    this.#lengthMax = lengthMax;
  }

  /** Joins the end. Times should not fall; one that does waits behind others. */
  add(thing: T, atMs: number): void {
    if (this.#places.length - this.#first >= this.#lengthMax) this.#first++;
    this.#places.push({ thing, dueMs: atMs + this.#waitMs });
    if (this.#first > this.#lengthMax) this.#compact();
  }

  /** Takes the next that has waited long enough, if there is one. */
  takeDue(atMs: number): T | undefined {
    const place = this.#places[this.#first];
    if (place === undefined || place.dueMs > atMs) return undefined;
    this.#first++;
    if (this.#first === this.#places.length) this.#compact();
    return place.thing;
  }

  #compact(): void {
    this.#places = this.#places.slice(this.#first);
    this.#first = 0;
  }
}
