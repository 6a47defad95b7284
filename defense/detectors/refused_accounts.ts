/**
 * The accounts that one source was refused as and has not got in as since, by
 * their numbers (`account_number.ts`).
 *
 * Bound: `accountsMax` accounts; the one that was tried first is forgotten.
 *
 * @module
 */
import { Clockwork } from "./clockwork.ts";

/** More than a person or a job has; a guesser needs no longer memory. */
export const accountsMax = 16;

/** Accounts in the order in which they were first tried. */
export class RefusedAccounts {
  // Lists side by side: a flood has many of them, and objects take more room.
  readonly #numbers: number[] = [];
  readonly #lastMs: number[] = [];
  /** From the second attempt on: most names are tried once. */
  readonly #clocks: (Clockwork | undefined)[] = [];

  /** How many there are. */
  get size(): number {
    return this.#numbers.length;
  }

  /** Where an account stands, by its number; -1 if nowhere. */
  indexOf(account: number): number {
    return this.#numbers.indexOf(account);
  }

  /** When the account at `index` was last refused. */
  lastMs(index: number): number {
    return this.#lastMs[index] ?? NaN;
  }

  /** Takes the first refusal of an account. */
  add(account: number, atMs: number): void {
    if (this.#numbers.length >= accountsMax) this.remove(0);
    this.#numbers.push(account);
    this.#lastMs.push(atMs);
    this.#clocks.push(undefined);
  }

  /**
   * Takes another refusal of the account at `index`.
   *
   * @returns Whether it is tried like clockwork.
   */
  again(index: number, atMs: number): boolean {
    let clock = this.#clocks[index];
    if (clock === undefined) {
      clock = this.#clocks[index] = new Clockwork();
      clock.tick(this.#lastMs[index] ?? atMs);
    }
    clock.tick(atMs);
    this.#lastMs[index] = atMs;
    return clock.isRegular;
  }

  /** Forgets the account at `index`. */
  remove(index: number): void {
    this.#numbers.splice(index, 1);
    this.#lastMs.splice(index, 1);
    this.#clocks.splice(index, 1);
  }

  /** Forgets everything. */
  clear(): void {
    this.#numbers.length = 0;
    this.#lastMs.length = 0;
    this.#clocks.length = 0;
  }
}
