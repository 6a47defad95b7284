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

/** More than an honest person or a small office has open at a time. */
const accountsMax = 32;

/** What was counted for the accounts of one subject. */
export class AccountLedger {
  readonly #halfLifeMs: number | undefined;
  // Lists side by side: a flood has many of them, and objects take more room.
  readonly #accounts: number[] = [];
  readonly #nats: number[] = [];
  readonly #counts: number[] = [];
  readonly #lastMs: number[] = [];

  /** @param halfLifeMs As of the score it keeps the books of. */
  constructor(halfLifeMs: number | undefined) {
    this.#halfLifeMs = halfLifeMs;
  }

  /** Writes down that `account` added `nats`. */
  add(account: number, nats: number, atMs: number): void {
    const known = this.#accounts.indexOf(account);
    if (known < 0) {
      if (this.#accounts.length >= accountsMax) this.#remove(0);
      this.#accounts.push(account);
      this.#nats.push(nats);
      this.#counts.push(1);
      this.#lastMs.push(atMs);
      return;
    }
    this.#nats[known] = this.#faded(known, atMs) + nats;
    this.#counts[known] = (this.#counts[known] ?? 0) + 1;
    this.#lastMs[known] = Math.max(this.#lastMs[known] ?? 0, atMs);
  }

  /** Takes back what `account` added, as much of it as is left now. */
  settle(
    account: number,
    atMs: number,
  ): { readonly nats: number; readonly count: number } | undefined {
    const known = this.#accounts.indexOf(account);
    if (known < 0) return undefined;
    const nats = this.#faded(known, atMs);
    const count = this.#counts[known] ?? 0;
    this.#remove(known);
    return { nats, count };
  }

  /** Forgets everything. */
  clear(): void {
    this.#accounts.length = 0;
    this.#nats.length = 0;
    this.#counts.length = 0;
    this.#lastMs.length = 0;
  }

  #remove(index: number): void {
    this.#accounts.splice(index, 1);
    this.#nats.splice(index, 1);
    this.#counts.splice(index, 1);
    this.#lastMs.splice(index, 1);
  }

  #faded(index: number, atMs: number): number {
    const nats = this.#nats[index] ?? 0;
    if (this.#halfLifeMs === undefined) return nats;
    const sinceMs = Math.max(0, atMs - (this.#lastMs[index] ?? 0));
    return nats * 2 ** (-sinceMs / this.#halfLifeMs);
  }
}
