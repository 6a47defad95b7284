import { deepEqual, equal, throws } from "node:assert/strict";
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { encodeCbor } from "../../mesh/cbor.ts";
import { validMsMax } from "../../mesh/entry_body.ts";
import {
  encodeEntry,
  readEntry,
  signedBytes,
  splitEntry,
} from "../../mesh/entry_codec.ts";
import {
  countersignAdmission,
  foundMesh,
  issueSkewMsMax,
  writeAdmission,
  writeCard,
  writeRenewal,
  writeRotation,
} from "../../mesh/roster_entry.ts";
import {
  founder,
  founding,
  inviteOf,
  join,
  keysOf,
  meshId,
  nextKeys,
  now,
  operator,
  signerOf,
  year,
} from "./roster_cast.ts";

const anna = keysOf("anna");
const otherMesh = new Uint8Array(32).fill(1);
const [, admission] = join(anna, "anna");
const asked = writeAdmission({
  meshId,
  invite: inviteOf("anna").signer,
  keys: anna,
  name: "anna",
  nowMs: now,
  validMs: year,
});

function cardWith(changes: Partial<Parameters<typeof writeCard>[0]>) {
  return writeCard({
    meshId,
    keys: anna,
    seq: 1,
    name: "anna",
    addresses: ["10.0.0.1:443"],
    certificate: new Uint8Array(350),
    ...changes,
  });
}

/** A card signed by Anna over any fields: what a bad member can make. */
function forgedCard(...fields: unknown[]): Uint8Array {
  const body = [anna.signing.public, ...fields] as number[];
  const message = signedBytes("card", "node", meshId, body);
  return encodeEntry("card", body, [signerOf(anna).sign(message)]);
}

Deno.test("foundMesh() names the mesh by its only entry", () => {
  deepEqual(meshId, sha256(founding[0]!));
  equal(founding.length, 1);
  const read = readEntry(founding[0]!, meshId);
  equal(read?.kind === "found" && read.name, "founder");
});

const read: { name: string; bytes: Uint8Array; good: boolean }[] = [
  { name: "an admission", bytes: admission, good: true },
  { name: "an admission not countersigned", bytes: asked, good: true },
  { name: "a card", bytes: cardWith({}), good: true },
  {
    name: "a card made by hand",
    bytes: forgedCard(1, "anna", [], new Uint8Array()),
    good: true,
  },
  { name: "nothing", bytes: new Uint8Array(), good: false },
  { name: "no entry", bytes: encodeCbor([1, 2, 3]), good: false },
  {
    name: "another mesh's",
    bytes: cardWith({ meshId: otherMesh }),
    good: false,
  },
  {
    name: "a name with an escape",
    bytes: forgedCard(1, "\x1b[2J", [], new Uint8Array()),
    good: false,
  },
  {
    name: "a name of 64 bytes",
    bytes: forgedCard(1, "x".repeat(64), [], new Uint8Array()),
    good: false,
  },
  {
    name: "nine addresses",
    bytes: forgedCard(1, "x", Array(9).fill("a:1"), new Uint8Array()),
    good: false,
  },
  {
    name: "an address without a port",
    bytes: forgedCard(1, "x", ["10.0.0.1"], new Uint8Array()),
    good: false,
  },
  {
    name: "a certificate of 2,049 bytes",
    bytes: forgedCard(1, "x", [], new Uint8Array(2_049)),
    good: false,
  },
  {
    name: "a negative sequence number",
    bytes: forgedCard(-1, "x", [], new Uint8Array()),
    good: false,
  },
  {
    name: "a field more",
    bytes: forgedCard(1, "x", [], new Uint8Array(), 0),
    good: false,
  },
  { name: "a field less", bytes: forgedCard(1, "x", []), good: false },
  {
    name: "a kind that does not exist",
    bytes: encodeCbor([1, 7, [], []]),
    good: false,
  },
  {
    name: "a later version",
    bytes: resealed(admission, (parts) => parts.with(0, 2)),
    good: false,
  },
  {
    name: "a part more",
    bytes: resealed(admission, (parts) => [...parts, 0]),
    good: false,
  },
  {
    name: "an admission with a signature less",
    bytes: encodeEntry(
      "admit",
      splitEntry(asked)!.body,
      signaturesOf(asked, 2),
    ),
    good: false,
  },
  {
    name: "an admission with a countersignature twice",
    bytes: encodeEntry("admit", splitEntry(asked)!.body, [
      ...signaturesOf(admission, 4),
      signaturesOf(admission, 4)[3]!,
    ]),
    good: false,
  },
  {
    name: "an admission with a short countersignature",
    bytes: encodeEntry("admit", splitEntry(asked)!.body, [
      ...signaturesOf(asked, 3),
      new Uint8Array(5),
    ]),
    good: false,
  },
  {
    name: "a countersignature taken over by somebody else",
    bytes: encodeEntry("admit", splitEntry(admission)!.body, [
      ...signaturesOf(admission, 3),
      new Uint8Array([
        ...anna.signing.public,
        ...signaturesOf(admission, 4)[3]!.subarray(32),
      ]),
    ]),
    good: false,
  },
];
for (const { name, bytes, good } of read) {
  Deno.test(`readEntry() ${good ? "takes" : "refuses"} ${name}`, () => {
    equal(readEntry(bytes, meshId) !== undefined, good);
  });
}

