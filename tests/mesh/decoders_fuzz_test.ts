/**
 * No bytes make a decoder of this folder do anything but accept or refuse, and
 * what it accepts is exactly what the encoder would have written.
 *
 * fast-check prints seed and path of a failure; `fc.assert(…, { seed, path })`
 * plays it again.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { decodeCbor, encodeCbor } from "../../mesh/cbor.ts";
import { readEntry, splitEntry } from "../../mesh/entry_codec.ts";
import { readMessage } from "../../mesh/message.ts";
import { encodeInvite, parseInvite } from "../../mesh/invite.ts";
import { Gate, mintToken } from "../../mesh/gate.ts";
import { MessageWriter } from "../../mesh/message.ts";
import { writeCard, writeRotation } from "../../mesh/roster_entry.ts";
import {
  acknowledge,
  founder,
  founding,
  join,
  keysOf,
  meshId,
  nextKeys,
  nextOperator,
  now,
  operator,
  promote,
  retire,
  rosterOf,
  succeed,
} from "./roster_cast.ts";

const anna = keysOf("anna");
const genuineEntries = [
  ...founding,
  ...join(anna, "anna"),
  writeRotation({ meshId, old: anna, next: nextKeys(anna), nowMs: now }),
  writeCard({
    meshId,
    keys: anna,
    seq: 3,
    name: "anna",
    addresses: ["[2001:db8::1]:443"],
    certificate: new Uint8Array(90),
  }),
  promote(operator, anna, now),
  retire(founder, anna, now),
  succeed(founder, nextOperator, now, now - 1),
  acknowledge(founder, "operator", rosterOf(...join(anna, "anna")), now),
];
const genuineMessage = new MessageWriter(anna, 7, meshId)
  .write(new Uint8Array(80)).bytes;
const genuineInvite = encodeInvite({
  meshId,
  seed: new Uint8Array(32),
  addresses: ["10.0.0.1:443"],
  noisePublic: founder.noise.public,
  certificate: new Uint8Array(350),
  node: founder.node,
  expiresAtMs: now,
});

/** Genuine bytes with a few of them changed, removed or doubled. */
function spoiled(...genuine: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edit = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    fc.integer({ min: 1, max: 255 }),
    fc.constantFrom("change", "remove", "insert"),
  );
  return fc.tuple(
    fc.constantFrom(...genuine),
    fc.array(edit, { minLength: 1, maxLength: 4 }),
  ).map(([bytes, edits]) => {
    const list = [...bytes];
    for (const [place, value, what] of edits) {
      const at = Math.floor(place * list.length);
      if (what === "change") list[at] = list[at]! ^ value;
      if (what === "remove") list.splice(at, 1);
      if (what === "insert") list.splice(at, 0, value);
    }
    return Uint8Array.from(list);
  });
}

const noise = fc.uint8Array({ maxLength: 300 }).map((b) => new Uint8Array(b));

Deno.test("decodeCbor() accepts only what encodeCbor() writes", () => {
  const bytes = fc.oneof(noise, spoiled(...genuineEntries, genuineMessage));
  fc.assert(
    fc.property(bytes, (input) => {
      const value = decodeCbor(input);
      if (value !== undefined) deepEqual(encodeCbor(value), input);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("readEntry() accepts nothing that was changed", () => {
  const known = new Set(genuineEntries.map((entry) => entry.toHex()));
  fc.assert(
    fc.property(fc.oneof(noise, spoiled(...genuineEntries)), (input) => {
      if (known.has(input.toHex())) return;
      const raw = splitEntry(input);
      const read = readEntry(input, meshId);
      if (read === undefined) return;
      // All that can go without breaking a signature is the last one itself.
      equal(raw?.kind, "admit");
      ok(read.kind === "admit" && read.countersigner === undefined);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("readMessage() accepts or refuses any bytes", () => {
  fc.assert(
    fc.property(fc.oneof(noise, spoiled(genuineMessage)), (input) => {
      const message = readMessage(input);
      if (message) deepEqual(message.bytes, input);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("parseInvite() throws a SyntaxError at any other line", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((text) => `stealthmesh1:${text}`),
    spoiled(new TextEncoder().encode(genuineInvite))
      .map((bytes) => new TextDecoder().decode(bytes)),
  );
  fc.assert(
    fc.property(line, (text) => {
      if (text.replace(/\s+/g, "") === genuineInvite) return;
      try {
        parseInvite(text);
      } catch (error) {
        ok(error instanceof SyntaxError, String(error));
        return;
      }
      throw new Error("accepted");
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Gate.admit() refuses any bytes that are not the token", () => {
  const key = new Uint8Array(32).fill(1);
  const token = mintToken(key, now, new Uint8Array(8));
  const gate = new Gate<string>();
  gate.setKeys(new Map([["anna", key]]));
  fc.assert(
    fc.property(fc.oneof(noise, spoiled(token)), (input) => {
      if (input.toHex() === token.toHex()) return;
      equal(gate.admit(input, now), undefined);
    }),
    { numRuns: 2_000 },
  );
  equal(gate.admit(token, now), "anna");
});
