/**
 * Cutting link messages into the records of consecutive cells, and putting
 * them together again.
 *
 * Short messages travel whole and go first; a long one fills the room that
 * they leave, and gets the first place in one cell of four, so neither starves
 * the other. At most one long message is under way per link and direction.
 *
 * Bounds: the reassembler holds at most `linkMessageBytesMax` bytes. A longer
 * message is dropped as a whole and counted.
 *
 * @module
 */
import { linkMessageBytesMax } from "../limits.ts";
import { type CellRecord, CellWriter } from "./cell.ts";

/** A long message has the first place in one cell of this many. Our choice. */
const longFirstEvery = 4;

/** Where messages wait for room: `traffic/send_queue.ts` or a test. */
export interface MessageSource {
  /** A new cell begins. */
  beginCell(): void;
  /** The best message of at most `bytesMax` bytes. */
  takeWhole(bytesMax: number): Uint8Array | undefined;
  /** The best message that is too long for one record. */
  takeLong(): Uint8Array | undefined;
}

/** Fills cells from a source. */
export class Cutter {
  readonly #source: MessageSource;
  #long: Uint8Array | undefined;
  #cellsSinceLongFirst = 0;

  constructor(source: MessageSource) {
    this.#source = source;
  }

  /** Whether a long message is under way. */
  get busy(): boolean {
    return this.#long !== undefined;
  }

  /**
   * The plaintext of the next cell; all zeros when nothing waits.
   *
   * @param first A short message that must be in this very cell.
   */
  fill(first?: Uint8Array): Uint8Array {
    const cell = new CellWriter();
    this.#source.beginCell();
    if (first) cell.add("whole", first);
    if (++this.#cellsSinceLongFirst >= longFirstEvery) {
      this.#cellsSinceLongFirst = 0;
      this.#addPiece(cell);
    }
    while (cell.room > 0) {
      const message = this.#source.takeWhole(cell.room);
      if (!message) break;
      cell.add("whole", message);
    }
    while (cell.room > 0 && this.#addPiece(cell));
    return cell.plaintext;
  }

  /** Whether there was a long message to take a piece of. */
  #addPiece(cell: CellWriter): boolean {
    if (cell.room === 0) return false;
    const long = this.#long ?? this.#source.takeLong();
    if (!long) return false;
    const piece = long.subarray(0, cell.room);
    const rest = long.subarray(piece.length);
    cell.add(rest.length === 0 ? "last_piece" : "piece", piece);
    this.#long = rest.length === 0 ? undefined : rest;
    return true;
  }
}

/** Puts the records of a link's cells together, in order of arrival. */
export class Reassembler {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** True while the rest of a message that grew too long goes by. */
  #dropping = false;
  /** Messages dropped because they were longer than `linkMessageBytesMax`. */
  oversized = 0;

  /** Bytes held for the message under way. */
  get heldBytes(): number {
    return this.#bytes;
  }

  /** The messages that these records complete; own copies, not views. */
  accept(records: readonly CellRecord[]): Uint8Array[] {
    const messages: Uint8Array[] = [];
    for (const { kind, bytes } of records) {
      if (kind === "whole") {
        messages.push(bytes.slice());
        continue;
      }
      this.#addPiece(bytes);
      if (kind === "piece") continue;
      if (!this.#dropping) messages.push(this.#joined());
      this.#reset();
    }
    return messages;
  }

  #addPiece(bytes: Uint8Array): void {
    if (this.#dropping) return;
    if (this.#bytes + bytes.length > linkMessageBytesMax) {
      this.#reset();
      this.#dropping = true;
      this.oversized++;
      return;
    }
    this.#pieces.push(bytes.slice());
    this.#bytes += bytes.length;
  }

  #joined(): Uint8Array {
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #reset(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#dropping = false;
  }
}
