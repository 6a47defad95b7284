/**
 * Puts the segments of one direction of a TCP connection in order (RFC 9293,
 * section 3.4): what was sent twice is passed on once, what overtook others
 * waits for them.
 *
 * Bound: `heldBytesMax` bytes wait at a time. When more would have to wait, a
 * segment is missing from the capture: reading goes on behind the gap, and
 * the reader is told, since what it holds is torn.
 *
 * @module
 */

/** Bytes that wait for a missing segment. */
export const heldBytesMax = 8_192;

/** Takes bytes in order. */
export interface OrderedSink {
  /** These follow the last ones. */
  bytes(bytes: Uint8Array, start: number, end: number): void;
  /** Some are missing before the next ones. */
  gap(): void;
}

interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** One direction. */
export class SegmentOrder {
  #expected: number | undefined;
  #held: Held[] = [];
  #heldBytes = 0;

  /** Takes a segment's payload; `bytes` may change after the call. */
  push(
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    sink: OrderedSink,
  ): void {
    if (end <= start) return;
    this.#expected ??= sequence;
    const ahead = sequence - this.#expected | 0;
    if (ahead > 0) {
      this.#hold(sequence, bytes.slice(start, end), sink);
      return;
    }
    this.#pass(sequence, bytes, start, end, sink);
    this.#release(sink);
  }

  #pass(
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    sink: OrderedSink,
  ): void {
    const known = (this.#expected ?? sequence) - sequence | 0;
    if (known >= end - start) return;
    this.#expected = sequence + (end - start) >>> 0;
    sink.bytes(bytes, start + known, end);
  }

  #hold(sequence: number, bytes: Uint8Array, sink: OrderedSink): void {
    if (this.#heldBytes + bytes.length <= heldBytesMax) {
      this.#held.push({ sequence, bytes });
      this.#heldBytes += bytes.length;
      return;
    }
    // The missing one does not come any more: go on behind each gap.
    const waiting = [...this.#held, { sequence, bytes }]
      .sort((a, b) => a.sequence - b.sequence | 0);
    this.#held = [];
    this.#heldBytes = 0;
    for (const { sequence, bytes } of waiting) {
      if ((sequence - (this.#expected ?? sequence) | 0) > 0) {
        sink.gap();
        this.#expected = sequence;
      }
      this.#pass(sequence, bytes, 0, bytes.length, sink);
    }
  }

  #release(sink: OrderedSink): void {
    for (;;) {
      const at = this.#held.findIndex(({ sequence }) =>
        (sequence - (this.#expected ?? sequence) | 0) <= 0
      );
      const [next] = at < 0 ? [] : this.#held.splice(at, 1);
      if (next === undefined) return;
      this.#heldBytes -= next.bytes.length;
      this.#pass(next.sequence, next.bytes, 0, next.bytes.length, sink);
    }
  }
}
