/**
 * The sources that an engine remembers, each with its records and with the
 * suspicion that others lend it.
 *
 * Bound: `sourcesMax` sources; when full, the one that was seen least recently
 * is forgotten. Memory grows with the sources there are, to about 0.6 to 2 KiB
 * each; none of it is an object of its own.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { AddressSlots, noSlot } from "../address_slots.ts";
import { noRecord, type Records } from "./records.ts";

/** Slots of sources, their records and suspicion. */
export class TrackedSources {
  readonly #slots: AddressSlots;
  readonly #groups: readonly Records[];
  /** Suspicion in nats, of the slots that have any. */
  readonly #priorNats = new Map<number, number>();
  /** Most observations are of the same source as the one before. */
  #lastSource: Address | undefined;
  #lastSlot = noSlot;

  /** @throws {RangeError} If `sourcesMax` is below 1. */
  constructor(sourcesMax: number, groups: readonly Records[]) {
    // A word for each group: the source's record in it plus one, 0 for none.
    this.#slots = new AddressSlots(sourcesMax, groups.length);
    this.#groups = groups;
  }

  /** Sources at present. */
  get size(): number {
    return this.#slots.size;
  }

  /** The slot of a source, or `noSlot`; looks without using. */
  find(source: Address): number {
    return source === this.#lastSource
      ? this.#lastSlot
      : this.#slots.find(source);
  }

  /**
   * The slot of a source, a new one if it has none, and now the most recent.
   *
   * @param forget Told the slot of the source that has to go for it, if one has.
   */
  touch(source: Address, forget?: (slot: number) => void): number {
    let slot = this.find(source);
    if (slot === noSlot) {
      if (this.#slots.isFull) {
        const { oldest } = this.#slots;
        forget?.(oldest);
        this.drop(oldest);
      }
      slot = this.#slots.add(source);
    }
    this.#slots.use(slot);
    this.#lastSource = source;
    this.#lastSlot = slot;
    return slot;
  }

  /** Forgets the source in a slot. */
  drop(slot: number): void {
    this.blank(slot);
    this.#slots.drop(slot);
    this.#lastSource = undefined;
  }

  /** Forgets what was gathered of a source, not the source. */
  blank(slot: number): void {
    this.#priorNats.delete(slot);
    for (let group = 0; group < this.#groups.length; group++) {
      const handle = this.#recordOf(slot, group);
      if (handle !== noRecord) this.#groups[group]?.free(handle);
      this.#slots.setWord(slot, group, 0);
    }
  }

  /** What others lend, in nats. */
  priorNats(slot: number): number {
    if (this.#priorNats.size === 0) return 0;
    return this.#priorNats.get(slot) ?? 0;
  }

  /** Lends suspicion in place of what was lent before. */
  lend(slot: number, nats: number): void {
    if (nats > 0) this.#priorNats.set(slot, nats);
    else this.#priorNats.delete(slot);
  }

  /** Opens the source's record in a group; returns whether it has one. */
  openKnown(slot: number, group: number): boolean {
    const handle = this.#recordOf(slot, group);
    if (handle !== noRecord) this.#groups[group]?.open(handle);
    return handle !== noRecord;
  }

  /** Opens the source's record in a group, a new one if it has none. */
  open(slot: number, group: number): void {
    if (this.openKnown(slot, group)) return;
    this.#groups[group]?.create();
    this.keep(slot, group);
  }

  /** The open record is the source's: it may have grown, and moved. */
  keep(slot: number, group: number): void {
    const handle = this.#groups[group]?.handle ?? noRecord;
    this.#slots.setWord(slot, group, handle + 1);
  }

  #recordOf(slot: number, group: number): number {
    return this.#slots.word(slot, group) - 1;
  }
}
