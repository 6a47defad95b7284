/**
 * Numbers of the registries that packets are made of: link types (tcpdump.org),
 * EtherTypes, PPP's protocols, ICMP's messages, IPv6's extension headers.
 *
 * @module
 */

/** Bits of the TCP flags octet. */
export const tcpFlags = {
  fin: 1,
  syn: 2,
  rst: 4,
  psh: 8,
  ack: 16,
  urg: 32,
} as const;

/** Registry numbers of the link types that are understood. */
export const linkTypes = {
  null: 0,
  ethernet: 1,
  rawOpenBsd: 12,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  pflog: 117,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

/** What an Ethernet frame carries (IEEE, "EtherType" registry). */
export const etherTypes = {
  ipv4: 0x0800,
  arp: 0x0806,
  ipv6: 0x86dd,
  /** A session of PPPoE (RFC 2516). */
  pppoe: 0x8864,
} as const;
/** What PPP carries (RFC 1661), by its number: IPv4 and IPv6. */
export const pppNetworks: ReadonlySet<number> = new Set([0x0021, 0x0057]);
/** 802.1Q, 802.1ad and the older QinQ tag. */
export const vlanTags: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
/** Types of messages (RFC 792, RFC 950) that are understood. */
export interface IcmpTypes {
  readonly unreachable: number;
  readonly requests: readonly number[];
  readonly replies: readonly number[];
  /** Solicitation and advertisement. */
  readonly resolves: readonly number[];
}

/** Of ICMP. */
export const icmpTypes: IcmpTypes = {
  unreachable: 3,
  requests: [8, 13, 17],
  replies: [0, 14, 18],
  resolves: [],
};
/** The same of ICMPv6 (RFC 4443, RFC 4861). */
export const icmpv6Types: IcmpTypes = {
  unreachable: 1,
  requests: [128],
  replies: [129],
  resolves: [135, 136],
};

/** Hop-by-hop, routing, fragment, authentication, destination options, mobility, HIP, shim6. */
export function isExtension(next: number): boolean {
  return next === 0 || next === 43 || next === 44 || next === 51 ||
    next === 60 || next === 135 || next === 139 || next === 140;
}
