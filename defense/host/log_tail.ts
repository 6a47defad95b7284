/**
 * Follows one log file through appends, rotation (renamed and made anew) and
 * truncation (copied and cut to nothing), as `tail -F` does, woken by the
 * kernel's own notice (inotify) so that a line is read a fraction of a
 * millisecond after it was written. A slow look once a second covers file
 * systems that send no notices and files that do not exist yet.
 *
 * What a line means is the parsers' question.
 *
 * @module
 */
import { basename, dirname } from "node:path";

/** A longer line is cut off here, dropped and counted. */
export const lineBytesMax = 16_384;
/** How often to look without a notice. Our choice: rotation is a rare event. */
const lookAgainMs = 1_000;
/** Bytes taken from the file at a time. */
const chunkBytes = 65_536;

/** A file being followed. */
export interface LogTail {
  readonly path: string;
  /** Counters since the start. */
  readonly counters: {
    lines: number;
    overlong: number;
    rotations: number;
    truncations: number;
  };
  /** Why the file cannot be read right now, if so. */
  trouble(): string | undefined;
  stop(): void;
}

/**
 * Follows `path` from its present end, or from its beginning if it appears
 * later.
 *
 * @param onLines Called with the complete lines of each read, in order,
 *   decoded as UTF-8, without line ends. It must not block.
 */
export function followLog(
  path: string,
  onLines: (lines: readonly string[]) => void,
): LogTail {
  const counters = { lines: 0, overlong: 0, rotations: 0, truncations: 0 };
  const chunk = new Uint8Array(chunkBytes);
  let file: Deno.FsFile | undefined;
  let inode: number | null = null;
  let offset = 0;
  let partial = new Uint8Array(0);
  let skipping = false;
  let trouble: string | undefined;

  const open = (fromEnd: boolean): void => {
    try {
      file = Deno.openSync(path, { read: true });
      const { ino, size } = file.statSync();
      inode = ino;
      offset = fromEnd ? size : 0;
      if (offset > 0) file.seekSync(offset, Deno.SeekMode.Start);
      partial = new Uint8Array(0);
      skipping = false;
      trouble = undefined;
    } catch (cause) {
      file = undefined;
      trouble = cause instanceof Error ? cause.message : String(cause);
    }
  };

  /** Reads to the end of the open file and hands on the complete lines. */
  const drain = (): void => {
    if (!file) return;
    const lines: string[] = [];
    for (;;) {
      const count = file.readSync(chunk);
      if (count === null || count === 0) break;
      offset += count;
      takeLines(chunk.subarray(0, count), lines);
    }
    if (lines.length > 0) {
      counters.lines += lines.length;
      onLines(lines);
    }
  };

  const decoder = new TextDecoder();
  const takeLines = (bytes: Uint8Array, lines: string[]): void => {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, start);
      if (end < 0) break;
      const tail = bytes.subarray(start, end);
      start = end + 1;
      if (skipping) {
        skipping = false;
        continue;
      }
      if (partial.length + tail.length > lineBytesMax) {
        counters.overlong++;
        partial = new Uint8Array(0);
        continue;
      }
      const whole = partial.length === 0 ? tail : joined(partial, tail);
      partial = new Uint8Array(0);
      lines.push(decoder.decode(whole));
    }
    if (skipping || start >= bytes.length) return;
    const rest = bytes.subarray(start);
    if (partial.length + rest.length > lineBytesMax) {
      counters.overlong++;
      partial = new Uint8Array(0);
      skipping = true;
    } else {
      partial = joined(partial, rest);
    }
  };

  /** Looks whether the name still means the file we read, then reads on. */
  const look = (): void => {
    if (!file) {
      open(false);
      drain();
      return;
    }
    let now: Deno.FileInfo | undefined;
    try {
      now = Deno.statSync(path);
    } catch {
      // Moved away and not made anew yet: the old file may still grow.
    }
    drain();
    if (now === undefined) return;
    if (now.ino !== inode) {
      counters.rotations++;
      file.close();
      open(false);
      drain();
    } else if (now.size < offset) {
      counters.truncations++;
      offset = 0;
      partial = new Uint8Array(0);
      file.seekSync(0, Deno.SeekMode.Start);
      drain();
    }
  };

  open(true);
  const name = basename(path);
  let watcher: Deno.FsWatcher | undefined;
  try {
    watcher = Deno.watchFs(dirname(path), { recursive: false });
    const watching = watcher;
    (async () => {
      for await (const event of watching) {
        if (event.kind === "access") continue;
        if (!event.paths.some((changed) => basename(changed) === name)) {
          continue;
        }
        if (event.kind === "modify") drain();
        look();
      }
    })().catch((cause) => trouble = String(cause));
  } catch (cause) {
    trouble ??= cause instanceof Error ? cause.message : String(cause);
  }
  const timer = setInterval(look, lookAgainMs);

  return {
    path,
    counters,
    trouble: () => trouble,
    stop: () => {
      clearInterval(timer);
      watcher?.close();
      file?.close();
      file = undefined;
    },
  };
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
