/**
 * Bytes that arrived but were not read yet, for readers of formats whose
 * records do not end where chunks end. The reader takes whole records and
 * bounds their size; what is left over is thereby bounded too.
 *
 * @module
 */

/** A window on the bytes that wait. */
export class ByteQueue {
  /** All bytes that wait stand in here, from `start` on. */
  bytes: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  start = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.bytes.length - this.start;
  }

  /** Adds bytes; the caller must not change them afterwards. */
  push(chunk: Uint8Array): void {
    if (this.length === 0) {
      this.bytes = chunk;
      this.start = 0;
      return;
    }
    const joined = new Uint8Array(this.length + chunk.length);
    joined.set(this.bytes.subarray(this.start));
    joined.set(chunk, this.bytes.length - this.start);
    this.bytes = joined;
    this.start = 0;
  }

  /** Throws away up to `count` bytes; returns how many there were. */
  drop(count: number): number {
    const dropped = Math.min(count, this.length);
    this.start += dropped;
    return dropped;
  }

  /** The byte `at` places behind the first that waits. */
  byte(at: number): number {
    return this.bytes[this.start + at] ?? 0;
  }

  u16(at: number, littleEndian: boolean): number {
    return littleEndian
      ? this.byte(at) | this.byte(at + 1) << 8
      : this.byte(at) << 8 | this.byte(at + 1);
  }

  u32(at: number, littleEndian: boolean): number {
    return (littleEndian
      ? this.u16(at, true) | this.u16(at + 2, true) << 16
      : this.u16(at, false) << 16 | this.u16(at + 2, false)) >>> 0;
  }
}
