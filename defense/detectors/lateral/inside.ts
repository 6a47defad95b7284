/**
 * Whether a machine stands inside the network that is defended. Lateral
 * movement is between machines of one network; who comes from the Internet
 * moves in another way, and one who goes there (to twenty mirrors of a code
 * host, by ssh) does not move at all.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import type { Address } from "../../address.ts";

/**
 * Ranges (names of ipaddr.js) that are reached over the Internet: besides
 * ordinary ones those of tunnels (6to4, Teredo, AMT), NAT64 and AS 112.
 */
const globalRanges: ReadonlySet<string> = new Set([
  "unicast",
  "6to4",
  "teredo",
  "amt",
  "rfc6052",
  "as112",
  "as112v6",
]);

/** Whether `address` is of no use on the Internet (RFC 6890). */
export function isPrivate(address: Address): boolean {
  return !globalRanges.has(ipaddr.parse(address).range());
}

/**
 * Whether both are of one network: `to` is private, or both are of one /16
 * (IPv4) or one /48 (IPv6), as sites with public addresses are.
 */
export function isInside(from: Address, to: Address): boolean {
  return isPrivate(to) || siteOf(from) === siteOf(to);
}

/** Whether both stand inside: both private, or of one site. */
export function areNeighbours(one: Address, other: Address): boolean {
  return siteOf(one) === siteOf(other) || (isPrivate(one) && isPrivate(other));
}

function siteOf(address: Address): string {
  const octets = ipaddr.parse(address).toByteArray();
  return octets.slice(0, octets.length === 4 ? 2 : 6).join(".");
}
