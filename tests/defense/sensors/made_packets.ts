/**
 * Packets and captures made by hand, after the same documents that the readers
 * follow, for tests.
 *
 * @module
 */
import type { Observation } from "../../../defense/observation.ts";
import type { CaptureReader } from "../../../defense/sensors/capture_reader.ts";

/** Fields of a packet; what is left out is harmless. */
export interface MadePacket {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol?: "tcp" | "udp";
  /** `S`, `SA`, `A`, `R`, `RA`, `F`, `FPU` or empty. */
  readonly flags?: string;
  readonly sequence?: number;
  readonly acknowledgement?: number;
  readonly payload?: string;
  /** Payload that is no text. */
  readonly bytes?: readonly number[];
  /** IPv6 extension headers, whole, with their own numbers in front. */
  readonly extensions?: readonly (readonly [number: number, bytes: number[]])[];
  /** Offset in units of 8 bytes, for a later fragment. */
  readonly fragmentOffset?: number;
}

/** The first packet of a connection to an FTP server. */
export const asked: MadePacket = {
  source: "192.0.2.1",
  destination: "198.51.100.2",
  sourcePort: 40_000,
  destinationPort: 21,
  flags: "S",
};

/** The same packet on its way back. */
export function turned(packet: MadePacket): MadePacket {
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
  };
}

const flagBits: Readonly<Record<string, number>> = {
  F: 1,
  S: 2,
  R: 4,
  P: 8,
  A: 16,
  U: 32,
};

const u16 = (value: number) => [value >> 8 & 255, value & 255];
const u32 = (value: number) => [
  value >>> 24,
  value >>> 16 & 255,
  ...u16(value & 0xffff),
];

function addressBytes(text: string): number[] {
  if (!text.includes(":")) return text.split(".").map(Number);
  const [front = "", back = ""] = text.split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => parseInt(group, 16));
  const head = groups(front);
  const tail = groups(back);
  const middle = Array(8 - head.length - tail.length).fill(0);
  return [...head, ...middle, ...tail].flatMap(u16);
}

function transportBytes(packet: MadePacket): number[] {
  const payload = packet.bytes ??
    [...new TextEncoder().encode(packet.payload ?? "")];
  const ports = [...u16(packet.sourcePort), ...u16(packet.destinationPort)];
  if (packet.protocol === "udp") {
    return [...ports, ...u16(8 + payload.length), 0, 0, ...payload];
  }
  const flags = [...packet.flags ?? ""]
    .reduce((bits, flag) => bits | (flagBits[flag] ?? 0), 0);
  return [
    ...ports,
    ...u32(packet.sequence ?? 0),
    ...u32(packet.acknowledgement ?? 0),
    5 << 4,
    flags,
    ...[4, 0, 0, 0, 0, 0],
    ...payload,
  ];
}

/** An IP packet. */
export function ipPacket(packet: MadePacket, inner?: number[]): number[] {
  const isV6 = packet.source.includes(":");
  const body = inner ?? transportBytes(packet);
  const addresses = [
    ...addressBytes(packet.source),
    ...addressBytes(packet.destination),
  ];
  let next = packet.protocol === "udp" ? 17 : 6;
  if (inner) next = isV6 ? 58 : 1;
  if (!isV6) {
    return [
      0x45,
      0,
      ...u16(20 + body.length),
      0,
      1,
      ...u16(packet.fragmentOffset ?? 0),
      64,
      next,
      0,
      0,
      ...addresses,
      ...body,
    ];
  }
  const extensions: number[] = [];
  for (const [number, bytes] of (packet.extensions ?? []).toReversed()) {
    extensions.unshift(next, ...bytes);
    next = number;
  }
  const whole = [...extensions, ...body];
  return [
    0x60,
    0,
    0,
    0,
    ...u16(whole.length),
    next,
    64,
    ...addresses,
    ...whole,
  ];
}

/** An ICMP error of `router` about `packet`. */
export function unreachable(router: string, packet: MadePacket): number[] {
  const isV6 = router.includes(":");
  return ipPacket(
    { ...packet, source: router, destination: packet.source },
    [isV6 ? 1 : 3, isV6 ? 4 : 3, 0, 0, 0, 0, 0, 0, ...ipPacket(packet)],
  );
}

