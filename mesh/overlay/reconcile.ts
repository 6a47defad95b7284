/**
 * Set reconciliation on one link: when to compare, and putting together the
 * parts of a comparison.
 *
 * When a link comes up and every `roundCells` cells after that, both ends say
 * what messages they hold (`have`) and the digest of their roster; each then
 * sends what the other lacks. An entry of the roster is named by the first
 * 8 bytes of its SHA-256 (`entryMark`). A collision by chance (2^-37 for 16,384
 * entries) leaves one entry missing on one link until another link brings it;
 * one made on purpose by a member harms only what that member signed.
 *
 * Bounds: `partsItemsMax` items per comparison; a longer one is dropped and
 * counted, the next round starts afresh.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { rosterEntriesMax } from "../limits.ts";

/** Cells sent on a link between two comparisons (design §5: 60 slots). */
export const roundCells = 60;
/**
 * Messages, and roster entries, sent for one comparison at most; the next
 * round brings the rest. Our choice: a quarter of `sendQueueMax` each, so that
 * repair never pushes an alert out.
 */
export const repairsPerRoundMax = 256;
/** Items of one comparison. */
const partsItemsMax = rosterEntriesMax;

const markBytes = 8;

/** The name of a roster entry on a link: 8 bytes. */
export function entryMark(entry: Uint8Array): Uint8Array {
  return sha256(entry).slice(0, markBytes);
}

/** Collects the parts of one comparison. */
export class Parts<Item> {
  #items: Item[] = [];
  /** Comparisons dropped because they were too long. */
  oversized = 0;
  #dropping = false;

  /** All items once the last part is there. */
  add(items: readonly Item[], last: boolean): Item[] | undefined {
    if (this.#items.length + items.length > partsItemsMax && !this.#dropping) {
      this.#dropping = true;
      this.#items = [];
      this.oversized++;
    }
    if (!this.#dropping) this.#items.push(...items);
    if (!last) return undefined;
    const whole = this.#dropping ? undefined : this.#items;
    this.#items = [];
    this.#dropping = false;
    return whole;
  }
}

/** Cuts a comparison into parts; at least one, so that there is a last one. */
export function* cutParts<Item>(
  items: readonly Item[],
  perPartMax: number,
): Generator<{ items: readonly Item[]; last: boolean }> {
  let at = 0;
  do {
    const part = items.slice(at, at + perPartMax);
    at += perPartMax;
    yield { items: part, last: at >= items.length };
  } while (at < items.length);
}

/** The entries whose marks the other end did not name. */
export function entriesMissing(
  entries: readonly Uint8Array[],
  theirMarks: readonly Uint8Array[],
): Uint8Array[] {
  const named = new Set(theirMarks.map((mark) => mark.toHex()));
  return entries.filter((entry) => !named.has(entryMark(entry).toHex()))
    .slice(0, repairsPerRoundMax);
}

/** Counts cells until the next comparison on one link. */
export class RoundClock {
  #cells = 0;

  /** One cell left; whether a comparison is due. */
  cellSent(): boolean {
    this.#cells = (this.#cells + 1) % roundCells;
    return this.#cells === 0;
  }
}
