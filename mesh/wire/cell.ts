/**
 * What a cell carries: 496 bytes of plaintext, cut into records, padded with
 * zeros to the end, so that every cell on the wire is `cellBytes` long whether
 * it says something or nothing.
 *
 * | offset | size | meaning                                              |
 * | ------ | ---- | ---------------------------------------------------- |
 * | 0      | 2    | record head: see below; zero = padding until the end |
 * | 2      | n    | record bytes                                         |
 * | 2 + n  | 2    | next record head, and so on                          |
 *
 * Record head, big-endian:
 *
 * | bits | meaning                                                   |
 * | ---- | --------------------------------------------------------- |
 * | 15   | more: the long message under way goes on in another record |
 * | 14   | piece: part of the long message under way                 |
 * | 0–13 | n, the length                                             |
 *
 * A record without the piece bit is a whole short message, so a short alert
 * overtakes a long roster transfer. What a message means is
 * `link_message.ts`'s question; sealing is `link.ts`'s.
 *
 * @module
 */
import { cellPlaintextBytes } from "../limits.ts";

/** Bytes in front of each record. */
export const recordHeadBytes = 2;
/** The longest message that travels as one record. */
export const wholeRecordBytesMax = cellPlaintextBytes - recordHeadBytes;

const moreBit = 0x8000;
const pieceBit = 0x4000;
const lengthMask = 0x3fff;

/** A whole message, a piece with more to come, or the last piece. */
export type RecordKind = "whole" | "piece" | "last_piece";

const heads: Readonly<Record<RecordKind, number>> = {
  whole: 0,
  piece: moreBit | pieceBit,
  last_piece: pieceBit,
};

/** One record of a cell. */
export interface CellRecord {
  readonly kind: RecordKind;
  readonly bytes: Uint8Array;
}

/** Puts records into one cell's plaintext. */
export class CellWriter {
  /** Zeros from the start: what is not written is padding. */
  readonly plaintext = new Uint8Array(cellPlaintextBytes);
  #at = 0;

  /** The longest record that still fits; 0 if none does. */
  get room(): number {
    return Math.max(0, cellPlaintextBytes - this.#at - recordHeadBytes);
  }

  /** @throws {RangeError} If `bytes` is empty or longer than `room`. */
  add(kind: RecordKind, bytes: Uint8Array): void {
    if (bytes.length === 0 || bytes.length > this.room) {
      throw new RangeError(
        `Cannot add record: ${bytes.length} bytes, room for 1 to ${this.room}`,
      );
    }
    const head = heads[kind] | bytes.length;
    this.plaintext[this.#at] = head >> 8;
    this.plaintext[this.#at + 1] = head & 0xff;
    this.plaintext.set(bytes, this.#at + recordHeadBytes);
    this.#at += recordHeadBytes + bytes.length;
  }
}

/**
 * Reads the plaintext of a cell that a peer sealed.
 *
 * @returns Its records, none for a dummy; undefined if the layout is broken.
 * The records are views into `plaintext`.
 */
export function readCell(plaintext: Uint8Array): CellRecord[] | undefined {
  if (plaintext.length !== cellPlaintextBytes) return undefined;
  const records: CellRecord[] = [];
  let at = 0;
  while (at + recordHeadBytes <= plaintext.length) {
    const head = (plaintext[at]! << 8) | plaintext[at + 1]!;
    if (head === 0) return records;
    const length = head & lengthMask;
    const start = at + recordHeadBytes;
    const more = (head & moreBit) !== 0;
    const piece = (head & pieceBit) !== 0;
    if (length === 0 || start + length > plaintext.length) return undefined;
    if (more && !piece) return undefined;
    const kind = !piece ? "whole" : more ? "piece" : "last_piece";
    records.push({ kind, bytes: plaintext.subarray(start, start + length) });
    at = start + length;
  }
  return records;
}
