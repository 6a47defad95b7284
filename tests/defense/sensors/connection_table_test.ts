import { deepEqual, equal } from "node:assert/strict";
import type { Connection } from "../../../defense/observation.ts";
import {
  ConnectionTable,
  type ConnectionTableOptions,
  datagramIdleMs,
} from "../../../defense/sensors/connection_table.ts";
import {
  halfOpenMs,
  openMax,
} from "../../../defense/sensors/connection_attempt.ts";
import { PacketReader } from "../../../defense/sensors/packet.ts";
import {
  asked,
  ipPacket,
  type MadePacket,
  turned,
  unreachable,
} from "./made_packets.ts";

const opening: MadePacket = {
  ...asked,
  destinationPort: 22,
  sequence: 1_000,
};
/** Initial number of the host that is asked; wraps at the next byte. */
const initial = 0xffffffff;
const from = (fields: Partial<MadePacket>): number[] =>
  ipPacket({ ...opening, ...fields });
const back = (fields: Partial<MadePacket>): number[] =>
  ipPacket({ ...turned(opening), ...fields });
const syn = from({});
const synAck = back({ flags: "SA", sequence: initial, acknowledgement: 1_001 });
const ack = from({ flags: "A", acknowledgement: 0 });
const datagram = from({ protocol: "udp", destinationPort: 5_060 });

class Harness {
  readonly seen: Connection[] = [];
  readonly table: ConnectionTable;
  readonly #packet = new PacketReader();

  constructor(options: ConnectionTableOptions = {}) {
    this.table = new ConnectionTable(options);
  }

  take(bytes: readonly number[], atMs = 0): void {
    const whole = Uint8Array.from(bytes);
    const kind = this.#packet.read(whole, 0, whole.length, 101);
    this.table.take(
      this.#packet,
      kind,
      atMs,
      undefined,
      (one) => this.seen.push(one),
    );
  }

  told(): string[] {
    return this.seen.map(({ port, outcome, handshake }) =>
      `${port} ${outcome}${handshake ? " handshake" : ""}`
    );
  }
}

const rows: {
  name: string;
  packets: readonly (readonly number[] | readonly [number, number[]])[];
  told: string[];
  options?: ConnectionTableOptions;
}[] = [
  {
    name: "a handshake",
    packets: [syn, synAck, ack],
    told: ["22 accepted handshake"],
  },
  {
    name: "a handshake whose last packet was lost",
    packets: [syn, synAck, from({ flags: "A", acknowledgement: 500 })],
    told: ["22 accepted handshake"],
  },
  {
    name: "an acknowledgement of what was never sent",
    packets: [syn, synAck, from({ flags: "A", acknowledgement: 70_000 })],
    told: [],
  },
  {
    name: "an acknowledgement of the number before",
    packets: [syn, synAck, from({ flags: "A", acknowledgement: initial })],
    told: [],
  },
  {
    name: "an acknowledgement, where the capture shows one direction only",
    packets: [syn, ack],
    told: ["22 accepted"],
  },
  {
    name: "a SYN scan that resets",
    packets: [syn, synAck, from({ flags: "R", sequence: 1_001 })],
    told: ["22 accepted"],
  },
  {
    name: "a reset that proves itself",
    packets: [syn, synAck, from({ flags: "RA", acknowledgement: 0 })],
    told: ["22 accepted handshake"],
  },
  {
    name: "a closed port",
    packets: [syn, back({ flags: "RA", acknowledgement: 1_001 })],
    told: ["22 refused"],
  },
  {
    name: "a FIN probe of a closed port",
    packets: [from({ flags: "F" }), back({ flags: "RA" })],
    told: ["22 refused"],
  },
  {
    name: "a router's error",
    packets: [syn, unreachable("203.0.113.1", opening)],
    told: ["22 refused"],
  },
  {
    name: "a forged error that does not know the number",
    packets: [syn, unreachable("203.0.113.1", { ...opening, sequence: 9 })],
    told: [],
  },
  {
    name: "a repeated SYN once",
    packets: [syn, [1_000, syn], [3_000, syn], [halfOpenMs + 1, []]],
    told: ["22 unanswered"],
  },
  {
    name: "an answer that nobody acknowledges",
    packets: [syn, synAck, [halfOpenMs + 1, []]],
    told: ["22 accepted"],
  },
  {
    name: "nothing of packets that ask for nothing",
    packets: [ack, synAck, back({ flags: "R" }), from({ flags: "FA" })],
    told: [],
  },
  {
    name: "a port that nobody listens on, at once",
    packets: [syn],
    options: { isServed: (port) => port !== 22 },
    told: ["22 refused"],
  },
  {
    name: "a port that is served, when it answers",
    packets: [syn, synAck, ack],
    options: { isServed: () => true },
    told: ["22 accepted handshake"],
  },
  {
    name: "a datagram that is answered, once",
    packets: [
      datagram,
      back({ protocol: "udp", sourcePort: 5_060 }),
      datagram,
      back({ protocol: "udp", sourcePort: 5_060 }),
    ],
    told: ["5060 accepted"],
  },
  {
    name: "a datagram to a closed port",
    packets: [
      datagram,
      unreachable("198.51.100.2", {
        ...opening,
        protocol: "udp",
        destinationPort: 5_060,
      }),
    ],
    told: ["5060 refused"],
  },
  {
    name: "a datagram without answer",
    packets: [datagram, [datagramIdleMs + 1, []]],
    told: ["5060 unanswered"],
  },
  {
    name: "nothing of a name server's late answers",
    packets: [
      back({ protocol: "udp", sourcePort: 53, destinationPort: 50_000 }),
      [datagramIdleMs + 1, []],
    ],
    told: [],
  },
  {
    name: "nothing of multicast",
    packets: [
      from({ protocol: "udp", destination: "224.0.0.251" }),
      [datagramIdleMs + 1, []],
    ],
    told: [],
  },
];

for (const { name, packets, told, options } of rows) {
  Deno.test(`ConnectionTable.take() tells ${name}`, () => {
    const harness = new Harness(options);
    for (const packet of packets) {
      const [atMs, bytes] = packet;
      if (Array.isArray(bytes)) harness.take(bytes, atMs);
      else harness.take(packet as readonly number[]);
    }
    deepEqual(harness.told(), told);
  });
}

Deno.test("ConnectionTable.end() tells what still waits", () => {
  const harness = new Harness();
  harness.take(syn);
  harness.take(datagram);
  harness.table.end((one) => harness.seen.push(one));
  deepEqual(harness.told(), ["22 unanswered", "5060 unanswered"]);
});

Deno.test("ConnectionTable drops the oldest untold when it is full", () => {
  const harness = new Harness();
  harness.take(syn);
  for (let i = 0; i < openMax; i++) {
    harness.take(
      from({ source: `10.${i >> 8}.${i & 255}.1`, destinationPort: 80 }),
    );
  }
  equal(harness.table.dropped, 1);
  harness.take(back({ flags: "R" }));
  deepEqual(harness.told(), []);
});

Deno.test("ConnectionTable tells a client that sent something from a scanner", () => {
  const harness = new Harness();
  const opened = [syn, synAck];
  // As the live filter shows it: the handshake only at the end.
  for (const sequence of [1_001, 1_201]) {
    for (const packet of opened) harness.take(packet);
    harness.take(from({ flags: "FA", sequence, acknowledgement: 0 }));
  }
  deepEqual(harness.seen.map(({ payload }) => payload), [undefined, true]);
});
