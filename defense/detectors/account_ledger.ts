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
/** Words of an account: its number, nats, how often, when last. */
const [number, nats, count, lastMs] = [0, 1, 2, 3];
const accountWords = 4;

/** What was counted for the accounts of one subject, in its record. */
export class AccountLedger {
  readonly #records: Records;
  readonly #halfLifeMs: number | undefined;
  readonly #size: number;
  readonly #accounts: number;

  /** @param halfLifeMs As of the score it keeps the books of. */
  constructor(halfLifeMs: number | undefined, records: Records) {
    this.#records = records;
    this.#halfLifeMs = halfLifeMs;
    this.#size = records.reserve();
    this.#accounts = records.reserveList(accountWords);
  }

  /** Writes down that `account` added `added` nats. */
  add(account: number, added: number, atMs: number): void {
    const records = this.#records;
    const known = this.#find(account);
    if (known >= 0) {
      const { words } = records;
      words[known + nats] = this.#faded(known, atMs) + added;
      words[known + count] = (words[known + count] ?? 0) + 1;
      words[known + lastMs] = Math.max(words[known + lastMs] ?? 0, atMs);
      return;
    }
    if (this.#length >= accountsMax) {
      this.#remove(records.listAt(this.#accounts));
    }
    const size = this.#length;
    if (size === records.room) records.grow();
    const { words, at } = records;
    const place = records.listAt(this.#accounts) + size * accountWords;
    words[place + number] = account;
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
    const known = this.#find(account);
    if (known < 0) return undefined;
    const left = this.#faded(known, atMs);
    const times = this.#records.words[known + count] ?? 0;
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

  /** Where an account's words are, or -1. */
  #find(account: number): number {
    const { words } = this.#records;
    const start = this.#records.listAt(this.#accounts);
    const end = start + this.#length * accountWords;
    for (let place = start; place < end; place += accountWords) {
      if (words[place + number] === account) return place;
    }
    return -1;
  }

  #remove(place: number): void {
    const { words, at } = this.#records;
    const size = this.#length - 1;
    const end = this.#records.listAt(this.#accounts) + size * accountWords;
    words.copyWithin(place, place + accountWords, end + accountWords);
    words[at + this.#size] = size;
  }

  #faded(place: number, atMs: number): number {
    const { words } = this.#records;
    const left = words[place + nats] ?? 0;
    if (this.#halfLifeMs === undefined) return left;
    const sinceMs = Math.max(0, atMs - (words[place + lastMs] ?? 0));
    return left * 2 ** (-sinceMs / this.#halfLifeMs);
  }
}
