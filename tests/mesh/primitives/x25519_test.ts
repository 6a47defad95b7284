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

Deno.test("x25519.dh() RFC 7748 section 5.2, iterated", () => {
  let k = Uint8Array.of(9, ...new Uint8Array(31));
  let u = k;
  for (let round = 1; round <= 1_000; round++) {
    const next = x25519.dh({ secret: k, public: u }, u);
    [k, u] = [new Uint8Array(next), k];
    if (round > 1) continue;
    deepEqual(
      bytesToHex(k),
      "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
    );
  }
  deepEqual(
    bytesToHex(k),
    "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
  );
});

Deno.test("x25519 RFC 7748 section 6.1, both parties", () => {
  const alice = x25519.keyPairOf(hexToBytes(
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
  ));
  const bob = x25519.keyPairOf(hexToBytes(
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
  ));
  deepEqual(
    bytesToHex(alice.public),
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  );
  deepEqual(
    bytesToHex(bob.public),
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  );
  const shared =
    "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  deepEqual(bytesToHex(x25519.dh(alice, bob.public)), shared);
  deepEqual(bytesToHex(x25519.dh(bob, alice.public)), shared);
});

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
