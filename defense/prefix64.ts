/**
 * The /64 of an IPv6 address. Whoever has one IPv6 address usually has the
 * whole /64 to choose from (RFC 4291 §2.5.4, RFC 8981 privacy extensions), so
 * that a subject is the /64 and not the address of the moment.
 *
 * A /64 is written as its first address. No host has that one for its own: with
 * an interface identifier of zero it is the subnet-router anycast address (RFC
 * 4291 §2.6.1). So one type, {@linkcode Address}, names both kinds of subject, in
 * sets of the kernel, in votes and in the journal.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { type Address, readAddress } from "./address.ts";

/** Bytes of an interface identifier: RFC 4291 §2.5.1. */
const identifierBytes = 8;

/**
 * The /64 of `address` by its first address; an IPv4 address is itself, and so
 * is a link-local one, whose /64 is the same on every wire.
 */
export function prefix64Of(address: Address): Address {
  if (!address.includes(":")) return address;
  const parsed = ipaddr.parse(address);
  if (parsed.range() === "linkLocal") return address;
  const bytes = parsed.toByteArray();
  bytes.fill(0, identifierBytes);
  return readAddress(ipaddr.fromByteArray(bytes).toString()) ?? address;
}

/** Whether `address` stands for a whole /64. */
export function isPrefix64(address: Address): boolean {
  return address.endsWith("::") && address !== "::" &&
    ipaddr.parse(address).range() !== "linkLocal";
}

/** A subject for people: an address, or `2001:db8:1:2::/64`. */
export function subjectText(subject: Address): string {
  return isPrefix64(subject) ? `${subject}/64` : subject;
}
