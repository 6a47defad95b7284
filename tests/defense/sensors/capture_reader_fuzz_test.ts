/**
 * Whatever a capture holds, reading it ends in observations with a real
 * address or in a counter, never in an exception, and in bounded time.
 */
import { equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { readAddress } from "../../../defense/address.ts";
import { CaptureReader } from "../../../defense/sensors/capture_reader.ts";
import {
  asked,
  frame,
  ipPacket,
  pcapFile,
  pcapngFile,
  readInChunks,
  unreachable,
} from "./made_packets.ts";

const seed = crypto.getRandomValues(new Uint32Array(1))[0]! | 0;
const asked6 = { ...asked, source: "2001:db8::1", destination: "2001:db8::2" };
const packets = [
  ipPacket(asked),
  ipPacket({ ...asked, flags: "PA", payload: "USER x\r\nPASS y\r\n" }),
  ipPacket({
    ...asked6,
    extensions: [[0, [0, 0, 0, 0, 0, 0, 0]], [44, [0, 0, 1, 0, 0, 0, 9]]],
  }),
  ipPacket({ ...asked6, protocol: "udp" }),
  unreachable("203.0.113.1", asked),
  unreachable("2001:db8::9", asked6),
].map((ip, index) => ({ atMs: 1_000 * index, bytes: frame(ip, index % 3) }));
const files = [
  pcapFile(packets),
  pcapFile(packets, { littleEndian: false, nanoseconds: true }),
  pcapFile(packets, { linkType: 113 }),
  pcapFile(packets, { linkType: 101 }),
  pcapFile(packets, { linkType: 117 }),
  pcapngFile(packets),
  pcapngFile(packets, false),
];

function survive(bytes: Uint8Array, chunkBytes: number): void {
  const reader = new CaptureReader();
  const check = (seen: { source: string }) =>
    equal(readAddress(seen.source), seen.source);
  readInChunks(reader, bytes, chunkBytes, check);
  ok(reader.counters.packets <= bytes.length);
}

Deno.test(`CaptureReader survives flipped bytes (seed ${seed})`, () => {
  const change = fc.tuple(fc.nat(2_000), fc.nat(255));
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.array(change, { maxLength: 12 }),
      fc.integer({ min: 1, max: 500 }),
      (file, changes, chunkBytes) => {
        const bytes = file.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        survive(bytes, chunkBytes);
      },
    ),
    { seed, numRuns: 3_000 },
  );
});

Deno.test(`CaptureReader survives any bytes (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.nat(60),
      fc.uint8Array({ maxLength: 400 }),
      (file, keep, rest) => {
        survive(Uint8Array.from([...file.subarray(0, keep), ...rest]), 64);
      },
    ),
    { seed, numRuns: 2_000 },
  );
});
