/**
 * The accounts that one source was refused as and has not got in as since, by
 * their numbers (`account_number.ts`).
 *
 * Bound: `accountsMax` accounts; the one that was tried first is forgotten.
 *
 * @module
 */
import { AccountList } from "./account_list.ts";
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
  readonly #accounts: AccountList;
  readonly #clock = new Clockwork();

  constructor(records: Records) {
    this.#records = records;
    this.#accounts = new AccountList(records, accountWords, accountsMax);
  }

  /** How many there are. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Where an account stands, by its number; -1 if nowhere. */
  indexOf(account: number): number {
    return this.#accounts.indexOf(account);
  }

  /** When the account at `index` was last refused. */
  lastMs(index: number): number {
    return this.#records.words[this.#accounts.placeOf(index) + lastMs] ?? NaN;
  }

  /** Takes the first refusal of an account. */
  add(account: number, atMs: number): void {
    const place = this.#accounts.add(account);
    const { words } = this.#records;
    words[place + lastMs] = atMs;
    this.#clock.point(words, place + rhythm);
    this.#clock.start();
    this.#clock.tick(atMs);
  }

  /**
   * Takes another refusal of the account at `index`.
   *
   * @returns Whether it is tried like clockwork.
   */
  again(index: number, atMs: number): boolean {
    const { words } = this.#records;
    const place = this.#accounts.placeOf(index);
    this.#clock.point(words, place + rhythm);
    this.#clock.tick(atMs);
    words[place + lastMs] = atMs;
    return this.#clock.isRegular;
  }

  /** Forgets the account at `index`. */
  remove(index: number): void {
    this.#accounts.remove(index);
  }

  /** Forgets everything. */
  clear(): void {
    this.#accounts.clear();
  }
}
