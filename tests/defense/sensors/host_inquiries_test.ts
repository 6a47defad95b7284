import { deepEqual } from "node:assert/strict";
import type { Connection } from "../../../defense/observation.ts";
import { halfOpenMs } from "../../../defense/sensors/connection_attempt.ts";
import { ConnectionTable } from "../../../defense/sensors/connection_table.ts";
import { PacketReader } from "../../../defense/sensors/packet.ts";
import { asked, ipPacket } from "./made_packets.ts";

const ethernet = 1;
const link = (type: number) => [
  ...Array(12).fill(2),
  type >> 8,
  type & 255,
];
const v4 = (text: string) => text.split(".").map(Number);

/** An ARP message (RFC 826): 1 asks, 2 tells. */
function arp(operation: 1 | 2, sender: string, target: string): number[] {
  return [
    ...link(0x0806),
    ...[0, 1, 8, 0, 6, 4, 0, operation],
    ...[2, 0, 0, 0, 0, 1, ...v4(sender)],
    ...[0, 0, 0, 0, 0, 0, ...v4(target)],
  ];
}

function icmp(type: number, source: string, destination: string): number[] {
  const inner = [type, 0, 0, 0, 18, 52, 0, 1];
  return [
    ...link(source.includes(":") ? 0x86dd : 0x0800),
    ...ipPacket({ ...asked, source, destination }, inner),
  ];
}

/** Neighbor Discovery (RFC 4861): 135 asks, 136 tells; target all but fixed. */
function neighbour(
  type: 135 | 136,
  source: string,
  destination: string,
  target: number,
): number[] {
  const address = [0xfe, 0x80, ...Array(13).fill(0), target];
  const inner = [type, 0, 0, 0, 0, 0, 0, 0, ...address];
  return [
    ...link(0x86dd),
    ...ipPacket({ ...asked, source, destination }, inner),
  ];
}

const rows: { name: string; packets: number[][]; told: string[] }[] = [
  {
    name: "a ping and its answer",
    packets: [
      icmp(8, "192.0.2.1", "192.0.2.9"),
      icmp(0, "192.0.2.9", "192.0.2.1"),
    ],
    told: ["icmp 192.0.2.9 accepted"],
  },
  {
    name: "a timestamp request that nobody answers",
    packets: [icmp(13, "192.0.2.1", "192.0.2.9")],
    told: ["icmp 192.0.2.9 unanswered"],
  },
  {
    name: "a ping over IPv6",
    packets: [icmp(128, "2001:db8::1", "2001:db8::9")],
    told: ["icmp 2001:db8::9 unanswered"],
  },
  {
    name: "an answer nobody asked for: nothing",
    packets: [icmp(0, "192.0.2.9", "192.0.2.1")],
    told: [],
  },
  {
    name: "a request for a link address and its answer",
    packets: [
      arp(1, "192.0.2.1", "192.0.2.9"),
      arp(2, "192.0.2.9", "192.0.2.1"),
    ],
    told: ["arp 192.0.2.9 accepted"],
  },
  {
    name: "a request for somebody who is known to be there",
    packets: [
      arp(1, "192.0.2.9", "192.0.2.254"),
      arp(2, "192.0.2.254", "192.0.2.9"),
      arp(1, "192.0.2.1", "192.0.2.9"),
    ],
    told: ["arp 192.0.2.254 accepted", "arp 192.0.2.9 accepted"],
  },
  {
    name: "nothing of who announces itself or asks whether it is free",
    packets: [
      arp(1, "192.0.2.1", "192.0.2.1"),
      arp(1, "0.0.0.0", "192.0.2.1"),
    ],
    told: [],
  },
  {
    name: "Neighbor Discovery",
    packets: [
      neighbour(135, "fe80::1", "ff02::1:ff00:9", 9),
      neighbour(136, "fe80::9", "fe80::1", 9),
      neighbour(135, "fe80::1", "ff02::1:ff00:8", 8),
    ],
    told: ["arp fe80::9 accepted", "arp fe80::8 unanswered"],
  },
];

for (const { name, packets, told } of rows) {
  Deno.test(`ConnectionTable tells ${name}`, () => {
    const seen: Connection[] = [];
    const table = new ConnectionTable();
    const reader = new PacketReader();
    for (const packet of packets) {
      const bytes = Uint8Array.from(packet);
      const kind = reader.read(bytes, 0, bytes.length, ethernet);
      table.take(reader, kind, 0, undefined, (one) => seen.push(one));
    }
    table.expire(halfOpenMs + 1, (one) => seen.push(one));
    deepEqual(
      seen.map(({ protocol, destination, outcome }) =>
        `${protocol} ${destination} ${outcome}`
      ),
      told,
    );
  });
}
