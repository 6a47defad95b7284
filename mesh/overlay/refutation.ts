/**
 * When a node that is accused says that it is alive: SWIM's refutation (Das,
 * Gupta & Motivala, DSN 2002, section 4.2), with a number that ends all words
 * before it.
 *
 * @module
 */

/** See `wire/life_word.ts`. */
const livesPerIncarnation = 65_536;
/**
 * Refutations are so far apart at least, doubling to the most: a liar must not
 * make a node fill its own stream, of which others keep 256 messages.
 */
const refuteFirstMs = 2_000;
const refuteMostMs = 30_000;
/** Quiet time after which refutations are prompt again. */
const refuteCalmMs = 600_000;

/** The lives of one node, as it tells them. */
export class Refutation {
  readonly #incarnation: number;
  /** Our own life, as last said; -1 before the first refutation. */
  #saidLife = -1;
  #accused = false;
  #saidMs = -Infinity;
  #waitMs = 0;

  /** @param incarnation Of this start; higher than before. */
  constructor(incarnation: number) {
    this.#incarnation = incarnation;
  }

  /** Somebody does not hear us: unless that is refuted already, we speak. */
  accused(life: number): void {
    if (life >= this.#saidLife) this.#accused = true;
  }

  /** The life to tell now; undefined while there is nothing to say. */
  due(nowMs: number): number | undefined {
    if (!this.#accused || nowMs < this.#saidMs + this.#waitMs) {
      return undefined;
    }
    const calm = nowMs - this.#saidMs > refuteCalmMs;
    this.#accused = false;
    this.#saidMs = nowMs;
    this.#waitMs = calm
      ? refuteFirstMs
      : Math.min(refuteMostMs, this.#waitMs * 2);
    const life = this.#saidLife + 1;
    this.#saidLife = Math.max(life, this.#incarnation * livesPerIncarnation);
    return this.#saidLife;
  }
}
