/**
 * Drops permissions of this isolate for good. The program starts with the
 * union of what its isolates need (design §4); each command keeps only its
 * own part. What was opened before stays open.
 *
 * @module
 */
import process from "node:process";

/** Kinds of permission that Deno knows. */
export const permissionNames = [
  "read",
  "write",
  "net",
  "run",
  "env",
  "sys",
  "ffi",
  "import",
] as const;
/** One of them. */
export type PermissionName = typeof permissionNames[number];

/** Gives up every permission that is not named. */
export async function keepOnly(
  ...kept: readonly PermissionName[]
): Promise<void> {
  for (const name of permissionNames) {
    if (kept.includes(name)) continue;
    // "import" is newer than the descriptor type of the runtime's library.
    await Deno.permissions.revoke({ name } as Deno.PermissionDescriptor);
    // Libraries that look for variables (yaml's LOG_TOKENS) find none, where
    // they would fail instead.
    if (name === "env") process.env = {};
  }
}

/** The paths an isolate goes on with; a directory stands for all below it. */
export interface KeptPaths {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/**
 * Gives up every permission but reading and writing these paths.
 *
 * A grant of `/` (`--allow-read=/`) can be narrowed: the paths are added to
 * the list of what is granted, then `/` is taken off it. Deno does not narrow
 * a grant without paths (`--allow-read`); started with one, everything is
 * given up.
 *
 * @returns Whether the paths were kept.
 */
export async function keepPaths(kept: KeptPaths): Promise<boolean> {
  await keepOnly("read", "write");
  for (const name of ["read", "write"] as const) {
    for (const path of kept[name]) {
      // Asks nobody: what is granted already is only written down.
      await Deno.permissions.request({ name, path });
    }
    await Deno.permissions.revoke({ name, path: "/" });
    const { state } = await Deno.permissions.query({ name, path: "/" });
    if (state !== "granted") continue;
    await keepOnly();
    return false;
  }
  return true;
}
