/**
 * Follows one log file through appends, rotation (renamed and made anew) and
 * truncation (copied and cut to nothing), as `tail -F` does, woken by the
 * kernel's own notice (inotify) so that a line is read a fraction of a
 * millisecond after it was written. A slow look once a second covers file
 * systems that send no notices and files that do not exist yet.
 *
 * A renamed file is read on until it was silent for `lingerMs`, since programs
 * write to it until they are told to open the new one. With the places of a
 * former run it goes on where that run was (`log_resume.ts`).
 *
 * What a line means is the parsers' question.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { type FilePlace, filesMax } from "./log_place.ts";
import { findPlaces } from "./log_resume.ts";
import { TailedFile, type TailStart } from "./tailed_file.ts";

export { lineBytesMax } from "./tailed_file.ts";

/** How often to look without a notice. Our choice: rotation is a rare event. */
const lookAgainMs = 1_000;
/** How long a renamed file is read on. Our choice; logrotate waits a second or two. */
const lingerMs = 30_000;

/** A file being followed. */
export interface LogTail {
  readonly path: string;
  /** Counters since the start. */
  readonly counters: {
    lines: number;
    overlong: number;
    rotations: number;
    truncations: number;
    /** Files that were gone before they were read to their end. */
    gaps: number;
  };
  /** Why the file cannot be read right now, if so. */
  trouble(): string | undefined;
  stop(): void;
}

/** How to follow, and from where. */
export interface FollowOptions {
  /** Where a former run was; none: it begins at the end. */
  readonly places?: readonly FilePlace[];
  /** Called when what was handed on has been taken. */
  readonly onPlaces?: (places: readonly FilePlace[]) => void;
}

/**
 * Follows `path` from where `places` say, else from its present end, or from
 * its beginning if it appears later.
 *
 * @param onLines Called with the complete lines of each read, in order,
 *   decoded as UTF-8, without line ends. It must not block. `isLate` while
 *   what was written before the start is made up for.
 */
export function followLog(
  path: string,
  onLines: (lines: readonly string[], isLate: boolean) => void,
  { places = [], onPlaces }: FollowOptions = {},
): LogTail {
  const counters = {
    lines: 0,
    overlong: 0,
    rotations: 0,
    truncations: 0,
    gaps: 0,
  };
  /** Renamed files, oldest first. */
  let leaving: TailedFile[] = [];
  let present: TailedFile | undefined;
  let isLate = places.length > 0;
  let trouble: string | undefined;
  let soon: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let told = "";

  const open = (
    name: string,
    start: TailStart,
  ): TailedFile | undefined => {
    try {
      const file = new TailedFile(name, start);
      file.grewAtMs = Date.now();
      trouble = undefined;
      return file;
    } catch (cause) {
      trouble = cause instanceof Error ? cause.message : String(cause);
      return undefined;
    }
  };

  const begin = (): void => {
    const known = findPlaces(path, places);
    counters.gaps += known.gaps;
    const files = known.files.flatMap(({ path, start }) =>
      open(path, start) ?? []
    );
    if (known.endsAtPresent) present = files.pop();
    // Read before, but not this one: it began while nobody looked.
    else present = open(path, places.length > 0 ? "beginning" : "end");
    leaving = files;
  };

  /** Hands on what a file has; whether there may be more. */
  const drain = (file: TailedFile): boolean => {
    const lines: string[] = [];
    const { overlong, more } = file.drain(lines, Date.now());
    counters.overlong += overlong;
    if (lines.length > 0) {
      counters.lines += lines.length;
      onLines(lines, isLate);
    }
    return more;
  };

  const tellPlaces = (): void => {
    if (!onPlaces) return;
    const now = [...leaving, ...(present ? [present] : [])]
      .map((file) => file.place());
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    onPlaces(now);
  };

  /** Reads all files on, in their order; goes on later if there is much. */
  const pump = (): void => {
    if (stopped) return;
    if (soon !== undefined) clearTimeout(soon);
    soon = undefined;
    try {
      for (const file of [...leaving, ...(present ? [present] : [])]) {
        if (!drain(file)) continue;
        soon = setTimeout(pump, 0);
        return;
      }
      isLate = false;
    } catch (cause) {
      trouble = cause instanceof Error ? cause.message : String(cause);
    } finally {
      tellPlaces();
    }
  };

  const leave = (file: TailedFile): void => {
    leaving.push(file);
    while (leaving.length > filesMax - 1) leaving.shift()?.close();
  };

  /** Looks whether the name still means the file we read. */
  const look = (): void => {
    if (stopped) return;
    pump();
    if (soon !== undefined) return;
    const nowMs = Date.now();
    const silent = leaving.filter((file) => nowMs - file.grewAtMs > lingerMs);
    for (const file of silent) file.close();
    leaving = leaving.filter((file) => !silent.includes(file));
    try {
      present = presentFile(present);
    } catch {
      // Moved away and not made anew yet: the old file may still grow.
    }
    pump();
  };

  const presentFile = (file: TailedFile | undefined) => {
    if (file === undefined) return open(path, "beginning");
    const { ino } = Deno.statSync(path);
    if (ino !== file.inode) {
      const next = open(path, "beginning");
      if (next === undefined) return file;
      counters.rotations++;
      leave(file);
      return next;
    }
    if (file.isSame()) return file;
    counters.truncations++;
    file.close();
    return open(path, "beginning");
  };

  begin();
  // Not within the call: the caller has yet to take hold of us.
  soon = setTimeout(pump, 0);
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
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      watcher?.close();
      for (const file of leaving) file.close();
      present?.close();
      leaving = [];
      present = undefined;
    },
  };
}