function signaturesOf(entry: Uint8Array, count: number): Uint8Array[] {
  return splitEntry(entry)!.signatures.slice(0, count);
}

function resealed(
  entry: Uint8Array,
  change: (parts: unknown[]) => unknown[],
): Uint8Array {
  const raw = splitEntry(entry)!;
  return encodeCbor(change([1, 2, raw.body, raw.signatures]) as number[]);
}

Deno.test("readEntry() refuses a Noise key that is another's", () => {
  const thief = {
    ...anna,
    noise: { ...anna.noise, public: founder.noise.public },
  };
  const stolen = writeAdmission({
    meshId,
    invite: inviteOf("anna").signer,
    keys: thief,
    name: "thief",
    nowMs: now,
    validMs: year,
  });
  equal(readEntry(stolen, meshId), undefined);
  const next = { ...nextKeys(anna), noise: thief.noise };
  const rotation = writeRotation({ meshId, old: anna, next, nowMs: now });
  equal(readEntry(rotation, meshId), undefined);
});

const countersigned: {
  name: string;
  entry: Uint8Array;
  atMs: number;
  good: boolean;
}[] = [
  { name: "an admission", entry: asked, atMs: now, good: true },
  {
    name: "at the edge of the skew",
    entry: asked,
    atMs: now + issueSkewMsMax,
    good: true,
  },
  {
    name: "a time too old",
    entry: asked,
    atMs: now + issueSkewMsMax + 1,
    good: false,
  },
  {
    name: "a time ahead",
    entry: asked,
    atMs: now - issueSkewMsMax - 1,
    good: false,
  },
  { name: "a finished admission", entry: admission, atMs: now, good: false },
  { name: "another kind", entry: cardWith({}), atMs: now, good: false },
  { name: "noise", entry: new Uint8Array(99), atMs: now, good: false },
  {
    name: "a spoiled admission",
    entry: asked.with(60, asked[60]! ^ 1),
    atMs: now,
    good: false,
  },
];
for (const { name, entry, atMs, good } of countersigned) {
  Deno.test(`countersignAdmission() ${good ? "signs" : "refuses"} ${name}`, () => {
    const signed = countersignAdmission(entry, {
      meshId,
      by: founder,
      nowMs: atMs,
    });
    equal(signed !== undefined, good);
    if (!signed) return;
    const entryRead = readEntry(signed, meshId);
    deepEqual(
      entryRead?.kind === "admit" && hexToBytes(entryRead.countersigner!),
      founder.signing.public,
    );
  });
}

Deno.test("countersignAdmission() refuses another mesh's admission", () => {
  const by = founder;
  equal(
    countersignAdmission(asked, { meshId: otherMesh, by, nowMs: now }),
    undefined,
  );
});

const outOfBounds: { name: string; write: () => unknown }[] = [
  { name: "a card's name", write: () => cardWith({ name: "a\nb" }) },
  { name: "a card's address", write: () => cardWith({ addresses: ["x"] }) },
  {
    name: "a card's certificate",
    write: () => cardWith({ certificate: new Uint8Array(3_000) }),
  },
  {
    name: "a founder's validity",
    write: () =>
      foundMesh({
        operator,
        keys: founder,
        name: "f",
        nowMs: now,
        validMs: validMsMax + 1,
      }),
  },
  {
    name: "a renewal's validity",
    write: () =>
      writeRenewal({
        meshId,
        signer: operator,
        by: "operator",
        node: anna.node,
        nowMs: now,
        validMs: 0,
      }),
  },
  {
    name: "a rotation that skips a generation",
    write: () =>
      writeRotation({
        meshId,
        old: anna,
        next: nextKeys(nextKeys(anna)),
        nowMs: now,
      }),
  },
  {
    name: "a rotation to another node",
    write: () =>
      writeRotation({ meshId, old: anna, next: nextKeys(founder), nowMs: now }),
  },
  {
    name: "a rotation past the last generation",
    write: () => {
      const old = { ...anna, generation: 64 };
      writeRotation({ meshId, old, next: nextKeys(old), nowMs: now });
    },
  },
];
for (const { name, write } of outOfBounds) {
  Deno.test(`roster entries throw at ${name} out of bounds`, () => {
    throws(write, RangeError);
  });
}
