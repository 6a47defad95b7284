/**
 * The newcomers that a site remembers, in the order in which they came, so
 * that each can be looked at again after several waits.
 *
 * A newcomer is found by the slot in which the keeper of the sources holds its
 * source, without another look-up. Where no slot leads to it, because the keeper
 * forgot the source or holds several in one slot, it is found by address.
 *
 * Bound: `newcomersMax` newcomers; the one that came first is forgotten, and
 * goes unseen by the waits that are not over.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { noSlot } from "../recent_slots.ts";
import type { Look } from "./campaign_profile.ts";

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
  /** Where it is found; `noSlot` if by address. */
  slot: number;
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
  readonly #bySlot: (Newcomer | undefined)[] = [];
  /** Those to whom no slot leads. */
  readonly #apart = new Map<Address, Newcomer>();

  /** The newcomer of a source. */
  find(source: Address, slot: number): Newcomer | undefined {
    const newcomer = this.#bySlot[slot];
    if (newcomer?.source === source) return newcomer;
    return this.#apart.size === 0 ? undefined : this.#apart.get(source);
  }

  /** A source comes that is not remembered. */
  add(source: Address, slot: number, service: string, atMs: number): Newcomer {
    // Without holes, whoever came before and is no newcomer.
    while (this.#bySlot.length <= slot) this.#bySlot.push(undefined);
    const isApart = slot === noSlot || this.#bySlot[slot] !== undefined;
    const newcomer: Newcomer = {
      source,
      slot: isApart ? noSlot : slot,
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
    if (first !== undefined) this.#forget(first);
    this.#ring[place] = newcomer;
    if (isApart) this.#apart.set(source, newcomer);
    else this.#bySlot[slot] = newcomer;
    return newcomer;
  }

  /** The keeper of the sources forgets the one in a slot. */
  leave(slot: number): void {
    const newcomer = this.#bySlot[slot];
    if (newcomer === undefined) return;
    this.#bySlot[slot] = undefined;
    newcomer.slot = noSlot;
    this.#apart.set(newcomer.source, newcomer);
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

  #forget({ source, slot }: Newcomer): void {
    if (slot === noSlot) this.#apart.delete(source);
    else this.#bySlot[slot] = undefined;
  }
}

/** Before the first; never written to. */
const none: string[] = [];
