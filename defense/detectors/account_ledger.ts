/**
 * How much each account, by its number, added to a score, so that it can be
 * taken back when the account's owner turns out to be the one who mistyped.
 * What guessing at other accounts added stays.
 *
 * Bound: `accountsMax` accounts, the oldest is forgotten and can no longer be
 * taken back.
 *
 * @module
 */
import { AccountList } from "./account_list.ts";
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
  readonly #accounts: AccountList;

  /** @param halfLifeMs As of the score it keeps the books of. */
  constructor(halfLifeMs: number | undefined, records: Records) {
    this.#records = records;
    this.#halfLifeMs = halfLifeMs;
    this.#accounts = new AccountList(records, accountWords, accountsMax);
  }

  /** Writes down that `account` added `added` nats. */
  add(account: number, added: number, atMs: number): void {
    const known = this.#accounts.indexOf(account);
    if (known >= 0) {
      const { words } = this.#records;
      const place = this.#accounts.placeOf(known);
      words[place + nats] = this.#faded(place, atMs) + added;
      words[place + count] = (words[place + count] ?? 0) + 1;
      words[place + lastMs] = Math.max(words[place + lastMs] ?? 0, atMs);
      return;
    }
    const place = this.#accounts.add(account);
    const { words } = this.#records;
    words[place + nats] = added;
    words[place + count] = 1;
    words[place + lastMs] = atMs;
  }

  /** Takes back what `account` added, as much of it as is left now. */
  settle(
    account: number,
    atMs: number,
  ): { readonly nats: number; readonly count: number } | undefined {
    const known = this.#accounts.indexOf(account);
    if (known < 0) return undefined;
    const place = this.#accounts.placeOf(known);
    const left = this.#faded(place, atMs);
    const times = this.#records.words[place + count] ?? 0;
    this.#accounts.remove(known);
    return { nats: left, count: times };
  }

  /** Forgets everything. */
  clear(): void {
    this.#accounts.clear();
  }

  #faded(place: number, atMs: number): number {
    const { words } = this.#records;
    const left = words[place + nats] ?? 0;
    if (this.#halfLifeMs === undefined) return left;
    const sinceMs = Math.max(0, atMs - (words[place + lastMs] ?? 0));
    return left * 2 ** (-sinceMs / this.#halfLifeMs);
  }
}
