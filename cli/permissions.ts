/**
 * Drops permissions of this isolate for good. The program starts with the
 * union of what its isolates need (design §4); each command keeps only its
 * own part. What was opened before stays open.
 *
 * @module
 */

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

/**
 * Gives up every permission that is not named.
 *
 * Deno forgets paths of a wider grant when it is revoked, so a kind is kept
 * or dropped as a whole; code that must keep writing into one directory runs
 * in an isolate of its own (`state_isolate.ts`).
 */
export async function keepOnly(
  ...kept: readonly PermissionName[]
): Promise<void> {
  for (const name of permissionNames) {
    if (kept.includes(name)) continue;
    // "import" is newer than the descriptor type of the runtime's library.
    await Deno.permissions.revoke({ name } as Deno.PermissionDescriptor);
  }
}
