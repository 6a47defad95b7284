import { deepEqual, equal } from "node:assert/strict";
import type { Observation } from "../../../defense/observation.ts";
import { CaptureReader } from "../../../defense/sensors/capture_reader.ts";
import {
  asked,
  type CapturedPacket,
  frame,
  ipPacket,
  type MadePacket,
  pcapFile,
  pcapngBlock,
  pcapngFile,
  readInChunks,
  turned,
} from "./made_packets.ts";

const startMs = Date.UTC(2026, 10, 23, 3, 26, 55, 250);
const opening: MadePacket = { ...asked, sequence: 1_000 };
const answer = turned(opening);
const captured = (packet: MadePacket, afterMs: number): CapturedPacket => ({
  atMs: startMs + afterMs,
  bytes: frame(ipPacket(packet)),
});
const command = (payload: string): MadePacket => ({
  ...opening,
  flags: "PA",
  payload,
});
const reply = (payload: string): MadePacket => ({
  ...answer,
  flags: "PA",
  payload,
});

const handshake = [
  captured(opening, 0),
  captured({ ...answer, flags: "SA", sequence: 7 }, 1),
  captured({ ...opening, flags: "A", acknowledgement: 8 }, 2),
];

function readCapture(
  file: Uint8Array,
  chunkBytes = file.length,
): { seen: Observation[]; reader: CaptureReader } {
  const seen: Observation[] = [];
  const reader = new CaptureReader();
  readInChunks(reader, file, chunkBytes, (one) => seen.push(one));
  return { seen, reader };
}

const connection = {
  kind: "connection",
  atMs: startMs,
  protocol: "tcp",
  source: "192.0.2.1",
  destination: "198.51.100.2",
  port: 21,
  outcome: "accepted",
  handshake: true,
  line: 1,
};

