import { deepEqual, equal } from "node:assert/strict";
import type { Connection } from "../../../defense/observation.ts";
import { halfOpenMs } from "../../../defense/sensors/connection_attempt.ts";
import {
  ConnectionTable,
  type ConnectionTableOptions,
} from "../../../defense/sensors/connection_table.ts";
import { PacketReader } from "../../../defense/sensors/packet.ts";
import { asked, ipPacket, type MadePacket, turned } from "./made_packets.ts";

const from = (fields: Partial<MadePacket>): number[] =>
  ipPacket({ ...asked, ...fields });
const back = (fields: Partial<MadePacket>): number[] =>
  ipPacket({ ...turned(asked), ...fields });
const handshake = [
  from({ flags: "S", sequence: 9 }),
  back({ flags: "SA", sequence: 99, acknowledgement: 10 }),
  from({ flags: "A", sequence: 10, acknowledgement: 100 }),
];
const told = "21 accepted";

/** What is told of packets in a row, and of the silence after them. */
function tell(
  packets: readonly number[][],
  options: ConnectionTableOptions = {},
): string[] {
  const seen: Connection[] = [];
  const table = new ConnectionTable(options);
  const reader = new PacketReader();
  for (const packet of packets) {
    const bytes = Uint8Array.from(packet);
    const kind = reader.read(bytes, 0, bytes.length, 101);
    table.take(reader, kind, 0, undefined, (one) => seen.push(one));
  }
  table.expire(halfOpenMs + 1, (one) => seen.push(one));
  return seen.map(({ port, outcome, probe }) =>
    `${port} ${outcome}${probe === undefined ? "" : ` ${probe}`}`
  );
}

const rows: {
  name: string;
  packets: number[][];
  expected: string[];
  options?: ConnectionTableOptions;
}[] = [
  {
    name: "an ACK probe that is answered",
    packets: [from({ flags: "A" }), back({ flags: "R" })],
    expected: ["21 refused ack"],
  },
  {
    name: "an ACK probe that is not",
    packets: [from({ flags: "A" })],
    expected: ["21 unanswered ack"],
  },
  {
    name: "Maimon's probe",
    packets: [from({ flags: "FA" }), back({ flags: "R" })],
    expected: ["21 refused maimon"],
  },
  {
    name: "FIN, NULL and Xmas probes by their names",
    packets: [
      from({ flags: "F", destinationPort: 1 }),
      from({ flags: "", destinationPort: 2 }),
      from({ flags: "FPU", destinationPort: 3 }),
    ],
    expected: ["1 unanswered fin", "2 unanswered null", "3 unanswered xmas"],
  },
  {
    name: "nothing of the middle of a connection",
    packets: [from({ flags: "A" }), back({ flags: "PA", payload: "x" })],
    expected: [],
  },
  {
    name: "nothing of a stream whose other direction is not captured",
    packets: [
      from({ flags: "A", acknowledgement: 1 }),
      from({ flags: "A", acknowledgement: 2 }),
    ],
    expected: [],
  },
  {
    name: "nothing of data, though it is refused",
    packets: [from({ flags: "PA", payload: "x" }), back({ flags: "R" })],
    expected: [],
  },
  {
    name: "nothing more of a connection that was told",
    packets: [
      ...handshake,
      from({ flags: "FA" }),
      back({ flags: "A" }),
      back({ flags: "FA" }),
      from({ flags: "A" }),
      back({ flags: "R" }),
    ],
    expected: [told],
  },
  {
    name: "nothing of a service that says farewell",
    packets: [back({ flags: "FA" })],
    expected: [],
  },
  {
    name: "our own reset, where the probe is not captured",
    packets: [back({ flags: "R" })],
    options: { isServed: () => false },
    expected: ["21 refused ack"],
  },
  {
    name: "nothing of our reset by a served port",
    packets: [back({ flags: "R" })],
    options: { isServed: () => true },
    expected: [],
  },
];

for (const { name, packets, expected, options } of rows) {
  Deno.test(`ConnectionTable tells ${name}`, () => {
    deepEqual(tell(packets, options), expected);
  });
}

Deno.test("ConnectionTable says nothing of strays when the capture ends", () => {
  const seen: Connection[] = [];
  const table = new ConnectionTable();
  const reader = new PacketReader();
  const bytes = Uint8Array.from(from({ flags: "A" }));
  const kind = reader.read(bytes, 0, bytes.length, 101);
  table.take(reader, kind, 0, undefined, (one) => seen.push(one));
  table.end((one) => seen.push(one));
  equal(seen.length, 0);
});
