/**
 * A number for an account's name, so that lists of accounts are short and
 * quick to look through: FNV-1a (Fowler, Noll, Vo; RFC 9923) over UTF-16
 * units, folded to 30 bits, which the engine keeps without a box.
 *
 * Two names share a number with a chance of 2^-30, or if somebody makes them
 * so. It is used only where that gives an attacker nothing: what one source
 * was refused as.
 *
 * @module
 */

/** The number of a name; the same everywhere. */
export function accountNumber(user: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < user.length; at++) {
    hash = Math.imul(hash ^ user.charCodeAt(at), 0x01000193);
  }
  return ((hash >>> 30) ^ hash) & 0x3fff_ffff;
}
