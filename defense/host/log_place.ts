/**
 * How far a log was read, so that a restarted agent goes on where it was: for
 * a file the inode, the offset behind the last whole line and a fingerprint of
 * its beginning (inodes are given anew, names change with rotation); for the
 * journal systemd's own cursor.
 *
 * The sensors isolate writes nothing, so it tells main, and main keeps the
 * places in one file of the state directory, replaced as a whole. `kill -9`
 * between what a line set off and its place makes the line count again; that
 * gap is the time of one write.
 *
 * @module
 */
/** How far one file was read. */
export interface FilePlace {
  /** Inode. */
  readonly inode: number;
  /** Bytes up to the end of the last whole line. */
  readonly offset: number;
  /** SHA-256 of the first `headBytes` bytes, hexadecimal. */
  readonly head: string;
  /** At most 256. */
  readonly headBytes: number;
  /** The line at `offset` is too long, and its beginning was dropped. */
  readonly skipping?: boolean;
}

/** How far one source was read. */
export interface LogPlace {
  /** Path of the log, `journal`, or one of these behind a filter's name. */
  readonly source: string;
  /** Wall clock milliseconds of the last whole line. */
  readonly atMs: number;
  /** Files being finished after rotation, oldest first, then the present one. */
  readonly files?: readonly FilePlace[];
  /** Of the last record of the journal. */
  readonly cursor?: string;
}

/** Where to begin, and whom to tell how far it went. */
export interface PlaceKeeping {
  /** Where a former run was. */
  readonly place?: LogPlace | undefined;
  /** Called when what was read has been taken. */
  readonly onPlace: (place: LogPlace) => void;
}

/** Sources whose places are kept; further ones begin at the end. */
export const placesMax = 64;
/** Files of one source: those being finished, and the present one. */
export const filesMax = 16;
const cursorLengthMax = 512;
const sourceLengthMax = 4_352;
const textLengthMax = 262_144;

/**
 * Reads the places that were kept. A file that is absent, or that is not as we
 * wrote it, keeps nothing: logs are then read from their ends.
 */
export function loadPlaces(path: string): LogPlace[] {
  let parsed: unknown;
  try {
    const text = Deno.readTextFileSync(path);
    if (text.length > textLengthMax) return [];
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(parsed)) return [];
  return parsed.slice(0, placesMax).filter(isPlace);
}

/** What {@linkcode savePlaces} writes, for a program that gives up the rest. */
export function placesPaths(path: string): string[] {
  return [path, `${path}.new`];
}

/**
 * Keeps places, readable by their owner alone.
 *
 * @throws {Error} If the directory cannot be written.
 */
export function savePlaces(path: string, places: readonly LogPlace[]): void {
  const [, fresh = ""] = placesPaths(path);
  Deno.writeTextFileSync(fresh, JSON.stringify(places.slice(0, placesMax)), {
    mode: 0o600,
  });
  Deno.renameSync(fresh, path);
}

function isPlace(value: unknown): value is LogPlace {
  if (typeof value !== "object" || value === null) return false;
  const { source, atMs, files, cursor } = value as Record<string, unknown>;
  return typeof source === "string" && source.length <= sourceLengthMax &&
    typeof atMs === "number" && Number.isFinite(atMs) &&
    (files === undefined ||
      Array.isArray(files) && files.length <= filesMax &&
        files.every(isFilePlace)) &&
    (cursor === undefined ||
      typeof cursor === "string" && cursor.length <= cursorLengthMax &&
        /^[\w=;+-]+$/.test(cursor));
}

function isFilePlace(value: unknown): value is FilePlace {
  if (typeof value !== "object" || value === null) return false;
  const { inode, offset, head, headBytes, skipping } = value as Record<
    string,
    unknown
  >;
  return isCount(inode) && isCount(offset) && isCount(headBytes) &&
    headBytes <= 256 && typeof head === "string" &&
    /^[0-9a-f]{64}$/.test(head) &&
    (skipping === undefined || typeof skipping === "boolean");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
