import { deepEqual } from "node:assert/strict";
import { ed25519 as noble } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import {
  ed25519PublicKey,
  ed25519Signer,
  ed25519Verify,
} from "../../../mesh/primitives/ed25519.ts";

const seed = new Uint8Array(32).fill(3);
const signer = ed25519Signer(seed);
const message = Uint8Array.of(1, 2, 3);
const signature = signer.sign(message);

/** RFC 8032, section 7.1: tests 1, 2, 3 and SHA(abc). */
const published = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    public: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    public: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    public: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
  {
    seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    public: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    message:
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    signature:
      "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  },
];

for (const row of published) {
  Deno.test(`ed25519 RFC 8032 section 7.1 "${row.message.slice(0, 8)}"`, () => {
    const key = ed25519Signer(hexToBytes(row.seed));
    deepEqual(bytesToHex(key.public), row.public);
    deepEqual(bytesToHex(key.sign(hexToBytes(row.message))), row.signature);
  });
}

Deno.test("ed25519 gives the bytes of @noble/curves", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ maxLength: 300 }),
      (anySeed, text) => {
        const made = ed25519Signer(anySeed).sign(text);
        deepEqual(made, noble.sign(text, anySeed));
        const key = ed25519PublicKey(anySeed);
        deepEqual(key, noble.getPublicKey(anySeed));
        deepEqual(ed25519Verify(key, text, made), true);
        deepEqual(noble.verify(made, text, key), true);
      },
    ),
    { numRuns: 20 },
  );
});

const flip = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, index) => index === at ? byte ^ 1 : byte);

/** S + L: the same number modulo the group's order (RFC 8032, 5.1.7). */
function malleable(made: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s =
    made.slice(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) +
    order;
  const bytes = Uint8Array.from(
    { length: 32 },
    (_, index) => Number((s >> BigInt(8 * index)) & 255n),
  );
  return Uint8Array.of(...made.slice(0, 32), ...bytes);
}

const hostile = [
  { name: "another message", m: Uint8Array.of(1, 2), s: signature },
  { name: "a flipped R", m: message, s: flip(signature, 0) },
  { name: "a flipped S", m: message, s: flip(signature, 40) },
  { name: "S plus the order", m: message, s: malleable(signature) },
  { name: "a truncated signature", m: message, s: signature.slice(0, 63) },
  { name: "an empty signature", m: message, s: new Uint8Array(0) },
  { name: "zeros", m: message, s: new Uint8Array(64) },
];

for (const { name, m, s } of hostile) {
  Deno.test(`ed25519Verify() refuses ${name}`, () => {
    deepEqual(ed25519Verify(signer.public, m, s), false);
  });
}

const badKeys = [
  { name: "another key", key: ed25519PublicKey(new Uint8Array(32)) },
  { name: "a short key", key: signer.public.slice(1) },
  { name: "a key off the curve", key: new Uint8Array(32).fill(2) },
  { name: "no key", key: new Uint8Array(0) },
];

for (const { name, key } of badKeys) {
  Deno.test(`ed25519Verify() refuses ${name}`, () => {
    deepEqual(ed25519Verify(key, message, signature), false);
  });
}

Deno.test("ed25519Verify() takes the genuine one", () => {
  deepEqual(ed25519Verify(signer.public, message, signature), true);
});

Deno.test("ed25519Verify() never throws", () => {
  const bytes = fc.uint8Array({ maxLength: 80 });
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const made = fc.uint8Array({ minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(
      fc.oneof(bytes, key),
      bytes,
      fc.oneof(bytes, made),
      (anyKey, text, anySignature) => {
        deepEqual(ed25519Verify(anyKey, text, anySignature), false);
      },
    ),
  );
});
