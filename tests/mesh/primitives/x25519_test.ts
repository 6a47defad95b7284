import { deepEqual, throws } from "node:assert/strict";
import { x25519 as noble } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { x25519 } from "../../../mesh/primitives/x25519.ts";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anySecret = x25519.keyPairOf(new Uint8Array(32).fill(5));

/** RFC 7748, section 5.2. */
const published = [
  {
    name: "first",
    secret: "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    point: "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    shared: "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  },
  {
    name: "second (the top bit of the point is ignored)",
    secret: "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    point: "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    shared: "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  },
];

for (const { name, secret, point, shared } of published) {
  Deno.test(`x25519.dh() RFC 7748 section 5.2, ${name}`, () => {
    const keyPair = x25519.keyPairOf(hexToBytes(secret));
    deepEqual(bytesToHex(x25519.dh(keyPair, hexToBytes(point))), shared);
  });
}

/** The points of order 1, 2, 4 and 8, and non-canonical spellings of them. */
const lowOrder = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

for (const point of lowOrder) {
  Deno.test(`x25519.dh() gives zeros for low order ${point.slice(0, 8)}…`, () => {
    deepEqual(x25519.dh(anySecret, hexToBytes(point)), new Uint8Array(32));
  });
}

Deno.test("x25519.dh() gives the bytes of @noble/curves", () => {
  fc.assert(
    fc.property(bytes32, bytes32, (secret, other) => {
      const keyPair = x25519.keyPairOf(secret);
      deepEqual(keyPair.public, noble.getPublicKey(secret));
      const point = noble.getPublicKey(other);
      deepEqual(
        x25519.dh(keyPair, point),
        noble.getSharedSecret(secret, point),
      );
    }),
    { numRuns: 20 },
  );
});

Deno.test("x25519.dh() takes every 32 bytes as a point", () => {
  fc.assert(
    fc.property(bytes32, (point) => {
      deepEqual(x25519.dh(anySecret, point).length, 32);
    }),
    { numRuns: 200 },
  );
});

Deno.test("x25519.dh() refuses keys of another length", () => {
  for (const length of [0, 31, 33, 56]) {
    const key = new Uint8Array(length);
    throws(() => x25519.dh(anySecret, key), RangeError);
    throws(() => x25519.keyPairOf(key), RangeError);
  }
});

Deno.test("x25519.generateKeyPair() asks only the randomness handed in", () => {
  const random = { fill: (bytes: Uint8Array) => void bytes.fill(5) };
  deepEqual(x25519.generateKeyPair(random), anySecret);
});
