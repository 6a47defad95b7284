/**
 * Pauses after failed logins, growing with each: for the account that was named
 * (known or not, so that a pause does not tell) and for the address that asked.
 *
 * | | free | then | at most |
 * | --- | --- | --- | --- |
 * | account | 4 | 1 s, 2 s, 4 s, … | 1 minute |
 * | address | 9 | 1 s, 2 s, 4 s, … | 15 minutes |
 *
 * A pause of an account is short because anybody can cause it: a stranger must
 * not keep the owner out. Failures are forgotten an hour after the last.
 *
 * Bound: `entriesMax` of each kind; the one that would be forgotten first goes,
 * those without a pause before those with one.
 *
 * @module
 */

/** Of accounts, and of addresses. Our choice. */
export const entriesMax = 1_024;
const forgetMs = 3_600_000;
const firstPauseMs = 1_000;

interface Failures {
  count: number;
  lastMs: number;
  pausedUntilMs: number;
}

interface Limits {
  readonly free: number;
  readonly pauseMsMax: number;
}

const accountLimits: Limits = { free: 4, pauseMsMax: 60_000 };
const addressLimits: Limits = { free: 9, pauseMsMax: 900_000 };

/** Remembers who failed. */
export class LoginThrottle {
  readonly #accounts = new FailureTable(accountLimits);
  readonly #addresses = new FailureTable(addressLimits);

  /** How long to wait before the next attempt counts, 0 for not at all. */
  waitMs(name: string, address: string, nowMs: number): number {
    return Math.max(
      this.#accounts.waitMs(name, nowMs),
      this.#addresses.waitMs(address, nowMs),
    );
  }

  /** Somebody was refused. */
  failed(name: string, address: string, nowMs: number): void {
    this.#accounts.failed(name, nowMs);
    this.#addresses.failed(address, nowMs);
  }

  /**
   * Somebody got in: the account starts afresh. The address does not, or who
   * has one account could guess at the others between his own logins.
   */
  succeeded(name: string): void {
    this.#accounts.forget(name);
  }

  /** Entries of both tables. */
  get size(): number {
    return this.#accounts.size + this.#addresses.size;
  }
}

class FailureTable {
  readonly #limits: Limits;
  /** The one whose last failure is longest ago comes first. */
  readonly #entries = new Map<string, Failures>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  waitMs(key: string, nowMs: number): number {
    return Math.max(0, (this.#entries.get(key)?.pausedUntilMs ?? 0) - nowMs);
  }

  failed(key: string, nowMs: number): void {
    const before = this.#entries.get(key);
    const known = before && nowMs - before.lastMs < forgetMs;
    const count = (known ? before.count : 0) + 1;
    const excess = count - this.#limits.free;
    const pauseMs = excess <= 0 ? 0 : Math.min(
      firstPauseMs * 2 ** Math.min(excess - 1, 30),
      this.#limits.pauseMsMax,
    );
    this.#entries.delete(key);
    this.#makeRoom(nowMs);
    this.#entries.set(key, {
      count,
      lastMs: nowMs,
      pausedUntilMs: nowMs + pauseMs,
    });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #makeRoom(nowMs: number): void {
    if (this.#entries.size < entriesMax) return;
    let first: string | undefined;
    for (const [key, { pausedUntilMs }] of this.#entries) {
      first ??= key;
      if (pausedUntilMs > nowMs) continue;
      first = key;
      break;
    }
    if (first !== undefined) this.#entries.delete(first);
  }
}
