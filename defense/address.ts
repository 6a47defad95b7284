/**
 * IP addresses as they enter from packets, logs and operators: parsed once
 * into one canonical spelling, so that equal addresses are equal strings.
 *
 * IPv6 is spelled as RFC 5952 says; IPv4-mapped IPv6 (`::ffff:a.b.c.d`)
 * becomes IPv4, because a dual-stack service logs one client in both ways.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

/** Canonical text of one IPv4 or IPv6 address, without zone or port. */
export type Address = string & { readonly __brand: "Address" };

const dottedQuad =
  /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/**
 * Reads an address that a log line or packet named.
 *
 * @returns `undefined` when `text` is no address: a host name, a typo, noise.
 */
export function readAddress(text: string): Address | undefined {
  if (dottedQuad.test(text)) return text as Address;
  const bare = text.startsWith("[") && text.endsWith("]")
    ? text.slice(1, -1)
    : text;
  const zone = bare.indexOf("%");
  const plain = zone < 0 ? bare : bare.slice(0, zone);
  if (!plain.includes(":") || !ipaddr.IPv6.isValid(plain)) return undefined;
  const v6 = ipaddr.IPv6.parse(plain);
  return (v6.isIPv4MappedAddress()
    ? v6.toIPv4Address().toString()
    : v6.toRFC5952String()) as Address;
}

/**
 * Reads an address that must be one.
 *
 * @throws {SyntaxError} If `text` is not an IPv4 or IPv6 address.
 */
export function parseAddress(text: string): Address {
  const address = readAddress(text);
  if (address === undefined) {
    throw new SyntaxError(
      `Cannot parse address "${text}": expected an IPv4 or IPv6 address`,
    );
  }
  return address;
}

/** 4 or 6. */
export function familyOf(address: Address): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}
