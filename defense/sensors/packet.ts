/**
 * Reads one captured packet down to its TCP or UDP header: link layers of
 * Ethernet (with VLAN tags and PPPoE), Linux "cooked" captures v1 and v2, raw
 * IP, loopback and the log of pf (the registry of link types is at tcpdump.org); IPv4 (RFC 791),
 * IPv6 with its extension headers (RFC 8200, section 4), TCP (RFC 9293), UDP
 * (RFC 768), ICMP requests and the errors that quote any of them (RFC 792,
 * RFC 4443), and who asks for whose link address (ARP, RFC 826; IPv6 Neighbor
 * Discovery, RFC 4861).
 *
 * A first fragment that ends inside the TCP header hides its flags. Nobody
 * needs to send one (RFC 1858, section 3), so it counts as the SYN of somebody
 * who hides it.
 *
 * `PacketReader` holds the fields of the last packet itself, so that reading
 * makes no garbage; addresses become text only when asked for. A capture
 * holds what anybody sent: nothing here throws, whatever the bytes.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { endsKey, PacketAddresses } from "./packet_addresses.ts";
import {
  etherTypes,
  type IcmpTypes,
  icmpTypes,
  icmpv6Types,
  isExtension,
  linkTypes,
  pppNetworks,
  tcpFlags,
  vlanTags,
} from "./packet_numbers.ts";

export { tcpFlags } from "./packet_numbers.ts";

/** What a packet turned out to be. */
export type PacketKind =
  | "tcp"
  | "udp"
  /** ICMP echo, timestamp or mask request; the source port is its identifier. */
  | "echo"
  /** Its answer; the destination port is the identifier. */
  | "echo_reply"
  /** The source asks for the link address of the destination. */
  | "resolve"
  /** The source says that it is there; the destination may be itself. */
  | "resolved"
  /** An ICMP error about one of the first three, whose fields are then held. */
  | "unreachable"
  /** Whole, but of no interest here: other ICMP, a later fragment. */
  | "other"
  /** Cut short, impossible, or of a link type that we cannot read. */
  | "malformed";

/** Deepest nesting of tags or extension headers that is followed. */
const nestingMax = 8;

/** Reads packets one after the other; fields belong to the last one. */
export class PacketReader {
  sourcePort = 0;
  destinationPort = 0;
  /** See `tcpFlags`; 0 for UDP. */
  flags = 0;
  sequence = 0;
  acknowledgement = 0;
  /** Where the payload stands in the bytes that were read. */
  payloadStart = 0;
  payloadEnd = 0;
  /** Also of the packet that an ICMP error quotes. */
  protocol: "tcp" | "udp" | "icmp" | "arp" = "tcp";
  /** A first fragment too short to show its TCP flags; `flags` is then SYN. */
  isTinyFragment = false;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #family: 4 | 6 = 4;
  /** More fragments follow. */
  #isFragment = false;
  /** Where the addresses stand in `#bytes`. */
  #source = 0;
  #destination = 0;
  readonly #addresses = new PacketAddresses();

  /**
   * Reads the packet in `bytes` from `start` to `end`.
   *
   * @param linkType Number of the registry of link types.
   */
  read(
    bytes: Uint8Array,
    start: number,
    end: number,
    linkType: number,
  ): PacketKind {
    this.#bytes = bytes;
    this.#end = end;
    switch (linkType) {
      case linkTypes.ethernet:
        return end - start < 14
          ? "malformed"
          : this.#ether(start + 14, this.#u16(start + 12));
      case linkTypes.linuxSll:
        return end - start < 16
          ? "malformed"
          : this.#ether(start + 16, this.#u16(start + 14));
      case linkTypes.linuxSll2:
        return end - start < 20
          ? "malformed"
          : this.#ether(start + 20, this.#u16(start));
      case linkTypes.pflog:
        return this.#pflog(start);
      case linkTypes.null:
      case linkTypes.loop:
        // The family's number differs between systems; the version does not.
        return this.#ip(start + 4, false);
      case linkTypes.raw:
      case linkTypes.rawOpenBsd:
      case linkTypes.ipv4:
      case linkTypes.ipv6:
        return this.#ip(start, false);
      default:
        return "malformed";
    }
  }

  /** Who sent the packet; of a quoted one, who sent that. */
  get source(): Address {
    return this.#addresses.text(this.#bytes, this.#source, this.#family);
  }

  /** To whom. */
  get destination(): Address {
    return this.#addresses.text(this.#bytes, this.#destination, this.#family);
  }

