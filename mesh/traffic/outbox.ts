/**
 * What this node wants to say and has not signed yet. A signed message has a
 * number and cannot be taken back without leaving a gap, so merging by subject
 * comes before signing (design §5): while slots are scarce a newer word on the
 * same matter takes the place of the older one. What is signed first is the
 * most urgent, then the oldest.
 *
 * Bound: `outboxMax` words. Beyond it the least urgent, youngest is dropped and
 * counted; nobody ever saw a number for it.
 *
 * @module
 */
import { keptPerOriginMax } from "../limits.ts";
import type { Urgency } from "../mesh.ts";
import type { Topic } from "../message.ts";

/** More than others keep of us would be of no use to anybody. */
export const outboxMax = keptPerOriginMax;

/** Something to say. */
export interface Word {
  readonly payload: Uint8Array;
  readonly urgency: Urgency;
  /** What it is about: takes the place of what waits with the same key. */
  readonly replaces?: string;
  /** For the owners if absent; else for the nodes themselves. */
  readonly topic?: Topic;
}

/** The words that wait, in the order they came. */
export class Outbox {
  /** Words dropped because too many waited. */
  dropped = 0;
  /** Words that a newer one took the place of. */
  merged = 0;
  readonly #words: Word[] = [];

  /** Words waiting. */
  get size(): number {
    return this.#words.length;
  }

  /** Takes a word in; its payload is not copied. */
  put(word: Word): void {
    const at = word.replaces === undefined
      ? -1
      : this.#words.findIndex(({ replaces }) => replaces === word.replaces);
    const old = this.#words[at];
    if (old) {
      // It keeps the better place of the two.
      const urgency = old.urgency < word.urgency ? old.urgency : word.urgency;
      this.#words[at] = { ...word, urgency };
      this.merged++;
      return;
    }
    this.#words.push(word);
    if (this.#words.length > outboxMax) this.#dropOne();
  }

  /** The word to sign next. */
  take(): Word | undefined {
    let best = 0;
    for (let at = 1; at < this.#words.length; at++) {
      if (this.#words[at]!.urgency < this.#words[best]!.urgency) best = at;
    }
    return this.#words.splice(best, 1)[0];
  }

  #dropOne(): void {
    let worst = 0;
    for (let at = 1; at < this.#words.length; at++) {
      if (this.#words[at]!.urgency >= this.#words[worst]!.urgency) worst = at;
    }
    this.#words.splice(worst, 1);
    this.dropped++;
  }
}
