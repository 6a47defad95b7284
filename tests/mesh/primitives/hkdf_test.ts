import { deepEqual, throws } from "node:assert/strict";
import { blake2s as nobleBlake2s } from "@noble/hashes/blake2.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { blake2s } from "../../../mesh/primitives/blake2.ts";
import { hkdf, hmac } from "../../../mesh/primitives/hkdf.ts";
import { sha256, sha512 } from "../../../mesh/primitives/sha2.ts";

/** RFC 4231, test case 1. */
const macs = [
  {
    hash: sha256,
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    hash: sha512,
    mac: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde" +
      "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
  },
];

for (const { hash, mac } of macs) {
  Deno.test(`hmac() RFC 4231 case 1 with ${hash.name}`, () => {
    const key = new Uint8Array(20).fill(0x0b);
    const text = new TextEncoder().encode("Hi There");
    deepEqual(bytesToHex(hmac(hash, key, text)), mac);
  });
}

Deno.test("hmac() refuses a key longer than a block", () => {
  throws(() => hmac(sha256, new Uint8Array(65)), RangeError);
});

Deno.test("hkdf() RFC 5869 case 3", () => {
  // No salt stands for HASHLEN zeros, and there is no info, as in Noise.
  const salt = new Uint8Array(32);
  const outputs = hkdf(sha256, salt, new Uint8Array(22).fill(0x0b), 2);
  deepEqual(
    bytesToHex(concatBytes(...outputs)).slice(0, 84),
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d" +
      "9d201395faa4b61a96c8",
  );
});

Deno.test("hkdf() gives the bytes of @noble/hashes", () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes32, fc.uint8Array({ maxLength: 56 }), (ck, material) => {
      deepEqual(
        concatBytes(...hkdf(blake2s, ck, material, 3)),
        expand(
          nobleBlake2s,
          extract(nobleBlake2s, material, ck),
          undefined,
          96,
        ),
      );
    }),
    { numRuns: 50 },
  );
});
