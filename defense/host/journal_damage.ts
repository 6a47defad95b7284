/**
 * A journal whose file cannot be trusted any more: how to tell, and where to
 * put it so that a new one can begin and the old one can still be examined.
 *
 * @module
 */
import { basename, dirname } from "node:path";

/** Damaged journals kept beside the new one, the newest. */
export const asideMax = 3;
/** `SQLITE_CORRUPT` and `SQLITE_NOTADB` (sqlite.org/rescode.html). */
const damageCodes: ReadonlySet<number> = new Set([11, 26]);
/** The file itself and what SQLite keeps beside it. */
const companions = ["", "-wal", "-shm"] as const;

/** The chain does not hold, although SQLite can read the file. */
export class DamageError extends Error {
  /** Stable name of the class. */
  override readonly name = "DamageError";
}

/** Whether an error means that the file is damaged, not that the disk is full. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamageError) return true;
  if (!(error instanceof Error)) return false;
  // `exec` gives no `errcode` (Deno 2.6 and 2.9), only SQLite's own words.
  const { errcode } = error as { errcode?: unknown };
  return (typeof errcode === "number" && damageCodes.has(errcode & 0xff)) ||
    /not a database|malformed|already exists|no such (table|column)|has \d+ columns/
      .test(error.message);
}

/**
 * Renames a journal and its companions, and removes the oldest of those
 * renamed before if there are more than {@linkcode asideMax}.
 *
 * @param atMs Wall clock milliseconds, for the new name.
 * @returns The new name.
 * @throws {Error} If the directory does not let us.
 */
export function moveAside(path: string, atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace(/[:.]/g, "-");
  const to = `${path}.damaged-${stamp}`;
  for (const suffix of companions) {
    ifThere(() => Deno.renameSync(path + suffix, to + suffix));
  }
  const prefix = `${basename(path)}.damaged-`;
  const aside = [...Deno.readDirSync(dirname(path))]
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .sort();
  for (const name of aside.slice(0, -asideMax)) {
    for (const suffix of companions) {
      ifThere(() => Deno.removeSync(`${dirname(path)}/${name}${suffix}`));
    }
  }
  return to;
}

function ifThere(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
