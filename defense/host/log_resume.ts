/**
 * Finds the files that a log was read from before a restart, under whatever
 * names rotation has left them: renamed, once or several times, or copied and
 * cut to nothing. What was written meanwhile is read in its order: the rest of
 * the old file, files that came and went in between, then the present one.
 *
 * Bounds: `siblingsMax` names are looked at. A file that was compressed or
 * removed is lost, which is counted; of a file that grew by more than
 * `backlogBytesMax` only the end is read.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { type FilePlace, filesMax } from "./log_place.ts";
import { beginsAlike, type TailStart } from "./tailed_file.ts";

/** Names of one log that are looked at, the latest first. */
const siblingsMax = 64;
/** What happened longer ago than this much text is no news. Our choice. */
const backlogBytesMax = 64 * 1_048_576;
const compressed = /\.(?:gz|xz|bz2|zst|lz4)$/;

/** A file to read, and from where. */
export interface ResumedFile {
  readonly path: string;
  readonly start: TailStart;
}

/** What to read, oldest first. */
export interface Resumption {
  /** The present file is not among them if it was not read before. */
  readonly files: readonly ResumedFile[];
  /** Whether the last of `files` is the one that has the log's name now. */
  readonly endsAtPresent: boolean;
  /** Places whose file is gone: lines may be lost. */
  readonly gaps: number;
}

interface Sibling {
  readonly path: string;
  readonly inode: number;
  readonly size: number;
  readonly changedMs: number;
}

/** Finds what `places` speak of. */
export function findPlaces(
  path: string,
  places: readonly FilePlace[],
): Resumption {
  const siblings = siblingsOf(path);
  const found: (ResumedFile & { sibling: Sibling })[] = [];
  let gaps = 0;
  for (const place of places) {
    const sibling = siblings.find((one) => isFileOf(one, place));
    if (sibling === undefined) gaps++;
    else if (!found.some((one) => one.sibling === sibling)) {
      found.push({
        path: sibling.path,
        start: startAt(place, sibling.size),
        sibling,
      });
    }
  }
  const last = found.at(-1);
  if (last?.path === path) {
    return { files: found, endsAtPresent: true, gaps };
  }
  // Without the old file nobody knows which others are older still.
  const between = last === undefined ? [] : siblings
    .filter((one) =>
      one.path !== path && one.changedMs > last.sibling.changedMs &&
      !found.some(({ sibling }) => sibling === one)
    )
    .sort((a, b) => a.changedMs - b.changedMs)
    .slice(-(filesMax - found.length - 1))
    .map(({ path }): ResumedFile => ({ path, start: "beginning" }));
  return { files: [...found, ...between], endsAtPresent: false, gaps };
}

/** The log's own file and those named after it: `auth.log.1`, `auth.log-2026…`. */
function siblingsOf(path: string): Sibling[] {
  const directory = dirname(path);
  const name = basename(path);
  const found: Sibling[] = [];
  try {
    for (const entry of Deno.readDirSync(directory)) {
      const isOwn = entry.name === name ||
        (entry.name.startsWith(name) &&
          /^[.-]/.test(entry.name.slice(name.length)));
      if (!isOwn || entry.isDirectory || compressed.test(entry.name)) continue;
      // Its own name as it was given: `./auth.log` is not another file.
      const each = entry.name === name ? path : join(directory, entry.name);
      try {
        const { ino, size, mtime, isFile } = Deno.statSync(each);
        if (!isFile) continue;
        found.push({
          path: each,
          inode: ino ?? 0,
          size,
          changedMs: mtime?.getTime() ?? 0,
        });
      } catch {
        // Rotated away between the two calls.
      }
    }
  } catch {
    return [];
  }
  return found.sort((a, b) => b.changedMs - a.changedMs).slice(0, siblingsMax);
}

/** The same inode with the same beginning, or a copy of it. */
function isFileOf(sibling: Sibling, place: FilePlace): boolean {
  if (sibling.size < place.offset) return false;
  if (sibling.inode !== place.inode && place.headBytes === 0) return false;
  return beginsAlike(sibling.path, place);
}

function startAt(place: FilePlace, size: number): TailStart {
  const { offset, skipping = false } = place;
  return size - offset <= backlogBytesMax
    ? { offset, skipping }
    : { offset: size - backlogBytesMax, skipping: true };
}
