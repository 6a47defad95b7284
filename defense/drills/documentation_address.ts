/**
 * Addresses that are nobody's: set aside for documentation, never routed (RFC
 * 5737, RFC 3849). A drill is about one of them, so whatever went wrong could
 * hit no real host.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import type { Address } from "../address.ts";

/** TEST-NET-1 to 3 and the IPv6 documentation prefix. */
export const documentationNetworks = [
  "192.0.2.0/24",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "2001:db8::/32",
] as const;

const networks = documentationNetworks.map((text) => ipaddr.parseCIDR(text));

/** Whether `address` is one of them. */
export function isDocumentationAddress(address: Address): boolean {
  const parsed = ipaddr.parse(address);
  return networks.some(([network, bits]) =>
    network.kind() === parsed.kind() && parsed.match([network, bits])
  );
}