/** An Ethernet frame around an IP packet, with VLAN tags. */
export function frame(ip: readonly number[], tags = 0): Uint8Array {
  const type = (ip[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800;
  return Uint8Array.from([
    ...Array(12).fill(2),
    ...Array.from({ length: tags }, () => [0x81, 0x00, 0, 5]).flat(),
    ...u16(type),
    ...ip,
  ]);
}

/** A packet of a capture. */
export interface CapturedPacket {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** How a libpcap file is written. */
export interface PcapShape {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

/** A libpcap file. */
export function pcapFile(
  packets: readonly CapturedPacket[],
  { littleEndian = true, nanoseconds = false, linkType = 1 }: PcapShape = {},
): Uint8Array {
  const size = packets.reduce((sum, { bytes }) => sum + 16 + bytes.length, 24);
  const view = new DataView(new ArrayBuffer(size));
  view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian);
  view.setUint32(20, linkType, littleEndian);
  let at = 24;
  for (const { atMs, bytes } of packets) {
    view.setUint32(at, Math.floor(atMs / 1_000), littleEndian);
    const fraction = (atMs % 1_000) * (nanoseconds ? 1e6 : 1e3);
    view.setUint32(at + 4, fraction, littleEndian);
    view.setUint32(at + 8, bytes.length, littleEndian);
    view.setUint32(at + 12, bytes.length, littleEndian);
    new Uint8Array(view.buffer).set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return new Uint8Array(view.buffer);
}

/** A block of a pcapng file. */
export function pcapngBlock(
  type: number,
  body: Uint8Array,
  littleEndian = true,
): Uint8Array {
  const padded = body.length + (4 - body.length % 4) % 4;
  const view = new DataView(new ArrayBuffer(padded + 12));
  view.setUint32(0, type, littleEndian);
  view.setUint32(4, padded + 12, littleEndian);
  new Uint8Array(view.buffer).set(body, 8);
  view.setUint32(padded + 8, padded + 12, littleEndian);
  return new Uint8Array(view.buffer);
}

/** A pcapng file with one interface whose clock ticks in nanoseconds. */
export function pcapngFile(
  packets: readonly CapturedPacket[],
  littleEndian = true,
  linkType = 1,
): Uint8Array {
  const body = (size: number, fill: (view: DataView) => void) => {
    const view = new DataView(new ArrayBuffer(size));
    fill(view);
    return new Uint8Array(view.buffer);
  };
  const blocks = [
    pcapngBlock(
      0x0a0d0d0a,
      body(16, (view) => {
        view.setUint32(0, 0x1a2b3c4d, littleEndian);
        view.setUint16(4, 1, littleEndian);
      }),
      littleEndian,
    ),
    pcapngBlock(
      1,
      body(16, (view) => {
        view.setUint16(0, linkType, littleEndian);
        view.setUint16(8, 9, littleEndian); // if_tsresol
        view.setUint16(10, 1, littleEndian);
        view.setUint8(12, 9);
      }),
      littleEndian,
    ),
    // A name resolution block, which nobody reads.
    pcapngBlock(4, new Uint8Array(8), littleEndian),
    ...packets.map(({ atMs, bytes }) =>
      pcapngBlock(
        6,
        body(20 + bytes.length, (view) => {
          const ticks = BigInt(atMs) * 1_000_000n;
          view.setUint32(4, Number(ticks >> 32n), littleEndian);
          view.setUint32(8, Number(ticks & 0xffffffffn), littleEndian);
          view.setUint32(12, bytes.length, littleEndian);
          view.setUint32(16, bytes.length, littleEndian);
          new Uint8Array(view.buffer).set(bytes, 20);
        }),
        littleEndian,
      )
    ),
  ];
  return Uint8Array.from(blocks.flatMap((block) => [...block]));
}

/** Reads a whole capture as a file gives it, piece by piece. */
export function readInChunks(
  reader: CaptureReader,
  file: Uint8Array,
  chunkBytes: number,
  onSeen: (seen: Observation) => void,
): void {
  for (let at = 0; at < file.length; at += chunkBytes) {
    reader.push(file.subarray(at, at + chunkBytes), onSeen);
  }
  reader.end(onSeen);
}
