/**
 * Whether a text names an address or a CIDR network, as an operator writes it.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/**
 * @example
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * deepEqual(["192.0.2.0/24", "::1", "10.1"].map(isNetwork), [true, true, false]);
 * ```
 */
export function isNetwork(text: string): boolean {
  const [address, prefix, more] = text.split("/");
  if (address === undefined || more !== undefined) return false;
  const v4 = ipaddr.IPv4.isValidFourPartDecimal(address);
  const v6 = !v4 && address.includes(":") && !address.includes("%") &&
    ipaddr.IPv6.isValid(address);
  if (!v4 && !v6) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (v4 ? 32 : 128);
}
