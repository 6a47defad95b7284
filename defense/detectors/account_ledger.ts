/**
 * How much each account, by its number, added to a score, so that it can be taken back when
 * the account's owner turns out to be the one who mistyped. What guessing at
 * other accounts added stays.
 *
 * Bound: `accountsMax` accounts, the oldest is forgotten and can no longer be
 * taken back.
 *
 * @module
 */
import type { Records } from "./records.ts";

/** More than an honest person or a small office has open at a time. */
const accountsMax = 32;
/** Words of an account beside its number: nats, how often, when last. */
const [nats, count, lastMs] = [0, 1, 2];
const accountWords = 3;

/** What was counted for the accounts of one subject, in its record. */
export class AccountLedger {
  readonly #records: Records;
  readonly #halfLifeMs: number | undefined;
  readonly #size: number;
  /** Numbers apart, so that looking for one reads little memory. */
  readonly #numbers: number;
  readonly #accounts: number;

  /** @param halfLifeMs As of the score it keeps the books of. */
  constructor(halfLifeMs: number | undefined, records: Records) {
    this.#records = records;
    this.#halfLifeMs = halfLifeMs;
    this.#size = records.reserve();
    this.#numbers = records.reserveList(1);
    this.#accounts = records.reserveList(accountWords);
  }

  /** Writes down that `account` added `added` nats. */
  add(account: number, added: number, atMs: number): void {
    const records = this.#records;
    const known = this.#indexOf(account);
    if (known >= 0) {
      const { words } = records;
      const place = this.#placeOf(known);
      words[place + nats] = this.#faded(place, atMs) + added;
      words[place + count] = (words[place + count] ?? 0) + 1;
      words[place + lastMs] = Math.max(words[place + lastMs] ?? 0, atMs);
      return;
    }
    if (this.#length >= accountsMax) this.#remove(0);
    const size = this.#length;
    if (size === records.room) records.grow();
    const { words, at } = records;
    const place = this.#placeOf(size);
    words[records.listAt(this.#numbers) + size] = account;
    words[place + nats] = added;
    words[place + count] = 1;
    words[place + lastMs] = atMs;
    words[at + this.#size] = size + 1;
  }

  /** Takes back what `account` added, as much of it as is left now. */
  settle(
    account: number,
    atMs: number,
  ): { readonly nats: number; readonly count: number } | undefined {
    const known = this.#indexOf(account);
    if (known < 0) return undefined;
    const place = this.#placeOf(known);
    const left = this.#faded(place, atMs);
    const times = this.#records.words[place + count] ?? 0;
    this.#remove(known);
    return { nats: left, count: times };
  }

  /** Forgets everything. */
  clear(): void {
    const { words, at } = this.#records;
    words[at + this.#size] = 0;
  }

  get #length(): number {
    const { words, at } = this.#records;
    return words[at + this.#size] ?? 0;
  }

  #indexOf(account: number): number {
    const { words } = this.#records;
    const size = this.#length;
    const start = this.#records.listAt(this.#numbers);
    for (let index = 0; index < size; index++) {
      if (words[start + index] === account) return index;
    }
    return -1;
  }

  #placeOf(index: number): number {
    return this.#records.listAt(this.#accounts) + index * accountWords;
  }

  #remove(index: number): void {
    const { words, at } = this.#records;
    const size = this.#length;
    const number = this.#records.listAt(this.#numbers);
    words.copyWithin(number + index, number + index + 1, number + size);
    words.copyWithin(
      this.#placeOf(index),
      this.#placeOf(index + 1),
      this.#placeOf(size),
    );
    words[at + this.#size] = size - 1;
  }

  #faded(place: number, atMs: number): number {
    const { words } = this.#records;
    const left = words[place + nats] ?? 0;
    if (this.#halfLifeMs === undefined) return left;
    const sinceMs = Math.max(0, atMs - (words[place + lastMs] ?? 0));
    return left * 2 ** (-sinceMs / this.#halfLifeMs);
  }
}
