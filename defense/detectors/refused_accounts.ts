/**
 * The accounts that one source was refused as and has not got in as since, by
 * their numbers (`account_number.ts`).
 *
 * Bound: `accountsMax` accounts; the one that was tried first is forgotten.
 *
 * @module
 */
import { Clockwork, clockworkWords } from "./clockwork.ts";
import type { Records } from "./records.ts";

/** More than a person or a job has; a guesser needs no longer memory. */
export const accountsMax = 16;
/** Words of an account beside its number: when it was last refused, its rhythm. */
const [lastMs, rhythm] = [0, 1];
const accountWords = 1 + clockworkWords;

/** Accounts of the open record, in the order in which they were first tried. */
export class RefusedAccounts {
  readonly #records: Records;
  readonly #size: number;
  /** Numbers apart, so that looking for one reads little memory. */
  readonly #numbers: number;
  readonly #accounts: number;
  readonly #clock = new Clockwork();

  constructor(records: Records) {
    this.#records = records;
    this.#size = records.reserve();
    this.#numbers = records.reserveList(1);
    this.#accounts = records.reserveList(accountWords);
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

  /** When the account at `index` was last refused. */
  lastMs(index: number): number {
    return this.#records.words[this.#placeOf(index) + lastMs] ?? NaN;
  }

  /** Takes the first refusal of an account. */
  add(account: number, atMs: number): void {
    const records = this.#records;
    if (this.size >= accountsMax) this.remove(0);
    const { size } = this;
    if (size === records.room) records.grow();
    const { words, at } = records;
    const place = this.#placeOf(size);
    words[records.listAt(this.#numbers) + size] = account;
    words[place + lastMs] = atMs;
    this.#clock.point(words, place + rhythm);
    this.#clock.start();
    this.#clock.tick(atMs);
    words[at + this.#size] = size + 1;
  }

  /**
   * Takes another refusal of the account at `index`.
   *
   * @returns Whether it is tried like clockwork.
   */
  again(index: number, atMs: number): boolean {
    const { words } = this.#records;
    const place = this.#placeOf(index);
    this.#clock.point(words, place + rhythm);
    this.#clock.tick(atMs);
    words[place + lastMs] = atMs;
    return this.#clock.isRegular;
  }

  /** Forgets the account at `index`. */
  remove(index: number): void {
    const { words, at } = this.#records;
    const { size } = this;
    const number = this.#records.listAt(this.#numbers);
    words.copyWithin(number + index, number + index + 1, number + size);
    words.copyWithin(
      this.#placeOf(index),
      this.#placeOf(index + 1),
      this.#placeOf(size),
    );
    words[at + this.#size] = size - 1;
  }

  /** Forgets everything. */
  clear(): void {
    const { words, at } = this.#records;
    words[at + this.#size] = 0;
  }

  #placeOf(index: number): number {
    return this.#records.listAt(this.#accounts) + index * accountWords;
  }
}
