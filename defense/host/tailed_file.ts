/**
 * One open file of a log: reads what was appended, cuts it into lines, and
 * knows its place. Which file that is, and which comes next, is
 * `log_tail.ts`'s question.
 *
 * Bounds: a line of more than `lineBytesMax` bytes is dropped and counted;
 * `drainBytesMax` bytes are read in one go, so that a large backlog holds up
 * nobody.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { FilePlace } from "./log_place.ts";

/** A longer line is cut off here, dropped and counted. */
export const lineBytesMax = 16_384;
/** Bytes taken from a file in one go. Our choice: some 20 ms of parsing. */
const drainBytesMax = 1_048_576;
/** Bytes taken from the file at a time. */
const chunkBytes = 65_536;
/** Bytes that tell a file from another with its inode. Our choice. */
export const headBytesMax = 256;

const decoder = new TextDecoder();
const chunk = new Uint8Array(chunkBytes);

/** Where to begin. */
export type TailStart =
  | "beginning"
  | "end"
  | { readonly offset: number; readonly skipping: boolean };

/** An open file. */
export class TailedFile {
  readonly inode: number;
  /** When it last grew, on the clock that `drain` is told. */
  grewAtMs = 0;
  readonly #file: Deno.FsFile;
  #head: Uint8Array<ArrayBuffer>;
  #offset = 0;
  #partial: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #skipping = false;

  /** @throws {Error} If the file cannot be read. */
  constructor(path: string, start: TailStart) {
    this.#file = Deno.openSync(path, { read: true });
    const { ino, size } = this.#file.statSync();
    this.inode = ino ?? 0;
    this.#head = readHead(this.#file);
    if (start === "end") {
      this.#offset = size;
      // Whoever is writing a line at this moment: its rest is no line.
      this.#skipping = size > 0 && byteAt(this.#file, size - 1) !== 0x0a;
    } else if (start !== "beginning") {
      this.#offset = start.offset;
      this.#skipping = start.skipping;
    }
    this.#file.seekSync(this.#offset, Deno.SeekMode.Start);
  }

  /** Bytes that were read. */
  get offset(): number {
    return this.#offset;
  }

  /** Where the next line begins. */
  place(): FilePlace {
    return {
      inode: this.inode,
      offset: this.#offset - this.#partial.length,
      head: fingerprint(this.#head),
      headBytes: this.#head.length,
      ...(this.#skipping ? { skipping: true } : {}),
    };
  }

  /** Whether the file is still the one that was opened, and not cut or rewritten. */
  isSame(): boolean {
    const { size } = this.#file.statSync();
    if (size < this.#offset) return false;
    const head = readHead(this.#file);
    this.#file.seekSync(this.#offset, Deno.SeekMode.Start);
    return head.length >= this.#head.length &&
      this.#head.every((byte, index) => byte === head[index]);
  }

  /**
   * Reads on.
   *
   * @param lines Complete lines are added here, decoded as UTF-8.
   * @returns How many lines were too long, and whether there may be more.
   */
  drain(lines: string[], nowMs: number): { overlong: number; more: boolean } {
    let overlong = 0;
    for (let taken = 0; taken < drainBytesMax;) {
      const count = this.#file.readSync(chunk);
      if (count === null || count === 0) return { overlong, more: false };
      this.grewAtMs = nowMs;
      taken += count;
      const bytes = chunk.subarray(0, count);
      if (
        this.#head.length < headBytesMax && this.#head.length === this.#offset
      ) {
        const room = headBytesMax - this.#head.length;
        this.#head = joined(this.#head, bytes.subarray(0, room));
      }
      this.#offset += count;
      overlong += this.#takeLines(bytes, lines);
    }
    return { overlong, more: true };
  }

  close(): void {
    this.#file.close();
  }

  #takeLines(bytes: Uint8Array, lines: string[]): number {
    let overlong = 0;
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, start);
      if (end < 0) break;
      const hasReturn = end > start && bytes[end - 1] === 0x0d;
      const tail = bytes.subarray(start, hasReturn ? end - 1 : end);
      start = end + 1;
      if (this.#skipping) {
        this.#skipping = false;
        continue;
      }
      if (this.#partial.length + tail.length > lineBytesMax) overlong++;
      else {
        lines.push(decoder.decode(
          this.#partial.length === 0 ? tail : joined(this.#partial, tail),
        ));
      }
      this.#partial = new Uint8Array(0);
    }
    if (this.#skipping || start >= bytes.length) return overlong;
    const rest = bytes.subarray(start);
    if (this.#partial.length + rest.length > lineBytesMax) {
      this.#partial = new Uint8Array(0);
      this.#skipping = true;
      return overlong + 1;
    }
    this.#partial = joined(this.#partial, rest);
    return overlong;
  }
}

/** Whether the file at `path` begins as the one at `place` did. */
export function beginsAlike(path: string, place: FilePlace): boolean {
  let file: Deno.FsFile | undefined;
  try {
    file = Deno.openSync(path, { read: true });
    const head = readHead(file).subarray(0, place.headBytes);
    return head.length === place.headBytes && fingerprint(head) === place.head;
  } catch {
    return false;
  } finally {
    file?.close();
  }
}

function fingerprint(head: Uint8Array): string {
  return createHash("sha256").update(head).digest("hex");
}

function readHead(file: Deno.FsFile): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(headBytesMax);
  file.seekSync(0, Deno.SeekMode.Start);
  let length = 0;
  while (length < headBytesMax) {
    const count = file.readSync(head.subarray(length));
    if (count === null || count === 0) break;
    length += count;
  }
  return head.slice(0, length);
}

function byteAt(file: Deno.FsFile, offset: number): number | undefined {
  const byte = new Uint8Array(1);
  file.seekSync(offset, Deno.SeekMode.Start);
  return file.readSync(byte) === 1 ? byte[0] : undefined;
}

function joined(
  first: Uint8Array,
  second: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
