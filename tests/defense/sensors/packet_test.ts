import { deepEqual, equal } from "node:assert/strict";
import { PacketReader } from "../../../defense/sensors/packet.ts";
import {
  frame,
  ipPacket,
  type MadePacket,
  unreachable,
} from "./made_packets.ts";

const syn: MadePacket = {
  source: "192.0.2.1",
  destination: "198.51.100.2",
  sourcePort: 40_000,
  destinationPort: 22,
  flags: "S",
  sequence: 0xfffffffe,
};
const syn6: MadePacket = {
  ...syn,
  source: "2001:db8::1",
  destination: "2001:db8::2",
};
const options = [0, 1, 4, 0, 0, 0, 0];
const firstFragment = [0, 0, 1, 0, 0, 0, 9];
const laterFragment = [0, 0, 9, 0, 0, 0, 9];
const v4 = "192.0.2.1 40000 198.51.100.2 22";
const v6 = "2001:db8::1 40000 2001:db8::2 22";

/** A frame of a PPPoE session: version and code, its number, a length. */
const pppoe = (protocol: number, inner: readonly number[]) => [
  ...[...Array(12).fill(2), 0x88, 0x64, 0x11, 0, 0, 7],
  ...(inner.length === 0 ? [] : [0, inner.length + 2]),
  ...(inner.length === 0 ? [] : [protocol >> 8, protocol & 255, ...inner]),
];
/** The header of pf's log: 61 bytes, and three to fill it up. */
const pflogHeader = (action: number) => [
  ...[61, 2, action, 0],
  ...Array(60).fill(0),
];

const rows: {
  name: string;
  bytes: readonly number[] | Uint8Array;
  link?: number;
  kind: string;
  ends?: string;
}[] = [
  { name: "Ethernet", bytes: frame(ipPacket(syn)), kind: "tcp", ends: v4 },
  {
    name: "two VLAN tags",
    bytes: frame(ipPacket(syn), 2),
    kind: "tcp",
    ends: v4,
  },
  {
    name: "more tags than anybody uses",
    bytes: frame(ipPacket(syn), 12),
    kind: "malformed",
  },
  {
    name: "Linux cooked",
    link: 113,
    bytes: [...Array(14).fill(0), 8, 0, ...ipPacket(syn)],
    kind: "tcp",
    ends: v4,
  },
  {
    name: "Linux cooked v2",
    link: 276,
    bytes: [0x86, 0xdd, ...Array(18).fill(0), ...ipPacket(syn6)],
    kind: "tcp",
    ends: v6,
  },
  { name: "raw IPv4", link: 101, bytes: ipPacket(syn), kind: "tcp", ends: v4 },
  { name: "raw IPv6", link: 101, bytes: ipPacket(syn6), kind: "tcp", ends: v6 },
  {
    name: "a session of PPPoE",
    bytes: pppoe(0x21, ipPacket(syn)),
    kind: "tcp",
    ends: v4,
  },
  {
    name: "a session of PPPoE, IPv6",
    bytes: pppoe(0x57, ipPacket(syn6)),
    kind: "tcp",
    ends: v6,
  },
  { name: "PPPoE's own", bytes: pppoe(0xc021, [1, 1, 0, 4]), kind: "other" },
  { name: "PPPoE cut short", bytes: pppoe(0, []), kind: "malformed" },
  {
    name: "what pf dropped",
    link: 117,
    bytes: [...pflogHeader(1), ...ipPacket(syn)],
    kind: "tcp",
    ends: v4,
  },
  {
    name: "what pf let pass",
    link: 117,
    bytes: [...pflogHeader(0), ...ipPacket(syn)],
    kind: "other",
  },
  { name: "a log of pf cut short", link: 117, bytes: [61], kind: "malformed" },
  {
    name: "loopback of BSD",
    link: 0,
    bytes: [2, 0, 0, 0, ...ipPacket(syn)],
    kind: "tcp",
    ends: v4,
  },
  {
    name: "UDP",
    bytes: frame(ipPacket({ ...syn, protocol: "udp" })),
    kind: "udp",
    ends: v4,
  },
  {
    name: "IPv6 behind options and a first fragment",
    bytes: frame(
      ipPacket({
        ...syn6,
        extensions: [[0, options.concat(Array(8).fill(0))], [
          44,
          firstFragment,
        ]],
      }),
    ),
    kind: "tcp",
    ends: v6,
  },
  {
    name: "a later fragment of IPv6",
    bytes: frame(ipPacket({ ...syn6, extensions: [[44, laterFragment]] })),
    kind: "other",
  },
  {
    name: "a later fragment of IPv4",
    bytes: frame(ipPacket({ ...syn, fragmentOffset: 185 })),
    kind: "other",
  },
  {
    name: "an error about TCP",
    bytes: frame(unreachable("203.0.113.1", syn)),
    kind: "unreachable",
    ends: v4,
  },
  {
    name: "an error about UDP over IPv6",
    bytes: frame(unreachable("2001:db8::9", { ...syn6, protocol: "udp" })),
    kind: "unreachable",
    ends: v6,
  },
  {
    name: "ARP",
    bytes: [...Array(12).fill(2), 8, 6, ...Array(28).fill(0)],
    kind: "other",
  },
  { name: "nothing", bytes: [], kind: "malformed" },
  {
    name: "half an Ethernet header",
    bytes: Array(9).fill(2),
    kind: "malformed",
  },
  {
    name: "a link type nobody taught us",
    link: 147,
    bytes: ipPacket(syn),
    kind: "malformed",
  },
  {
    name: "IP version 7",
    link: 101,
    bytes: [0x70, ...Array(60).fill(0)],
    kind: "malformed",
  },
  {
    name: "an IPv4 header of four bytes",
    link: 101,
    bytes: [0x41, ...ipPacket(syn).slice(1)],
    kind: "malformed",
  },
  {
    name: "an IPv4 length shorter than its header",
    link: 101,
    bytes: [0x45, 0, 0, 19, ...ipPacket(syn).slice(4)],
    kind: "malformed",
  },
  {
    name: "a cut TCP header",
    bytes: frame(ipPacket(syn).slice(0, 39)),
    kind: "malformed",
  },
  {
    name: "a TCP header of four bytes",
    link: 101,
    bytes: ipPacket(syn).with(32, 1 << 4),
    kind: "malformed",
  },
  {
    name: "extension headers without end",
    bytes: frame(
      ipPacket({
        ...syn6,
        extensions: Array(9).fill([60, [0, 1, 4, 0, 0, 0, 0]]),
      }),
    ),
    kind: "malformed",
  },
  {
    name: "an extension header longer than the packet",
    bytes: frame(
      ipPacket({ ...syn6, extensions: [[0, [200, 1, 4, 0, 0, 0, 0]]] }),
    ),
    kind: "malformed",
  },
];

