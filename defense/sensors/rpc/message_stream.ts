/**
 * Cuts an ordered stream of bytes into messages that say their own length.
 *
 * Bound: the first `keptBytesMax` bytes of a message are kept; the rest, which
 * is the contents of files, is passed over without being held.
 *
 * @module
 */
import type { OrderedSink } from "./segment_order.ts";

/** Bytes of a message that are looked at: names, binds and logins stand before. */
export const keptBytesMax = 4_096;

/** How messages begin. */
export interface Framing {
  /** Bytes that `lengthOf` needs. */
  readonly headerBytes: number;
  /**
   * Length of the whole message, which may be less than a header's;
   * `undefined` if none can begin so.
   */
  lengthOf(header: Uint8Array): number | undefined;
}

/** Messages of one direction. */
export class MessageStream implements OrderedSink {
  readonly #framing: Framing;
  readonly #onMessage: (message: Uint8Array) => void;
  #kept = new Uint8Array(0);
  /** Bytes of the present message that are still to come; -1 if unknown. */
  #left = -1;

  /** @param onMessage Takes a message, cut to `keptBytesMax`. */
  constructor(framing: Framing, onMessage: (message: Uint8Array) => void) {
    this.#framing = framing;
    this.#onMessage = onMessage;
  }

  bytes(bytes: Uint8Array, start: number, end: number): void {
    while (start < end) {
      if (this.#left < 0) {
        const need = this.#framing.headerBytes - this.#kept.length;
        const taken = Math.min(need, end - start);
        this.#keep(bytes, start, start + taken);
        start += taken;
        if (taken < need) return;
        const length = this.#framing.lengthOf(this.#kept);
        if (length === undefined || length < 1) {
          // Not where a message begins. The next segment may be.
          this.gap();
          return;
        }
        if (length < this.#kept.length) {
          // A message without contents; the next one has begun already.
          const next = this.#kept.subarray(length);
          this.gap();
          this.bytes(next, 0, next.length);
          continue;
        }
        this.#left = length - this.#kept.length;
      }
      const taken = Math.min(this.#left, end - start);
      const room = keptBytesMax - this.#kept.length;
      this.#keep(bytes, start, start + Math.min(taken, room));
      start += taken;
      this.#left -= taken;
      if (this.#left > 0) return;
      const message = this.#kept;
      this.gap();
      this.#onMessage(message);
    }
  }

  gap(): void {
    this.#kept = new Uint8Array(0);
    this.#left = -1;
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    const joined = new Uint8Array(this.#kept.length + end - start);
    joined.set(this.#kept);
    joined.set(bytes.subarray(start, end), this.#kept.length);
    this.#kept = joined;
  }
}
