/**
 * The network that an address is taken to share with its neighbours: what one
 * site or one customer is commonly given, /24 of IPv4 and /64 of IPv6
 * (RFC 4291 §2.5.1; RFC 6177).
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { type Address, familyOf } from "../address.ts";

/** `192.0.2.0/24`, `2001:db8:0:1::/64`. */
export function networkOf(address: Address): string {
  if (familyOf(address) === 4) {
    return `${address.slice(0, address.lastIndexOf("."))}.0/24`;
  }
  const parts = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${new ipaddr.IPv6([...parts, 0, 0, 0, 0]).toRFC5952String()}/64`;
}

/** As {@linkcode networkOf}, in a form that is quick to make and to look up. */
export type NetworkKey = number | string;

/** The first 24 bits of an IPv4 address; of IPv6 the network's text. */
export function networkKeyOf(address: Address): NetworkKey {
  if (familyOf(address) === 6) return networkOf(address);
  let key = 0;
  let octet = 0;
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at);
    if (code === 46) { // the dot
      key = key << 8 | octet;
      octet = 0;
    } else octet = octet * 10 + code - 48;
  }
  return key;
}
