/**
 * How rules of our table name a packet's sender, in both families.
 *
 * An element of an IPv6 set that ends in zeros stands for its /64
 * (`prefix64.ts`), so those sets are asked twice: for the address, and for its
 * first half.
 *
 * @module
 */

/** Our table, as commands name it. */
export const table = "inet stealthmesh";

/** Each family once: sets end in its digit. */
export const families = [
  { digit: 4, type: "ipv4_addr", saddr: "ip saddr" },
  { digit: 6, type: "ipv6_addr", saddr: "ip6 saddr" },
] as const;

/** The first half of an IPv6 sender. */
export const senderPrefix = "ip6 saddr & ffff:ffff:ffff:ffff::";

/** Every way in which a sender may be held in a set of leases. */
export const subjectMatches = [
  { digit: 4, saddr: "ip saddr" },
  { digit: 6, saddr: "ip6 saddr" },
  { digit: 6, saddr: senderPrefix },
] as const;
