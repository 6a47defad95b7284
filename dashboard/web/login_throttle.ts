/**
 * Pauses after failed logins, growing with each: for the account that was named
 * (known or not, so that a pause does not tell) and for the address that asked.
 *
 * | | free | then | at most |
 * | --- | --- | --- | --- |
 * | account | 4 | 1 s, 2 s, 4 s, … | 1 minute |
 * | account, from where it got in before | 4 | 1 s, 2 s, 4 s, … | 1 minute |
 * | address | 9 | 1 s, 2 s, 4 s, … | 15 minutes |
 *
 * Anybody can cause a pause of an account, and who guesses from many addresses
 * can renew it whenever it ends. So an account is counted apart where it got in
 * before (OWASP, "Device Cookies", with the address for the cookie): strangers
 * keep nobody out who comes from where he usually does. Who never logged in
 * since the dashboard was started, or comes from elsewhere, is a stranger, too;
 * the link that `stealthmesh dashboard` prints knows no pause. Failures are
 * forgotten an hour after the last.
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
  /** By account and address. */
  readonly #familiarPairs = new FailureTable(accountLimits);
  readonly #addresses = new FailureTable(addressLimits);
  /** Accounts and where they got in, the latest last. */
  readonly #familiar = new Set<string>();

  /** Whether the account got in from there before. */
  isFamiliar(name: string, address: string): boolean {
    return this.#familiar.has(pairOf(name, address));
  }

  /** How long to wait before the next attempt counts, 0 for not at all. */
  waitMs(name: string, address: string, nowMs: number): number {
    const account = this.isFamiliar(name, address)
      ? this.#familiarPairs.waitMs(pairOf(name, address), nowMs)
      : this.#accounts.waitMs(name, nowMs);
    return Math.max(
      account,
      this.#addresses.waitMs(address, nowMs),
    );
  }

  /** Somebody was refused. */
  failed(name: string, address: string, nowMs: number): void {
    if (this.isFamiliar(name, address)) {
      this.#familiarPairs.failed(pairOf(name, address), nowMs);
    } else this.#accounts.failed(name, nowMs);
    this.#addresses.failed(address, nowMs);
  }

  /**
   * Somebody got in: the account starts afresh there. The address does not, or
   * who has one account could guess at the others between his own logins; nor
   * do strangers when somebody gets in from where he usually does.
   */
  succeeded(name: string, address: string): void {
    const pair = pairOf(name, address);
    if (this.#familiar.delete(pair)) this.#familiarPairs.forget(pair);
    else this.#accounts.forget(name);
    // Nobody knows who else comes from nowhere.
    if (address === "") return;
    this.#familiar.add(pair);
    const [oldest] = this.#familiar;
    if (this.#familiar.size > entriesMax && oldest !== undefined) {
      this.#familiar.delete(oldest);
    }
  }

  /** Entries of all tables. */
  get size(): number {
    return this.#accounts.size + this.#addresses.size +
      this.#familiarPairs.size;
  }
}

/** An address has no space in it. */
function pairOf(name: string, address: string): string {
  return `${name} ${address}`;
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
    const entry = this.#entries.get(key);
    if (!entry) return 0;
    if (nowMs < entry.lastMs) {
      // The clock was set back: the pause begins anew, and is no longer.
      entry.pausedUntilMs += nowMs - entry.lastMs;
      entry.lastMs = nowMs;
    }
    return Math.max(0, entry.pausedUntilMs - nowMs);
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