for (const { name, bytes, link = 1, kind, ends } of rows) {
  Deno.test(`PacketReader.read() ${name}`, () => {
    const reader = new PacketReader();
    // Garbage around the packet must not be read.
    const padded = Uint8Array.from([255, 255, ...bytes, 255, 255]);
    equal(reader.read(padded, 2, padded.length - 2, link), kind);
    if (ends === undefined) return;
    const { source, sourcePort, destination, destinationPort } = reader;
    equal(`${source} ${sourcePort} ${destination} ${destinationPort}`, ends);
  });
}

Deno.test("PacketReader holds flags, numbers and payload", () => {
  const reader = new PacketReader();
  const bytes = frame(
    ipPacket({ ...syn, flags: "SA", acknowledgement: 7, payload: "hi" }),
  );
  const padded = Uint8Array.from([...bytes, 0, 0, 0]); // Ethernet's padding
  equal(reader.read(padded, 0, padded.length, 1), "tcp");
  deepEqual(
    [reader.flags, reader.sequence, reader.acknowledgement],
    [18, 0xfffffffe, 7],
  );
  const payload = padded.subarray(reader.payloadStart, reader.payloadEnd);
  equal(new TextDecoder().decode(payload), "hi");
});

Deno.test("PacketReader.isGroup knows multicast and broadcast", () => {
  const reader = new PacketReader();
  const rows: [string, boolean][] = [
    ["198.51.100.2", false],
    ["224.0.0.251", true],
    ["192.168.1.255", true],
    ["2001:db8::2", false],
    ["ff02::fb", true],
  ];
  for (const [destination, expected] of rows) {
    const source = destination.includes(":") ? "2001:db8::1" : "192.0.2.1";
    const bytes = frame(ipPacket({ ...syn, source, destination }));
    reader.read(bytes, 0, bytes.length, 1);
    equal(reader.isGroup, expected, destination);
  }
});
