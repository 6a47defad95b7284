import { deepEqual, equal, notEqual, ok, throws } from "node:assert/strict";
import { decodeCbor, encodeCbor } from "../../mesh/cbor.ts";
import { payloadBytesMax } from "../../mesh/limits.ts";
import {
  messageOverheadMax,
  MessageWriter,
  readMessage,
  type SignedMessage,
  signerOf,
} from "../../mesh/message.ts";
import { nodePrefix } from "../../mesh/node_id.ts";
import type { Roster } from "../../mesh/roster.ts";
import { writeRotation } from "../../mesh/roster_entry.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import {
  day,
  hour,
  join,
  keysOf,
  meshId,
  nextKeys,
  now,
  operator,
  rosterOf,
  year,
} from "./roster_cast.ts";

const anna = keysOf("anna");
const berta = keysOf("berta");
const payload = new Uint8Array(90).fill(4);
const members = [...join(anna, "anna"), ...join(berta, "berta")];
const rotation = writeRotation({
  meshId,
  old: anna,
  next: nextKeys(anna),
  nowMs: now + day,
});
const revocation = writeRevocation({
  meshId,
  signer: operator,
  by: "operator",
  node: anna.node,
  nowMs: now + day,
});

function sent(keys = anna, mesh = meshId): SignedMessage {
  return new MessageWriter(keys, 1_700_000_000, mesh).write(payload);
}

/** A message of Anna's with one field replaced. */
function altered(at: number, value: unknown): Uint8Array {
  const fields = decodeCbor(sent().bytes) as number[];
  return encodeCbor(fields.with(at, value as number));
}

Deno.test("MessageWriter.write() numbers and chains messages", () => {
  const writer = new MessageWriter(anna, 5, meshId);
  const [first, second, third] = [1, 2, 3]
    .map((byte) => writer.write(Uint8Array.of(byte)));
  deepEqual([first!.counter, second!.counter, third!.counter], [0, 1, 2]);
  equal(first!.previous.toHex(), "0".repeat(32));
  equal(second!.previous.toHex(), first!.id);
  equal(third!.previous.toHex(), second!.id);
  deepEqual(third!.origin, nodePrefix(anna.node));
});

Deno.test("readMessage() reads what MessageWriter wrote", () => {
  deepEqual(readMessage(sent().bytes), sent());
});

Deno.test("readMessage() tells what is the mesh's own from the owner's", () => {
  const writer = new MessageWriter(anna, 5, meshId);
  const topics = [writer.write(payload), writer.write(payload, "mesh")]
    .map(({ bytes }) => readMessage(bytes)?.topic);
  deepEqual(topics, ["owner", "mesh"]);
});

Deno.test("MessageWriter.write() adds at most messageOverheadMax bytes", () => {
  const writer = new MessageWriter(anna, 0xffff_ffff, meshId);
  for (const length of [0, 23, 24, 255, 256, payloadBytesMax]) {
    const { bytes } = writer.write(new Uint8Array(length));
    ok(bytes.length - length <= messageOverheadMax, `${bytes.length}`);
    ok(readMessage(bytes));
  }
  throws(() => writer.write(new Uint8Array(payloadBytesMax + 1)), RangeError);
  ok(messageOverheadMax <= 110);
});

const malformed: { name: string; bytes: Uint8Array }[] = [
  { name: "nothing", bytes: new Uint8Array() },
  { name: "another version", bytes: altered(0, 2) },
  { name: "a long origin", bytes: altered(1, new Uint8Array(9)) },
  { name: "an incarnation past 32 bits", bytes: altered(2, 2 ** 32) },
  { name: "a negative incarnation", bytes: altered(2, -1) },
  { name: "a counter past 32 bits", bytes: altered(3, 2 ** 32) },
  { name: "a short link to the message before", bytes: altered(4, payload) },
  { name: "a payload that is text", bytes: altered(5, "text") },
  {
    name: "a payload too long",
    bytes: altered(5, new Uint8Array(payloadBytesMax + 1)),
  },
  { name: "an unknown topic", bytes: altered(6, 2) },
  { name: "a topic that is no number", bytes: altered(6, payload) },
  { name: "a short signature", bytes: altered(7, new Uint8Array(63)) },
  {
    name: "a field more",
    bytes: encodeCbor([...(decodeCbor(sent().bytes) as number[]), 0]),
  },
  { name: "a cut-off end", bytes: sent().bytes.subarray(0, -1) },
];
for (const { name, bytes } of malformed) {
  Deno.test(`readMessage() refuses ${name}`, () => {
    equal(readMessage(bytes), undefined);
  });
}