  /** Whether the destination is everybody: multicast or broadcast. */
  get isGroup(): boolean {
    const at = this.#destination;
    const first = this.#bytes[at] ?? 0;
    if (this.#family === 6) return first === 0xff;
    return first >= 224 || this.#bytes[at + 3] === 255;
  }

  /**
   * The two ends, the sender first, as a short text of their bytes: addresses
   * and ports, 16 bits to a unit. No other packet has the same.
   */
  get forwardKey(): string {
    return endsKey(
      this.#bytes,
      this.#family,
      [this.#source, this.sourcePort],
      [this.#destination, this.destinationPort],
    );
  }

  /** The two ends, the receiver first. */
  get backwardKey(): string {
    return endsKey(
      this.#bytes,
      this.#family,
      [this.#destination, this.destinationPort],
      [this.#source, this.sourcePort],
    );
  }

  /** Bytes of the sequence space that the packet takes. */
  get sequenceLength(): number {
    const { syn, fin } = tcpFlags;
    return this.payloadEnd - this.payloadStart +
      (this.flags & syn ? 1 : 0) + (this.flags & fin ? 1 : 0);
  }

  #ether(at: number, type: number): PacketKind {
    for (let depth = 0; vlanTags.has(type); depth++) {
      if (depth === nestingMax || at + 4 > this.#end) return "malformed";
      type = this.#u16(at + 2);
      at += 4;
    }
    switch (type) {
      case etherTypes.ipv4:
      case etherTypes.ipv6:
        return this.#ip(at, false);
      case etherTypes.arp:
        return this.#arp(at);
      case etherTypes.pppoe:
        if (at + 8 > this.#end) return "malformed";
        return pppNetworks.has(this.#u16(at + 6))
          ? this.#ip(at + 8, false)
          : "other";
      default:
        return "other";
    }
  }

  /**
   * What the firewall pf logged: a header that says its own length, then the
   * action (0: passed) as its third byte. What was passed began no connection
   * that failed, and its answer is not logged.
   */
  #pflog(at: number): PacketKind {
    const headerBytes = this.#bytes[at] ?? 0;
    if (headerBytes < 48 || at + headerBytes > this.#end) return "malformed";
    if (this.#bytes[at + 2] === 0) return "other";
    return this.#ip(at + (headerBytes + 3 & ~3), false);
  }

  /** RFC 826, for IPv4 over links with addresses of 6 bytes. */
  #arp(at: number): PacketKind {
    if (at + 28 > this.#end) return "malformed";
    if (this.#u16(at + 2) !== etherTypes.ipv4 || this.#u16(at + 4) !== 0x0604) {
      return "other";
    }
    this.#family = 4;
    return this.#resolution(at + 14, at + 24, this.#u16(at + 6) === 1);
  }

  /** Somebody asks for, or tells, a link address. */
  #resolution(sender: number, target: number, asks: boolean): PacketKind {
    this.#source = sender;
    this.#destination = target;
    this.protocol = "arp";
    this.#noPorts();
    const bytes = this.#family === 4 ? 4 : 16;
    let isUnspecified = true;
    let isSame = true;
    for (let index = 0; index < bytes; index++) {
      const own = this.#bytes[sender + index];
      if (own !== 0) isUnspecified = false;
      if (own !== this.#bytes[target + index]) isSame = false;
    }
    // Somebody who has no address yet, and asks whether one is free.
    if (isUnspecified) return "other";
    return asks && !isSame ? "resolve" : "resolved";
  }

  #ip(at: number, quoted: boolean): PacketKind {
    if (at >= this.#end) return "malformed";
    const version = (this.#bytes[at] ?? 0) >> 4;
    if (version === 4) return this.#ipv4(at, quoted);
    if (version === 6) return this.#ipv6(at, quoted);
    return "malformed";
  }

  #ipv4(at: number, quoted: boolean): PacketKind {
    const headerBytes = ((this.#bytes[at] ?? 0) & 15) * 4;
    if (headerBytes < 20 || at + headerBytes > this.#end) return "malformed";
    const totalBytes = this.#u16(at + 2);
    // 0 where the sender's network card splits packets (TSO).
    if (totalBytes !== 0 && totalBytes < headerBytes) return "malformed";
    const end = totalBytes === 0
      ? this.#end
      : Math.min(this.#end, at + totalBytes);
    this.#family = 4;
    this.#source = at + 12;
    this.#destination = at + 16;
    const fragment = this.#u16(at + 6);
    if ((fragment & 0x1fff) !== 0) return "other"; // a later one
    this.#isFragment = (fragment & 0x2000) !== 0;
    return this.#transport(
      this.#bytes[at + 9] ?? 0,
      at + headerBytes,
      end,
      quoted,
    );
  }

  #ipv6(at: number, quoted: boolean): PacketKind {
    if (at + 40 > this.#end) return "malformed";
    const payloadBytes = this.#u16(at + 4);
    const end = payloadBytes === 0
      ? this.#end
      : Math.min(this.#end, at + 40 + payloadBytes);
    this.#family = 6;
    this.#source = at + 8;
    this.#destination = at + 24;
    let next = this.#bytes[at + 6] ?? 0;
    let here = at + 40;
    this.#isFragment = false;
    for (let depth = 0; isExtension(next); depth++) {
      if (depth === nestingMax || here + 8 > end) return "malformed";
      const following = this.#bytes[here] ?? 0;
      if (next === 44) { // fragment
        const fragment = this.#u16(here + 2);
        if ((fragment & 0xfff8) !== 0) return "other";
        this.#isFragment = (fragment & 1) !== 0;
        here += 8;
      } else if (next === 51) { // authentication
        here += ((this.#bytes[here + 1] ?? 0) + 2) * 4;
      } else here += ((this.#bytes[here + 1] ?? 0) + 1) * 8;
      next = following;
    }
    return this.#transport(next, here, end, quoted);
  }

  #transport(
    protocol: number,
    at: number,
    end: number,
    quoted: boolean,
  ): PacketKind {
    if (protocol === 6) return this.#tcp(at, end, quoted);
    if (protocol === 17) {
      if (at + 8 > end) return "malformed";
      this.protocol = "udp";
      this.flags = 0;
      this.#ports(at);
      this.payloadStart = at + 8;
      this.payloadEnd = end;
      return "udp";
    }
    if (protocol === 1 && this.#family === 4) {
      return this.#icmp(at, end, quoted, icmpTypes);
    }
    if (protocol === 58 && this.#family === 6) {
      return this.#icmp(at, end, quoted, icmpv6Types);
    }
    return "other";
  }

  #tcp(at: number, end: number, quoted: boolean): PacketKind {
    const isTiny = this.#isFragment && at + 20 > end;
    // An ICMP error need not quote more than the ports and the number.
    if (at + (quoted || isTiny ? 8 : 20) > end) return "malformed";
    this.protocol = "tcp";
    this.#ports(at);
    this.sequence = this.#u32(at + 4);
    this.isTinyFragment = isTiny;
    if (quoted) return "tcp";
    if (isTiny) {
      this.flags = tcpFlags.syn;
      this.acknowledgement = 0;
      this.payloadStart = this.payloadEnd = end;
      return "tcp";
    }
    const headerBytes = ((this.#bytes[at + 12] ?? 0) >> 4) * 4;
    if (headerBytes < 20) return "malformed";
    this.acknowledgement = this.#u32(at + 8);
    this.flags = (this.#bytes[at + 13] ?? 0) & 63;
    // A capture may be cut to the headers; then there is no payload to see.
    this.payloadStart = Math.min(at + headerBytes, end);
    this.payloadEnd = end;
    return "tcp";
  }

  #icmp(
    at: number,
    end: number,
    quoted: boolean,
    types: IcmpTypes,
  ): PacketKind {
    if (at + 8 > end) return "malformed";
    const type = this.#bytes[at] ?? 0;
    const isRequest = types.requests.includes(type);
    if (isRequest || types.replies.includes(type)) {
      if (quoted && !isRequest) return "other";
      this.protocol = "icmp";
      this.#noPorts();
      const identifier = this.#u16(at + 4);
      if (isRequest) this.sourcePort = identifier;
      else this.destinationPort = identifier;
      return isRequest ? "echo" : "echo_reply";
    }
    if (quoted) return "other";
    if (types.resolves.includes(type)) {
      // Target address after 8 bytes; an advertisement's sender may be another.
      if (at + 24 > end) return "malformed";
      return type === types.resolves[0]
        ? this.#resolution(this.#source, at + 8, true)
        : this.#resolution(at + 8, this.#destination, false);
    }
    if (type !== types.unreachable) return "other";
    const kind = this.#ip(at + 8, true);
    return kind === "tcp" || kind === "udp" || kind === "echo"
      ? "unreachable"
      : kind;
  }

  #noPorts(): void {
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.flags = 0;
    this.payloadStart = this.payloadEnd = this.#end;
  }

  #ports(at: number): void {
    this.sourcePort = this.#u16(at);
    this.destinationPort = this.#u16(at + 2);
  }

  #u16(at: number): number {
    return (this.#bytes[at] ?? 0) << 8 | (this.#bytes[at + 1] ?? 0);
  }

  #u32(at: number): number {
    return (this.#u16(at) << 16 | this.#u16(at + 2)) >>> 0;
  }
}
