import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeCbor } from "../../mesh/cbor.ts";
import {
  encodeInvite,
  type Invite,
  inviteKeys,
  parseInvite,
} from "../../mesh/invite.ts";
import { ed25519Verify } from "../../mesh/primitives/ed25519.ts";
import { founder, meshId, now } from "./roster_cast.ts";

const invite: Invite = {
  meshId,
  seed: new Uint8Array(32).fill(3),
  addresses: ["192.0.2.1:443", "[2001:db8::1]:8443", "gate.example:443"],
  noisePublic: founder.noise.public,
  certificate: new Uint8Array(350).fill(7),
  node: founder.node,
  expiresAtMs: now,
};
const line = encodeInvite(invite);

/** A line with a proper checksum around any fields. */
function lineOf(fields: readonly unknown[]): string {
  const body = encodeCbor(fields as number[]);
  const bytes = [...body, ...sha256(body).subarray(0, 4)];
  const text = new Uint8Array(bytes)
    .toBase64({ alphabet: "base64url", omitPadding: true });
  return `stealthmesh1:${text}`;
}

const fields = [
  1,
  invite.meshId,
  invite.seed,
  invite.addresses,
  invite.noisePublic,
  invite.certificate,
  sha256(founder.signing.public),
  now,
];

Deno.test("parseInvite() undoes encodeInvite()", () => {
  deepEqual(parseInvite(line), invite);
  equal(lineOf(fields), line);
  ok(/^stealthmesh1:[\w-]+$/.test(line));
});

Deno.test("parseInvite() ignores white space and line breaks", () => {
  const wrapped = line.replace(/(.{60})/g, "$1\r\n  ");
  deepEqual(parseInvite(`\n ${wrapped}\n`), invite);
});

const wrong: { name: string; text: string; says: RegExp }[] = [
  { name: "an empty line", text: "", says: /starts with "stealthmesh1:"/ },
  { name: "something else", text: "hello", says: /keys invite/ },
  { name: "a later format", text: "stealthmesh2:AA", says: /stealthmesh1:/ },
  { name: "a bare prefix", text: "stealthmesh1:", says: /checksum/ },
  {
    name: "a missing character",
    text: line.slice(0, 40) + line.slice(41),
    says: /missing or changed/,
  },
  {
    name: "a changed character",
    text: line.slice(0, 40) + (line[40] === "A" ? "B" : "A") + line.slice(41),
    says: /missing or changed/,
  },
  { name: "a cut-off end", text: line.slice(0, -9), says: /missing/ },
  {
    name: "a foreign character",
    text: line.slice(0, 20) + "§" + line.slice(21),
    says: /character 21 \("§"\)/,
  },
  {
    name: "an overlong line",
    text: line + "A".repeat(4_000),
    says: /at most 2900/,
  },
  { name: "a list too short", text: lineOf([1]), says: /1 fields, 8/ },
  { name: "no list", text: lineOf([2, ...fields.slice(1)]), says: /version 2/ },
  ...([
    [1, new Uint8Array(31), /mesh id/],
    [2, "seed", /seed/],
    [3, [], /addresses/],
    [3, ["no address"], /addresses/],
    [3, ["192.0.2.1:0"], /addresses/],
    [3, ["192.0.2.1:65536"], /addresses/],
    [4, null, /Noise key/],
    [5, new Uint8Array(2_049), /at most 2900|certificate/],
    [6, founder.node, /node/],
    [7, -1, /expiry/],
  ] as const).map(([at, value, says]) => ({
    name: `field ${at} being ${JSON.stringify(value)?.slice(0, 20)}`,
    text: lineOf(fields.with(at, value as never)),
    says,
  })),
];
for (const { name, text, says } of wrong) {
  Deno.test(`parseInvite() tells about ${name}`, () => {
    throws(() => parseInvite(text), (error: unknown) => {
      ok(error instanceof SyntaxError, String(error));
      ok(says.test(error.message), error.message);
      return error.message.startsWith("Cannot parse invite: ");
    });
  });
}

Deno.test("encodeInvite() throws at fields that nobody could read", () => {
  const rows: Partial<Invite>[] = [
    { seed: new Uint8Array(31) },
    { addresses: [] },
    { addresses: ["localhost"] },
    { certificate: new Uint8Array(2_500) },
    { expiresAtMs: -1 },
  ];
  for (const row of rows) {
    throws(() => encodeInvite({ ...invite, ...row }), RangeError);
  }
});

Deno.test("inviteKeys() derives unlike keys that depend on the seed alone", () => {
  const keys = inviteKeys(invite.seed);
  deepEqual(inviteKeys(invite.seed).psk, keys.psk);
  const hexes = [invite.seed, keys.psk, keys.gateKey, keys.id]
    .map((bytes) => bytes.toHex());
  equal(new Set(hexes).size, 4);
  const message = new Uint8Array(9);
  ok(ed25519Verify(keys.id, message, keys.signer.sign(message)));
  throws(() => inviteKeys(new Uint8Array(16)), RangeError);
});
