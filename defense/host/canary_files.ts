/**
 * Canary files: somebody on this host has read, changed, moved or removed a
 * file that nobody needs.
 *
 * Nothing tells a program without rights of its own that another has read a
 * file (inotify as Deno offers it speaks of changes only, fanotify and audit
 * take what this isolate must not have), so the time of the last access
 * is asked for every {@linkcode lookMs}. Linux keeps it as the mount option
 * says: `relatime`, the usual one, notes the first read after a change and
 * then one a day, `strictatime` every one, `noatime` none. A file is armed by
 * changing its time: `touch -m FILE`, which is a touch like any other.
 *
 * Who it was is not known: the touch is held against this host itself, which
 * is never contained, so it is an alert and no more.
 *
 * @module
 */
import { parseAddress } from "../address.ts";
import type { DecoyTouch } from "../observation.ts";
import type { SourceReport } from "./sensor_messages.ts";

/** Our choice: a look is one system call. */
const lookMs = 2_000;
const thisHost = parseAddress("127.0.0.1");

/** Canary files that are being watched. */
export interface CanaryFiles {
  /** One for each file that cannot be watched. */
  reports(): SourceReport[];
  stop(): void;
}

interface Look {
  readonly accessedMs: number;
  /** Of the content; who sets it back changes the next one. */
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly bytes: number;
  readonly inode: number | null;
}

/** What wakes the watch; a test hands in its own. */
export interface Waking {
  /** Calls `wake` again and again until the returned function is called. */
  every(wake: () => void): () => void;
}

const everyLook: Waking = {
  every(wake) {
    const timer = setInterval(wake, lookMs);
    return () => clearInterval(timer);
  },
};

/** Starts looking. */
export function watchCanaryFiles(
  paths: readonly string[],
  onTouch: (touch: DecoyTouch) => void,
  waking: Waking = everyLook,
): CanaryFiles {
  const before = new Map(paths.map((path) => [path, look(path)]));
  const stop = paths.length === 0 ? () => {} : waking.every(() => {
    for (const [path, was] of before) {
      const is = look(path);
      before.set(path, is);
      if (was === undefined || isSame(was, is)) continue;
      onTouch({
        kind: "decoy_touch",
        atMs: Date.now(),
        service: "canary_file",
        source: thisHost,
        handshake: true,
      });
    }
  });
  return {
    reports: () =>
      [...before].filter(([, seen]) => seen === undefined)
        .map(([path]) => ({
          name: path,
          trouble: "the canary file is not there",
          counters: {},
        })),
    stop,
  };
}

function isSame(was: Look, is: Look | undefined): boolean {
  return is !== undefined && is.accessedMs === was.accessedMs &&
    is.modifiedMs === was.modifiedMs && is.changedMs === was.changedMs &&
    is.bytes === was.bytes && is.inode === was.inode;
}

function look(path: string): Look | undefined {
  try {
    const { atime, mtime, ctime, size, ino } = Deno.statSync(path);
    return {
      accessedMs: atime?.getTime() ?? 0,
      modifiedMs: mtime?.getTime() ?? 0,
      changedMs: ctime?.getTime() ?? 0,
      bytes: size,
      inode: ino,
    };
  } catch {
    // Not there, or not ours to see: the report says so.
    return undefined;
  }
}
