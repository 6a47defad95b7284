import { deepEqual } from "node:assert/strict";
import { gcm } from "@noble/ciphers/aes.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { aesGcm } from "../../../mesh/primitives/aes_gcm.ts";

const none = new Uint8Array(0);

/** NIST GCM specification, appendix B, test cases 13 and 14. */
const published = [
  { plaintext: 0, sealed: "530f8afbc74536b9a963b4f1c4cb738b" },
  {
    plaintext: 16,
    sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
  },
];

for (const { plaintext, sealed } of published) {
  Deno.test(`aesGcm.encrypt() ${plaintext} zeros under the zero key`, () => {
    const key = new Uint8Array(32);
    const zeros = new Uint8Array(plaintext);
    deepEqual(bytesToHex(aesGcm.encrypt(key, 0n, none, zeros)), sealed);
  });
}

Deno.test("aesGcm gives the bytes of @noble/ciphers", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ maxLength: 600 }),
      (key, n, ad, plaintext) => {
        const nonce = new Uint8Array(12);
        // Big-endian, unlike ChaChaPoly's (section 12.4).
        new DataView(nonce.buffer).setBigUint64(4, n);
        const sealed = gcm(key, nonce, ad).encrypt(plaintext);
        deepEqual(aesGcm.encrypt(key, n, ad, plaintext), sealed);
        deepEqual(aesGcm.decrypt(key, n, ad, sealed), plaintext);
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("aesGcm.decrypt() refuses whatever was changed", () => {
  const key = new Uint8Array(32).fill(1);
  const sealed = aesGcm.encrypt(key, 7n, none, Uint8Array.of(9, 9, 9));
  const flipped = sealed.map((byte, index) => index === 0 ? byte ^ 1 : byte);
  const rows = [
    aesGcm.decrypt(key, 7n, none, flipped),
    aesGcm.decrypt(key, 8n, none, sealed),
    aesGcm.decrypt(key, 7n, Uint8Array.of(1), sealed),
    aesGcm.decrypt(new Uint8Array(32), 7n, none, sealed),
    aesGcm.decrypt(key, 7n, none, sealed.subarray(0, 15)),
    aesGcm.decrypt(key, 7n, none, none),
  ];
  deepEqual(rows, rows.map(() => undefined));
  deepEqual(aesGcm.decrypt(key, 7n, none, sealed), Uint8Array.of(9, 9, 9));
});
