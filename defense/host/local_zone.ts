/**
 * The zone of this host, which logs without zones were written in.
 *
 * @module
 */

/** Minutes that this host's zone is ahead of UTC, at a local time. */
export function localOffsetMinutes(localMs: number): number {
  const local = new Date(localMs);
  return -new Date(
    local.getUTCFullYear(),
    local.getUTCMonth(),
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
  ).getTimezoneOffset();
}