const verdicts: {
  name: string;
  message: SignedMessage;
  roster: Roster;
  wallMs?: number;
  genuine: boolean;
}[] = [
  {
    name: "a member's",
    message: sent(),
    roster: rosterOf(...members),
    genuine: true,
  },
  {
    name: "a stranger's",
    message: sent(keysOf("stranger")),
    roster: rosterOf(...members),
    genuine: false,
  },
  {
    name: "one member's in another's name",
    message: sent({ ...berta, node: anna.node }),
    roster: rosterOf(...members),
    genuine: false,
  },
  ...[[2, 5], [3, 9], [4, new Uint8Array(16).fill(1)], [5, new Uint8Array(2)], [
    6,
    1,
  ]]
    .map(([at, value]) => ({
      name: `with field ${at} changed`,
      message: readMessage(altered(at as number, value))!,
      roster: rosterOf(...members),
      genuine: false,
    })),
  {
    name: "of another mesh",
    message: sent(anna, new Uint8Array(32).fill(1)),
    roster: rosterOf(...members),
    genuine: false,
  },
  {
    name: "a revoked member's",
    message: sent(),
    roster: rosterOf(...members, revocation),
    genuine: false,
  },
  {
    name: "an expired member's",
    message: sent(),
    roster: rosterOf(...members),
    wallMs: now + hour + year + 1,
    genuine: false,
  },
  {
    name: "with the key before the rotation, in the overlap",
    message: sent(),
    roster: rosterOf(...members, rotation),
    wallMs: now + 2 * day - 1,
    genuine: true,
  },
  {
    name: "with the key before the rotation, after the overlap",
    message: sent(),
    roster: rosterOf(...members, rotation),
    wallMs: now + 2 * day,
    genuine: false,
  },
  {
    name: "with the key after the rotation",
    message: sent(nextKeys(anna)),
    roster: rosterOf(...members, rotation),
    wallMs: now + 2 * day,
    genuine: true,
  },
  {
    name: "with a key whose rotation is not known yet",
    message: sent(nextKeys(anna)),
    roster: rosterOf(...members),
    genuine: false,
  },
];
for (
  const { name, message, roster, wallMs = now + hour, genuine } of verdicts
) {
  Deno.test(`signerOf() ${genuine ? "knows" : "refuses"} a message ${name}`, () => {
    const origin = signerOf(message, roster, wallMs)?.node;
    equal(origin, genuine ? anna.node : undefined);
  });
}

Deno.test("MessageWriter.useKeys() goes on counting with the new key", () => {
  const writer = new MessageWriter(anna, 5, meshId);
  const before = writer.write(payload);
  writer.useKeys(nextKeys(anna));
  const after = writer.write(payload);
  const roster = rosterOf(...members, rotation);
  for (const message of [before, after]) {
    equal(signerOf(message, roster, now + day)?.node, anna.node);
  }
  equal(after.counter, 1);
  equal(after.previous.toHex(), before.id);
  throws(() => writer.useKeys(berta), RangeError);
});

Deno.test("SignedMessage.id covers the signature", () => {
  const copy = readMessage(altered(7, new Uint8Array(64)))!;
  notEqual(copy.id, sent().id);
});

Deno.test("new MessageWriter() wants an incarnation of 32 bits", () => {
  for (const incarnation of [-1, 1.5, 2 ** 32, NaN]) {
    throws(() => new MessageWriter(anna, incarnation, meshId), RangeError);
  }
});
