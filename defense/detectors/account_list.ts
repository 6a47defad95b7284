/**
 * A list of accounts, by their numbers, in the records of `records.ts`, with
 * words beside each that its owner gives a meaning. The numbers lie apart, so
 * that looking for one reads little memory.
 *
 * Bound: `sizeMax` accounts; the one that was added first is forgotten.
 *
 * @module
 */
import type { Records } from "./records.ts";

/** Accounts of the open record, in the order in which they were added. */
export class AccountList {
  readonly #records: Records;
  readonly #entryWords: number;
  readonly #sizeMax: number;
  readonly #size: number;
  readonly #numbers: number;
  readonly #entries: number;

  /**
   * Asks for room in every record.
   *
   * @param entryWords Words beside each number.
   * @param sizeMax At most `roomMax`.
   */
  constructor(records: Records, entryWords: number, sizeMax: number) {
    this.#records = records;
    this.#entryWords = entryWords;
    this.#sizeMax = sizeMax;
    this.#size = records.reserve();
    this.#numbers = records.reserveList(1);
    this.#entries = records.reserveList(entryWords);
  }

  /** How many there are. */
  get size(): number {
    const { words, at } = this.#records;
    return words[at + this.#size] ?? 0;
  }

  /** Where an account stands, by its number; -1 if nowhere. */
  indexOf(account: number): number {
    const { words } = this.#records;
    const { size } = this;
    const start = this.#records.listAt(this.#numbers);
    for (let index = 0; index < size; index++) {
      if (words[start + index] === account) return index;
    }
    return -1;
  }

  /** Where the words of the account at `index` begin in the record's `words`. */
  placeOf(index: number): number {
    return this.#records.listAt(this.#entries) + index * this.#entryWords;
  }

  /**
   * Adds an account that is not there; the record may move.
   *
   * @returns Where its words begin; they hold anything.
   */
  add(account: number): number {
    const records = this.#records;
    if (this.size >= this.#sizeMax) this.remove(0);
    const { size } = this;
    if (size === records.room) records.grow();
    const { words, at } = records;
    words[records.listAt(this.#numbers) + size] = account;
    words[at + this.#size] = size + 1;
    return this.placeOf(size);
  }

  /** Forgets the account at `index`. */
  remove(index: number): void {
    const { words, at } = this.#records;
    const { size } = this;
    const number = this.#records.listAt(this.#numbers);
    words.copyWithin(number + index, number + index + 1, number + size);
    words.copyWithin(
      this.placeOf(index),
      this.placeOf(index + 1),
      this.placeOf(size),
    );
    words[at + this.#size] = size - 1;
  }

  /** Forgets everything. */
  clear(): void {
    const { words, at } = this.#records;
    words[at + this.#size] = 0;
  }
}
