/**
 * Which numbered messages of one sender were taken, so that each counts once:
 * a sliding window as in RFC 6479, but over incarnations, too. Used end to end,
 * where a relay may replay what it passed on.
 *
 * Bound: `windowSize` numbers of one incarnation; what lies behind the window
 * or in an older incarnation counts as taken.
 *
 * @module
 */

/** Our choice: four times the messages that can be under way to one member. */
export const windowSize = 256;

/** The numbers taken of one sender. */
export class NumberWindow {
  #incarnation = -1;
  #highest = -1;
  readonly #taken = new Set<number>();

  /** Whether the number is new; it is not any more. */
  accept(incarnation: number, number: number): boolean {
    if (incarnation < this.#incarnation) return false;
    if (incarnation > this.#incarnation) {
      this.#incarnation = incarnation;
      this.#highest = -1;
      this.#taken.clear();
    }
    if (number <= this.#highest - windowSize) return false;
    if (this.#taken.has(number)) return false;
    this.#taken.add(number);
    if (number > this.#highest) {
      this.#highest = number;
      for (const each of this.#taken) {
        if (each <= number - windowSize) this.#taken.delete(each);
      }
    }
    return true;
  }
}
