import { deepEqual, throws } from "node:assert/strict";
import { blake2s as nobleBlake2s } from "@noble/hashes/blake2.js";
import { expand, extract, hkdf as nobleHkdf } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { blake2s } from "../../../mesh/primitives/blake2.ts";
import { hkdf, hmac } from "../../../mesh/primitives/hkdf.ts";
import { sha256, sha512 } from "../../../mesh/primitives/sha2.ts";

/** RFC 4231, test cases 1 and 2. */
const jefe = {
  key: new TextEncoder().encode("Jefe"),
  text: "what do ya want for nothing?",
};
const hiThere = { key: new Uint8Array(20).fill(0x0b), text: "Hi There" };
const macs = [
  {
    ...jefe,
    hash: sha256,
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    ...jefe,
    hash: sha512,
    mac: "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554" +
      "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  },
  {
    ...hiThere,
    hash: sha256,
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    ...hiThere,
    hash: sha512,
    mac: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde" +
      "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
  },
];

for (const { hash, mac, key, text } of macs) {
  Deno.test(`hmac() RFC 4231 "${text}" with ${hash.name}`, () => {
    const bytes = new TextEncoder().encode(text);
    deepEqual(bytesToHex(hmac(hash, key, bytes)), mac);
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

Deno.test("@noble/hashes hkdf, of pair keys and invites, RFC 5869 case 1", () => {
  const salt = Uint8Array.from({ length: 13 }, (_, index) => index);
  const info = Uint8Array.from({ length: 10 }, (_, index) => 0xf0 + index);
  const input = new Uint8Array(22).fill(0x0b);
  deepEqual(
    bytesToHex(nobleHkdf(nobleSha256, input, salt, info, 42)),
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf" +
      "34007208d5b887185865",
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
