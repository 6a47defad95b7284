import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { linkMessageBytesMax } from "../../../mesh/limits.ts";
import {
  decodeLinkMessage,
  encodeLinkMessage,
  type LinkMessage,
  marksPerPartMax,
  periodMsMax,
  streamsPerPartMax,
} from "../../../mesh/wire/link_message.ts";

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length });
const some = fc.uint8Array({ minLength: 1, maxLength: 600 });

const messages: fc.Arbitrary<LinkMessage> = fc.oneof(
  fc.record({
    type: fc.constant("signed" as const),
    urgency: fc.constantFrom(0 as const, 1 as const, 2 as const),
    message: some,
  }),
  fc.record({
    type: fc.constant("have" as const),
    last: fc.boolean(),
    streams: fc.array(fc.record({
      origin: bytes(8),
      incarnation: fc.nat(2 ** 31 - 1).map((n) => n * 2 + 1),
      next: fc.nat(2 ** 31 - 1).map((n) => n * 2 + 1),
      map: fc.uint8Array({ maxLength: 32 }),
    })),
  }),
  fc.record({
    type: fc.constant("relayed" as const),
    to: bytes(8),
    everywhere: fc.boolean(),
    hopsLeft: fc.integer({ min: 1, max: 127 }),
    sealed: some,
  }),
  fc.record({
    type: fc.constant("roster_digest" as const),
    digest: bytes(16),
  }),
  fc.record({
    type: fc.constant("roster_index" as const),
    last: fc.boolean(),
    marks: fc.array(bytes(8)),
  }),
  fc.record({ type: fc.constant("roster_entry" as const), entry: some }),
  fc.record({ type: fc.constant("rekey" as const) }),
  fc.record({
    type: fc.constant("enrol_request" as const),
    admission: fc.uint8Array(),
    card: fc.uint8Array(),
  }),
  fc.record({
    type: fc.constant("enrol_answer" as const),
    code: fc.constantFrom("admitted" as const, "refused", "expired"),
    meshSecret: bytes(32),
    entries: fc.nat(),
  }),
  fc.record({
    type: fc.constant("pace" as const),
    periodMs: fc.integer({ min: 1, max: periodMsMax }),
    slotted: fc.boolean(),
  }),
  fc.record({ type: fc.constant("sketch" as const), sketch: bytes(960) }),
  fc.record({ type: fc.constant("proof" as const), proof: some }),
);

Deno.test("decodeLinkMessage() undoes encodeLinkMessage()", () => {
  fc.assert(fc.property(messages, (message) => {
    deepEqual({ ...decodeLinkMessage(encodeLinkMessage(message)) }, {
      ...message,
    });
  }));
});

const rejected: { name: string; bytes: number[] }[] = [
  { name: "nothing", bytes: [] },
  { name: "kind 0", bytes: [0, 1] },
  { name: "a kind to come", bytes: [9, 1] },
  { name: "signed without urgency", bytes: [1] },
  { name: "signed with urgency 3", bytes: [1, 3, 9] },
  { name: "signed without a message", bytes: [1, 0] },
  { name: "have without last", bytes: [2] },
  { name: "have with last 2", bytes: [2, 2] },
  { name: "have with half a stream", bytes: [2, 1, ...Array(16).fill(1)] },
  {
    name: "have with a map of 33 bytes",
    bytes: [2, 1, ...Array(16).fill(1), 33, ...Array(33).fill(0)],
  },
  {
    name: "have with a map past the end",
    bytes: [2, 1, ...Array(16).fill(1), 2, 0],
  },
  { name: "a digest one byte short", bytes: [3, ...Array(15).fill(0)] },
  { name: "an index of half marks", bytes: [4, 1, 0, 0, 0, 0] },
  { name: "an empty entry", bytes: [5] },
  { name: "rekey with a body", bytes: [6, 0] },
  { name: "enrol_request too short", bytes: [7, 0] },
  { name: "enrol_request past the end", bytes: [7, 0, 2, 1] },
  { name: "enrol_answer too short", bytes: [8, ...Array(36).fill(0)] },
  { name: "enrol_answer of code 3", bytes: [8, 3, ...Array(36).fill(0)] },
  { name: "a pace of 0 ms", bytes: [12, 0, 0, 0, 0, 0] },
  { name: "a pace beyond an hour", bytes: [12, 0, 0x36, 0xee, 0x81, 0] },
  { name: "a pace of four bytes", bytes: [12, 0, 0, 0, 250] },
  { name: "a pace of six bytes", bytes: [12, 0, 0, 0, 250, 0, 0] },
  {
    name: "a pace neither with nor without slots",
    bytes: [12, 0, 0, 0, 250, 2],
  },
  { name: "a sketch too short", bytes: [9, ...Array(959).fill(0)] },
  { name: "a sketch too long", bytes: [9, ...Array(961).fill(0)] },
  { name: "an empty proof", bytes: [10] },
  { name: "too long", bytes: [5, ...Array(linkMessageBytesMax).fill(1)] },
];

for (const { name, bytes } of rejected) {
  Deno.test(`decodeLinkMessage() rejects ${name}`, () => {
    equal(decodeLinkMessage(Uint8Array.from(bytes)), undefined);
  });
}

Deno.test("encodeLinkMessage() refuses what would not fit", () => {
  const entry = new Uint8Array(linkMessageBytesMax);
  throws(() => encodeLinkMessage({ type: "roster_entry", entry }), RangeError);
});

Deno.test("encodeLinkMessage() fits the largest parts", () => {
  const stream = {
    origin: new Uint8Array(8),
    incarnation: 2 ** 32 - 1,
    next: 2 ** 32 - 1,
    map: new Uint8Array(32),
  };
  const streams = new Array(streamsPerPartMax).fill(stream);
  const marks = new Array(marksPerPartMax).fill(new Uint8Array(8));
  ok(encodeLinkMessage({ type: "have", last: true, streams }).length > 16_000);
  ok(
    encodeLinkMessage({ type: "roster_index", last: true, marks }).length >
      16_000,
  );
});
