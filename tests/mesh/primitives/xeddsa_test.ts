import { deepEqual, equal } from "node:assert/strict";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { twinXeddsaSign } from "./xeddsa_twin.ts";
import { xeddsaSign, xeddsaVerify } from "../../../mesh/primitives/xeddsa.ts";

const message = new TextEncoder().encode("this Noise key is mine");

Deno.test("xeddsaVerify() accepts what xeddsaSign() signed, for any secret", () => {
  for (let byte = 0; byte < 24; byte++) {
    const secret = new Uint8Array(32).fill(byte * 11 + 1);
    const signature = xeddsaSign(secret, message);
    equal(xeddsaVerify(x25519.getPublicKey(secret), message, signature), true);
    deepEqual(xeddsaSign(secret, message), signature);
  }
});

Deno.test("xeddsaSign() signs as the Ed25519 key with the same u and sign 0", () => {
  const secret = new Uint8Array(32).fill(77);
  const signature = xeddsaSign(secret, message);
  const u = x25519.getPublicKey(secret);
  const edwards = edwardsOf(secret);
  deepEqual(ed25519.utils.toMontgomery(edwards), u);
  equal(ed25519.verify(signature, message, edwards), true);
});

/**
 * There is no official vector. These are of another implementation (a
 * TypeScript client of the Signal protocol) with 64 zero bytes for Z, which we
 * leave out; so the twin that gives them with Z must give ours without.
 */
const foreign = [
  {
    secret: "4060f0100b9b2564a0e8fa4bc9aac2d4a1b39a6d6a7a2e2c5c3f3e3d3c3b3a78",
    text: "Hello Digital5",
    signature:
      "c6eb465bab7b3af1f680e184c5ce16115122cb6d535d545a89e7de5d6bf60c83" +
      "4d65c0704f66702363f416d903a9dec8c256a172c4ab05eb98f363744c573f05",
  },
  {
    secret: "1034567890abcdef1234567890abcdef1234567890abcdef1234567890abcd6f",
    text: "Signal Protocol XEdDSA",
    signature:
      "48199616a1b87f03dc762edee143d969ec568464a31445512a45f903a9b37408" +
      "3feeaf95ac7a0586581ea5cadaabb26140de1314308e3b4fd163ac5d42541508",
  },
];
for (const { secret, text, signature } of foreign) {
  Deno.test(`xeddsaVerify() accepts another's signature of "${text}"`, () => {
    const key = hexToBytes(secret);
    const bytes = new TextEncoder().encode(text);
    const made = hexToBytes(signature);
    deepEqual(twinXeddsaSign(key, bytes, new Uint8Array(64)), made);
    equal(xeddsaVerify(x25519.getPublicKey(key), bytes, made), true);
  });
}

Deno.test("xeddsaSign() gives the bytes of its slow twin", () => {
  for (let byte = 0; byte < 6; byte++) {
    const key = new Uint8Array(32).fill(byte * 41 + 3);
    key[0] = key[0]! & 0xf8;
    key[31] = (key[31]! & 0x7f) | 0x40;
    const text = new Uint8Array(byte * 30).fill(byte);
    const expected = twinXeddsaSign(key, text, new Uint8Array(0));
    deepEqual(xeddsaSign(key, text), expected);
  }
});

const secret = new Uint8Array(32).fill(9);
const own = x25519.getPublicKey(secret);
const signature = xeddsaSign(secret, message);
const rows: [string, Uint8Array, Uint8Array, Uint8Array][] = [
  [
    "another key",
    x25519.getPublicKey(signature.subarray(0, 32)),
    message,
    signature,
  ],
  ["another message", own, message.subarray(1), signature],
  ["a changed signature", own, message, signature.with(0, signature[0]! ^ 1)],
  ["a changed scalar", own, message, signature.with(40, signature[40]! ^ 1)],
  ["a short signature", own, message, signature.subarray(1)],
  ["a short key", own.subarray(1), message, signature],
  [
    "a key with its top bit set",
    own.with(31, own[31]! | 0x80),
    message,
    signature,
  ],
  ["a key on the twist", twistKey(), message, signature],
];
for (const [name, key, text, signed] of rows) {
  Deno.test(`xeddsaVerify() refuses ${name}`, () => {
    equal(xeddsaVerify(key, text, signed), false);
  });
}

/**
 * The u coordinates of small order below 2^255 - 19 (RFC 7748, section 6.1,
 * and Bernstein's list), and u = -1.
 */
const smallOrder = [
  "00".repeat(32),
  "01" + "00".repeat(31),
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ec" + "ff".repeat(30) + "7f",
];
for (const hex of smallOrder) {
  Deno.test(`xeddsaVerify() refuses ${hex.slice(0, 8)}…, a key of small order`, () => {
    // R = s·B with s = 1 verifies under a key of order 1, were it let in.
    const forged = new Uint8Array(64);
    forged.set(ed25519.Point.BASE.toBytes());
    forged[32] = 1;
    for (let tries = 0; tries < 16; tries++) {
      const text = Uint8Array.of(tries);
      equal(xeddsaVerify(hexToBytes(hex), text, forged), false);
    }
  });
}

function edwardsOf(secret: Uint8Array): Uint8Array {
  const clamped = secret.slice();
  clamped[0]! &= 0xf8;
  clamped[31] = (clamped[31]! & 0x7f) | 0x40;
  const { Point } = ed25519;
  const k = Point.Fn.create(BigInt(`0x${clamped.toReversed().toHex()}`));
  const edwards = Point.BASE.multiply(k).toBytes();
  edwards[31]! &= 0x7f;
  return edwards;
}

/** u = 2 has no point on the curve. */
function twistKey(): Uint8Array {
  return new Uint8Array(32).with(0, 2);
}
