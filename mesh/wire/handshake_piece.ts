/**
 * Handshake messages in cells. There are no keys yet, so these cells have a
 * layout of their own, and a message of 1,200 bytes takes three of them:
 *
 * | offset | size | meaning                                               |
 * | ------ | ---- | ----------------------------------------------------- |
 * | 0      | 1    | 0 filler, 1 piece with more to come, 2 last piece     |
 * | 1      | 511  | random bytes, or the next part of the Noise message   |
 *
 * The payload of a message is padded until its last piece is full, so each cell
 * is whole. How long a message is follows from the pattern, not from the peer:
 * both ends know how many pieces must come, and a piece that is missing, one
 * too many or behind a filler ends the handshake before anything is computed.
 *
 * Bound: the collector holds the pieces of one message, at most
 * `handshakeCellsMax`.
 *
 * @module
 */
import { cellBytes } from "../limits.ts";

const fillerKind = 0;
const moreKind = 1;
const lastKind = 2;
/** Bytes of a Noise message in one cell. */
const pieceBytes = cellBytes - 1;

/** How many cells a message of at least `bytesMin` bytes takes. */
export function piecesOf(bytesMin: number): number {
  return Math.ceil(bytesMin / pieceBytes);
}

/** The bytes of a message that fills the cells it takes. */
export function paddedBytes(bytesMin: number): number {
  return piecesOf(bytesMin) * pieceBytes;
}

/**
 * Cuts a message into cells.
 *
 * @throws {RangeError} If it does not fill them.
 */
export function cutMessage(message: Uint8Array): Uint8Array[] {
  if (message.length === 0 || message.length % pieceBytes !== 0) {
    throw new RangeError(
      `Cannot cut handshake message: ${message.length} bytes fill no cells`,
    );
  }
  const count = message.length / pieceBytes;
  return Array.from({ length: count }, (_, index) => {
    const cell = new Uint8Array(cellBytes);
    cell[0] = index === count - 1 ? lastKind : moreKind;
    const start = index * pieceBytes;
    cell.set(message.subarray(start, start + pieceBytes), 1);
    return cell;
  });
}

/** Makes a filler of 512 random bytes. */
export function asFiller(random: Uint8Array): Uint8Array {
  random[0] = fillerKind;
  return random;
}

/** Whether a cell before the keys says nothing. */
export function isFiller(cell: Uint8Array): boolean {
  return cell[0] === fillerKind;
}

/** Puts the pieces of one message together. */
export class PieceCollector {
  readonly #pieces: Uint8Array[] = [];

  /**
   * Takes the next cell of the peer, 512 bytes.
   *
   * @param count Pieces of the message that is due; 0 while none is.
   * @returns The message once it is whole; "waiting" until then; "refused" for
   *   a cell that cannot come now.
   */
  accept(cell: Uint8Array, count: number): Uint8Array | "waiting" | "refused" {
    if (isFiller(cell)) {
      return this.#pieces.length === 0 ? "waiting" : "refused";
    }
    const last = this.#pieces.length === count - 1;
    if (count === 0 || cell[0] !== (last ? lastKind : moreKind)) {
      return "refused";
    }
    this.#pieces.push(cell.slice(1));
    if (!last) return "waiting";
    const message = new Uint8Array(count * pieceBytes);
    for (const [index, piece] of this.#pieces.entries()) {
      message.set(piece, index * pieceBytes);
    }
    this.#pieces.length = 0;
    return message;
  }
}
