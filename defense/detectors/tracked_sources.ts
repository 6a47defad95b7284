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
import { noSlot, RecentSlots } from "../recent_slots.ts";
import { noRecord, type Records } from "./records.ts";

const firstCapacity = 64;

/** Slots of sources, their records and suspicion. */
export class TrackedSources {
  readonly #slots: RecentSlots<Address>;
  readonly #groups: readonly Records[];
  /** Suspicion in nats, then a record of each group, for each slot. */
  #entries: Float64Array;
  readonly #entryWords: number;
  /** Most observations are of the same source as the one before. */
  #lastSource: Address | undefined;
  #lastSlot = noSlot;

  /** @throws {RangeError} If `sourcesMax` is below 1. */
  constructor(sourcesMax: number, groups: readonly Records[]) {
    this.#slots = new RecentSlots(sourcesMax);
    this.#groups = groups;
    this.#entryWords = 1 + groups.length;
    this.#entries = new Float64Array(firstCapacity * this.#entryWords);
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
   * @param forget Told the slot of the source that had to go for it, if one had.
   */
  touch(source: Address, forget?: (slot: number) => void): number {
    let slot = this.find(source);
    if (slot === noSlot) {
      if (this.#slots.isFull) {
        const oldest = this.#slots.dropOldest();
        this.#release(oldest);
        forget?.(oldest);
      }
      slot = this.#add(source);
    }
    this.#slots.use(slot);
    this.#lastSource = source;
    this.#lastSlot = slot;
    return slot;
  }

  /** Forgets the source in a slot. */
  drop(slot: number): void {
    this.#slots.drop(slot);
    this.#release(slot);
  }

  /** Forgets what was gathered of a source, not the source. */
  blank(slot: number): void {
    this.#freeRecords(slot);
    this.#clear(slot);
  }

  /** What others lend, in nats. */
  priorNats(slot: number): number {
    return this.#entries[slot * this.#entryWords] ?? 0;
  }

  /** Lends suspicion in place of what was lent before. */
  lend(slot: number, nats: number): void {
    this.#entries[slot * this.#entryWords] = nats;
  }

  /** Opens the source's record in a group, a new one if it has none. */
  open(slot: number, group: number): void {
    const records = this.#groups[group] as Records;
    const handle = this.#entries[this.#placeOf(slot, group)] ?? noRecord;
    if (handle !== noRecord) return records.open(handle);
    records.create();
    this.keep(slot, group);
  }

  /** The open record is the source's: it may have grown, and moved. */
  keep(slot: number, group: number): void {
    const { handle } = this.#groups[group] as Records;
    this.#entries[this.#placeOf(slot, group)] = handle;
  }

  #add(source: Address): number {
    const slot = this.#slots.add(source);
    const end = (slot + 1) * this.#entryWords;
    if (end > this.#entries.length) {
      const entries = new Float64Array(2 * this.#entries.length);
      entries.set(this.#entries);
      this.#entries = entries;
    }
    this.#clear(slot);
    return slot;
  }

  #release(slot: number): void {
    this.#freeRecords(slot);
    this.#lastSource = undefined;
  }

  #clear(slot: number): void {
    const start = slot * this.#entryWords;
    this.#entries.fill(noRecord, start, start + this.#entryWords);
    this.lend(slot, 0);
  }

  #freeRecords(slot: number): void {
    for (let group = 0; group < this.#groups.length; group++) {
      const handle = this.#entries[this.#placeOf(slot, group)] ?? noRecord;
      if (handle !== noRecord) this.#groups[group]?.free(handle);
    }
  }

  #placeOf(slot: number, group: number): number {
    return slot * this.#entryWords + 1 + group;
  }
}
