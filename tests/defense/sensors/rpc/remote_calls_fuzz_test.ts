/**
 * Whatever bytes a connection carries, reading it ends in observations or in
 * silence, never in an exception.
 */
import { ok } from "node:assert/strict";
import fc from "fast-check";
import { CaptureReader } from "../../../../defense/sensors/capture_reader.ts";
import { frame, ipPacket, pcapFile } from "../made_packets.ts";
import {
  desktopRequest,
  framed,
  rpcBind,
  rpcRequest,
  smb1Open,
  smb1Transact,
  smb1Tree,
  smb2Login,
  smb2LoginAnswer,
  smb2Open,
  smb2Transceive,
  smb2Tree,
  smb2TreeAnswer,
  smb2Write,
  uuids,
} from "./made_calls.ts";

const seed = crypto.getRandomValues(new Uint32Array(1))[0]! | 0;
const messages = [
  framed(smb2Tree(1, "\\\\F\\ADMIN$")),
  framed(smb2TreeAnswer(1, 5)),
  framed(smb2Open(2, 5, "svcctl")),
  framed(smb2Write(3, rpcBind([uuids.svcctl, uuids.samr]))),
  framed(smb2Transceive(4, rpcRequest(12))),
  framed(smb2Login(5, "ada")),
  framed(smb2LoginAnswer(5, 0xc000006d)),
  framed(smb1Tree(1, "\\\\F\\C$")),
  framed(smb1Open(2, 7, "\\atsvc")),
  framed(smb1Transact(3, rpcBind([uuids.samr]))),
  rpcBind([uuids.drsuapi]),
  rpcRequest(3),
  desktopRequest("ada"),
  [0, 0xff, 0xff, 0xff, 0xfe, 0x53, 0x4d, 0x42],
];
/** A message with some bytes turned into others and its end cut off. */
const spoiled = fc.record({
  message: fc.constantFrom(...messages),
  changes: fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
  cut: fc.nat(60),
}).map(({ message, changes, cut }) => {
  const bytes = [...message];
  for (const [at, value] of changes) {
    if (at < bytes.length) bytes[at] = value;
  }
  return cut < 20 ? bytes.slice(0, bytes.length - cut) : bytes;
});
const segment = fc.record({
  bytes: fc.oneof(
    { weight: 6, arbitrary: spoiled },
    fc.array(fc.nat(255), { maxLength: 80 }),
  ),
  back: fc.boolean(),
  skip: fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    fc.integer({
      min: -90,
      max: 9_000,
    }),
  ),
});

for (const port of [445, 139, 135, 3389]) {
  Deno.test(`RemoteCalls.take() survives anything on ${port} (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 14 }), (segments) => {
        const next = { there: 1, back: 0xffff_fff0 };
        const packets = segments.map(({ bytes, back, skip }, at) => {
          const way = back ? "back" : "there";
          const sequence = (next[way] + skip) >>> 0;
          next[way] = (sequence + bytes.length) >>> 0;
          const [source, destination] = back
            ? ["10.0.0.2", "10.0.0.9"]
            : ["10.0.0.9", "10.0.0.2"];
          const ip = ipPacket({
            source,
            destination,
            sourcePort: back ? port : 50_001,
            destinationPort: back ? 50_001 : port,
            flags: "A",
            sequence,
            bytes,
          });
          return { atMs: 1_772_359_200_000 + at, bytes: frame(ip) };
        });
        const reader = new CaptureReader();
        reader.push(pcapFile(packets), (seen) => {
          ok(seen.source === "10.0.0.9" || seen.source === "10.0.0.2");
        });
        reader.end(() => {});
      }),
      { seed, numRuns: 300 },
    );
  });
}
