/**
 * Files that only their owner may read, replaced whole or not at all: written
 * beside, flushed, renamed over, and the directory flushed after (so that a
 * crash leaves the old file or the new one, never a mixture). What is inside
 * is `state_format.ts`'s question.
 *
 * Bounds: a file is at most `privateFileBytesMax`; one temporary file per name
 * can be left behind by a crash and is replaced by the next write.
 *
 * @module
 */
import { StateError } from "./state_error.ts";

/** Longest file read: a full roster of 16,384 entries of 1 KiB, twice. */
export const privateFileBytesMax = 32 * 1_048_576;

/**
 * Makes `directory` (mode 0700) where it is missing and checks that it is
 * private.
 *
 * @param uid User id that must own it; `null` where files have no owner.
 * @throws {StateError} `too_open`, `not_ours`, `unreadable`, `unwritable`.
 */
export async function openPrivateDirectory(
  directory: string,
  uid: number | null,
): Promise<void> {
  try {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) {
      throw writeFailure("open", directory, cause);
    }
  }
  const info = await Deno.lstat(directory).catch((cause) => {
    throw readFailure("open", directory, cause);
  });
  if (!info.isDirectory) {
    throw new StateError("unreadable", {
      attempt: "open",
      file: directory,
      what: "not a directory",
      nextStep: "Name another place with: --state-dir DIRECTORY",
    });
  }
  checkPrivate("open", directory, info, uid, "0700");
}

/**
 * Reads a private file.
 *
 * @throws {StateError} `missing`, `too_open`, `not_ours`, `unreadable`, and
 * `corrupt` for what is not a plain file of a believable size.
 */
export async function readPrivateFile(
  file: string,
  uid: number | null,
): Promise<Uint8Array> {
  try {
    const info = await Deno.lstat(file);
    if (!info.isFile || info.size > privateFileBytesMax) {
      throw new StateError("corrupt", {
        attempt: "read",
        file,
        what: info.isFile
          ? `${info.size} bytes, at most ${privateFileBytesMax} expected`
          : "not a plain file",
        nextStep:
          `Restore it from a backup, or move it away: mv ${file} ${file}.bad`,
      });
    }
    checkPrivate("read", file, info, uid, "0600");
    return await Deno.readFile(file);
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    throw readFailure("read", file, cause);
  }
}

/** What the next version of the file `name` is called until it is whole. */
export function temporaryName(name: string): string {
  return `.${name}.new`;
}

/**
 * Replaces a private file (mode 0600) as a whole. Writers of one directory
 * must take turns, see `StateStore`.
 *
 * @throws {StateError} `disk_full` or `unwritable`; the old file is whole.
 */
export async function writePrivateFile(
  directory: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const file = `${directory}/${name}`;
  const beside = `${directory}/${temporaryName(name)}`;
  try {
    await removeIfThere(beside);
    const opened = await Deno.open(beside, {
      write: true,
      createNew: true,
      mode: 0o600,
    });
    try {
      for (let at = 0; at < bytes.length;) {
        at += await opened.write(bytes.subarray(at));
      }
      await opened.sync();
    } finally {
      opened.close();
    }
    await Deno.rename(beside, file);
    await flushDirectory(directory);
  } catch (cause) {
    // What was begun beside must not fill a full disk further.
    await removeIfThere(beside).catch(() => {});
    throw writeFailure("write", file, cause);
  }
}

/** Whether there is anything of that name. */
export async function isThere(file: string): Promise<boolean> {
  try {
    await Deno.lstat(file);
    return true;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return false;
    throw readFailure("read", file, cause);
  }
}

async function removeIfThere(file: string): Promise<void> {
  try {
    await Deno.remove(file);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  }
}

/** A rename is only durable once its directory is on disk. */
async function flushDirectory(directory: string): Promise<void> {
  const opened = await Deno.open(directory, { read: true });
  try {
    await opened.sync();
  } finally {
    opened.close();
  }
}

function checkPrivate(
  attempt: "read" | "open",
  file: string,
  info: Deno.FileInfo,
  uid: number | null,
  mode: "0600" | "0700",
): void {
  if (uid !== null && info.uid !== null && info.uid !== uid) {
    throw new StateError("not_ours", {
      attempt,
      file,
      what: `owned by user ${info.uid}, and we are user ${uid}`,
      nextStep: `chown ${uid} ${file}`,
    });
  }
  if (info.mode !== null && (info.mode & 0o077) !== 0) {
    const found = (info.mode & 0o7777).toString(8).padStart(4, "0");
    throw new StateError("too_open", {
      attempt,
      file,
      what: `permissions ${found} let others read or change it`,
      nextStep: `chmod ${mode} ${file}`,
    });
  }
}

function readFailure(
  attempt: "read" | "open",
  file: string,
  cause: unknown,
): StateError {
  if (cause instanceof Deno.errors.NotFound) {
    return new StateError("missing", {
      attempt,
      file,
      what: "there is no such file",
      nextStep: "Found a mesh with: stealthmesh keys init, " +
        "or join one with: stealthmesh keys join INVITE",
    }, { cause });
  }
  return new StateError("unreadable", {
    attempt,
    file,
    what: wordsOf(cause),
    nextStep: `See who may read it with: ls -ld ${file}`,
  }, { cause });
}

function writeFailure(
  attempt: "write" | "open",
  file: string,
  cause: unknown,
): StateError {
  if (errnoOf(cause) === "ENOSPC" || errnoOf(cause) === "EDQUOT") {
    return new StateError("disk_full", {
      attempt,
      file,
      what: "the disk is full; what was there before is unharmed",
      nextStep: `Make room on: df ${file}`,
    }, { cause });
  }
  return new StateError("unwritable", {
    attempt,
    file,
    what: wordsOf(cause),
    nextStep: "Name a directory of your own with: --state-dir DIRECTORY",
  }, { cause });
}

function errnoOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  // Where the runtime gives no code, the message ends with the number.
  return /os error 28\b/.test(cause.message) ? "ENOSPC" : "";
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