/** As a patched tcpdump wrote it: another magic, 8 more bytes a packet. */
function patched(file: Uint8Array): Uint8Array {
  const parts = [Uint8Array.of(0x34, 0xcd, 0xb2, 0xa1), file.slice(4, 24)];
  for (let at = 24; at < file.length;) {
    const length = new DataView(file.buffer, at + 8).getUint32(0, true);
    const end = at + 16 + length;
    parts.push(file.slice(at, at + 16), new Uint8Array(8));
    parts.push(file.slice(at + 16, end));
    at = end;
  }
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const shapes: [name: string, file: Uint8Array][] = [
  ["pcap", pcapFile(handshake)],
  ["pcap, big endian", pcapFile(handshake, { littleEndian: false })],
  ["pcap, ns", pcapFile(handshake, { nanoseconds: true })],
  [
    "pcap, ns, big endian",
    pcapFile(handshake, { nanoseconds: true, littleEndian: false }),
  ],
  ["pcap, patched", patched(pcapFile(handshake))],
  ["pcapng", pcapngFile(handshake)],
  ["pcapng, big endian", pcapngFile(handshake, false)],
];

for (const [name, file] of shapes) {
  Deno.test(`CaptureReader reads ${name}, wherever chunks end`, () => {
    for (const chunkBytes of [file.length, 1, 7, 64]) {
      const { seen, reader } = readCapture(file, chunkBytes);
      deepEqual(seen, [connection]);
      deepEqual(reader.counters, {
        packets: 3,
        malformed: 0,
        dropped: 0,
        firstMs: startMs,
        lastMs: startMs + 2,
      });
      deepEqual(reader.complaints, []);
    }
  });
}

const whole = pcapFile(handshake);
const wholeNg = pcapngFile(handshake);
const broken: {
  name: string;
  file: Uint8Array;
  complaint: RegExp;
  packets: number;
}[] = [
  {
    name: "an empty file",
    file: new Uint8Array(0),
    complaint: /at byte 0: shorter than its header/,
    packets: 0,
  },
  {
    name: "no capture",
    file: new TextEncoder().encode("this is no capture at all"),
    complaint: /at byte 0: not a pcap file/,
    packets: 0,
  },
  {
    name: "a file cut inside a packet",
    file: whole.slice(0, -5),
    complaint: /at byte 164: ends inside a packet/,
    packets: 2,
  },
  {
    name: "an impossible length",
    file: whole.with(24 + 8 + 3, 0x7f),
    complaint: /at byte 24: a packet of \d+ bytes cannot be/,
    packets: 0,
  },
  {
    name: "a pcapng file cut inside a block",
    file: wholeNg.slice(0, -5),
    complaint: /ends inside a block/,
    packets: 2,
  },
  {
    name: "a pcapng block of five bytes",
    file: Uint8Array.from([...wholeNg, 6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]),
    complaint: /a block of 5 bytes cannot be/,
    packets: 3,
  },
  {
    name: "a pcapng packet of an interface that is not there",
    file: Uint8Array.from([
      ...wholeNg,
      ...pcapngBlock(6, new Uint8Array(20).fill(9)),
    ]),
    complaint: /impossible packet/,
    packets: 3,
  },
  {
    name: "a pcapng file without a byte order",
    file: wholeNg.with(8, 0),
    complaint: /a section without a byte order/,
    packets: 0,
  },
];

for (const { name, file, complaint, packets } of broken) {
  Deno.test(`CaptureReader complains about ${name}`, () => {
    const { reader } = readCapture(file);
    equal(reader.counters.packets, packets);
    equal(reader.counters.malformed, 1);
    equal(reader.complaints.length, 1);
    equal(
      complaint.test(reader.complaints[0] ?? ""),
      true,
      reader.complaints[0],
    );
  });
}

Deno.test("CaptureReader skips a pcapng block that is too large to keep", () => {
  const large = pcapngBlock(10, new Uint8Array(600_000));
  const head = pcapngFile([]);
  const file = new Uint8Array(head.length + large.length + wholeNg.length);
  file.set(head);
  file.set(large, head.length);
  file.set(wholeNg, head.length + large.length);
  const { seen, reader } = readCapture(file, 10_000);
  deepEqual(seen, [connection]);
  deepEqual(reader.complaints, []);
});

const ftp: { name: string; packets: MadePacket[]; seen: string[] }[] = [
  {
    name: "a refused password",
    packets: [
      command("USER ada\r\n"),
      reply("331 Password required for ada.\r\n"),
      command("PASS secret\r\n"),
      reply("530 Login incorrect.\r\n"),
    ],
    seen: ["auth_failure ftp 192.0.2.1 ada"],
  },
  {
    name: "an accepted password after a refused one",
    packets: [
      command("USER ada\r\nPASS wrong\r\n"),
      reply("530-Not you.\r\n530 Bye.\r\n"),
      command("pass right\r\n"),
      reply("230 Welcome\r\n"),
    ],
    seen: ["auth_failure ftp 192.0.2.1 ada", "auth_success ftp 192.0.2.1 ada"],
  },
  {
    name: "a reply that was sent twice, once",
    packets: [
      command("USER ada\r\nPASS wrong\r\n"),
      reply("530 Login incorrect.\r\n"),
      reply("530 Login incorrect.\r\n"),
    ],
    seen: ["auth_failure ftp 192.0.2.1 ada"],
  },
  {
    name: "nothing of a reply to another command",
    packets: [
      command("LIST\r\n"),
      reply("530 Please login with USER and PASS.\r\n"),
    ],
    seen: [],
  },
  {
    name: "nothing of a reply without a question",
    packets: [reply("530 Login incorrect.\r\n")],
    seen: [],
  },
];

for (const { name, packets, seen } of ftp) {
  Deno.test(`CaptureReader sees in FTP ${name}`, () => {
    const file = pcapFile(
      packets.map((packet, index) => captured(packet, index)),
    );
    deepEqual(
      readCapture(file).seen.map((one) =>
        "user" in one
          ? `${one.kind} ${one.service} ${one.source} ${one.user}`
          : one.kind
      ),
      seen,
    );
  });
}
