/**
 * The newcomers that a site remembers, in the order in which they came, so
 * that each can be looked at again after several waits.
 *
 * A newcomer's number stands in the record of its source, so that it is found
 * without another look-up. Where no record leads to it, because the source was
 * forgotten or shares its record with others, it is found by address.
 *
 * Bound: `newcomersMax` newcomers; the one that came first is forgotten, and
 * goes unseen by the waits that are not over.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Look } from "./campaign_profile.ts";
import type { Records } from "./records.ts";

/** Newcomers whose fate is open or was decided lately. */
export const newcomersMax = 16_384;

/** What became of a newcomer. */
export type Fate =
  /** May still get in. */
  | "open"
  /** Never got in; not yet held to be part of a campaign. */
  | "counted"
  /** Never got in; takes part as soon as a campaign is on. */
  | "suspect"
  /** Not our concern: got in, is a machine, is accused already. */
  | "closed";

/** A source that neither got in before nor is near to who did. */
export interface Newcomer {
  readonly source: Address;
  /** Whether it is found by address. */
  isApart: boolean;
  readonly service: string;
  readonly firstMs: number;
  lastMs: number;
  tries: number;
  /** Accounts it was refused as and has not got in as. */
  accounts: string[];
  evident: boolean;
  /** Was named on the word of others. */
  told: boolean;
  /** Several accounts that are not one misspelt. */
  several: boolean;
  passwords: boolean;
  clockwork: boolean;
  fate: Fate;
  /** When it was held to have failed. */
  failedMs: number;
  /** What it looked like then, if inconspicuous. */
  looked: Look | undefined;
}

/** How far a look at all newcomers after one wait has come. */
export interface Wait {
  readonly waitMs: number;
  /** How many came before the next one to look at. */
  next: number;
}

/** Newcomers in the order in which they came. */
export class Newcomers {
  /** Who came as number `n` stands at `n % newcomersMax`. */
  readonly #ring: Newcomer[] = [];
  #came = 0;
  readonly #records: Records;
  /** Word of a source's record: the number it came as and 1; 0 if it is none. */
  readonly #number: number;
  /** Those to whom no record leads. */
  readonly #apart = new Map<Address, Newcomer>();

  /**
   * @param records Of sources that log in.
   * @param word Reserved in them, and 0 in all.
   */
  constructor(records: Records, word: number) {
    this.#records = records;
    this.#number = word;
  }

  /** The newcomer of the source whose record is open. */
  find(source: Address): Newcomer | undefined {
    const newcomer = this.#ofRecord();
    return newcomer?.source === source ? newcomer : this.findApart(source);
  }

  /** The newcomer of a source that has no record, or not for itself. */
  findApart(source: Address): Newcomer | undefined {
    return this.#apart.size === 0 ? undefined : this.#apart.get(source);
  }

  /** The source whose record is open comes, and is not remembered. */
  add(source: Address, service: string, atMs: number): Newcomer {
    const isApart = this.#ofRecord() !== undefined;
    const newcomer: Newcomer = {
      source,
      isApart,
      service,
      firstMs: atMs,
      lastMs: atMs,
      tries: 0,
      accounts: none,
      evident: false,
      told: false,
      several: false,
      passwords: false,
      clockwork: false,
      fate: "open",
      failedMs: Infinity,
      looked: undefined,
    };
    const place = this.#came++ % newcomersMax;
    const first = this.#ring[place];
    if (first?.isApart) this.#apart.delete(first.source);
    this.#ring[place] = newcomer;
    if (isApart) this.#apart.set(source, newcomer);
    else {
      const { words, at } = this.#records;
      words[at + this.#number] = this.#came;
    }
    return newcomer;
  }

  /** The open record is given up. */
  leave(): void {
    const newcomer = this.#ofRecord();
    if (newcomer === undefined) return;
    newcomer.isApart = true;
    this.#apart.set(newcomer.source, newcomer);
  }

  /** Forgets a newcomer; its source's record is open if it has one. */
  forget(newcomer: Newcomer): void {
    if (newcomer.isApart) this.#apart.delete(newcomer.source);
    else {
      const { words, at } = this.#records;
      words[at + this.#number] = 0;
    }
  }

  /** The next whose wait is over, if there is one. */
  takeDue(wait: Wait, atMs: number): Newcomer | undefined {
    if (wait.next === this.#came) return undefined;
    if (wait.next < this.#came - newcomersMax) {
      wait.next = this.#came - newcomersMax;
    }
    const newcomer = this.#ring[wait.next % newcomersMax];
    if (newcomer === undefined || newcomer.firstMs + wait.waitMs > atMs) {
      return undefined;
    }
    wait.next++;
    return newcomer;
  }

  /** Whom the open record leads to, if that one is remembered. */
  #ofRecord(): Newcomer | undefined {
    const { words, at } = this.#records;
    const number = (words[at + this.#number] ?? 0) - 1;
    return number < 0 || number < this.#came - newcomersMax
      ? undefined
      : this.#ring[number % newcomersMax];
  }
}

/** Before the first; never written to. */
const none: string[] = [];
