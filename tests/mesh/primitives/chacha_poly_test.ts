import { deepEqual } from "node:assert/strict";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import {
  chaChaPoly,
  nativeChaChaPoly,
  portableChaChaPoly,
} from "../../../mesh/primitives/chacha_poly.ts";

/** Both where the runtime has one of its own (Deno 2.6 has none). */
const implementations = [
  { kind: "chosen", cipher: chaChaPoly },
  { kind: "portable", cipher: portableChaChaPoly },
];

/** RFC 8439, appendix A.5; its nonce has the 32 zero bits Noise asks for. */
const published = {
  key: "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
  n: 0x0807060504030201n,
  ad: "f33388860000000000004e91",
  ciphertext: "64a0861575861af460f062c79be643bd" +
    "5e805cfd345cf389f108670ac76c8cb2" +
    "4c6cfc18755d43eea09ee94e382d26b0" +
    "bdb7b73c321b0100d4f03b7f355894cf" +
    "332f830e710b97ce98c8a84abd0b9481" +
    "14ad176e008d33bd60f982b1ff37c855" +
    "9797a06ef4f0ef61c186324e2b350638" +
    "3606907b6a7c02b0f9f6157b53c867e4" +
    "b9166c767b804d46a59b5216cde7a4e9" +
    "9040c5a40433225ee282a1b0a06c523e" +
    "af4534d7f83fa1155b0047718cbc546a" +
    "0d072b04b3564eea1b422273f548271a" +
    "0bb2316053fa76991955ebd63159434e" +
    "cebb4e466dae5a1073a6727627097a10" +
    "49e617d91d361094fa68f0ff77987130" +
    "305beaba2eda04df997b714d6c6f2c29" +
    "a6ad5cb4022b02709b" +
    "eead9d67890cbb22392336fea1851f38",
};

for (const { kind, cipher } of implementations) {
  Deno.test(`${kind} ChaChaPoly RFC 8439 appendix A.5`, () => {
    const key = hexToBytes(published.key);
    const ad = hexToBytes(published.ad);
    const ciphertext = hexToBytes(published.ciphertext);
    const plaintext = cipher.decrypt(key, published.n, ad, ciphertext);
    deepEqual(
      new TextDecoder().decode(plaintext).slice(0, 31),
      "Internet-Drafts are draft docum",
    );
    deepEqual(
      bytesToHex(
        cipher.encrypt(key, published.n, ad, plaintext ?? new Uint8Array()),
      ),
      published.ciphertext,
    );
  });

  Deno.test(`${kind} ChaChaPoly refuses whatever was changed`, () => {
    const key = new Uint8Array(32).fill(1);
    const ad = Uint8Array.of(1, 2, 3);
    const sealed = cipher.encrypt(key, 7n, ad, Uint8Array.of(9, 9, 9));
    const flipped = (at: number) => sealed.map((b, i) => i === at ? b ^ 1 : b);
    const rows = [
      cipher.decrypt(key, 7n, ad, flipped(0)),
      cipher.decrypt(key, 7n, ad, flipped(sealed.length - 1)),
      cipher.decrypt(key, 8n, ad, sealed),
      cipher.decrypt(key, 7n, Uint8Array.of(1, 2), sealed),
      cipher.decrypt(key, 7n, new Uint8Array(0), sealed),
      cipher.decrypt(new Uint8Array(32), 7n, ad, sealed),
      cipher.decrypt(key, 7n, ad, sealed.subarray(1)),
      cipher.decrypt(key, 7n, ad, sealed.subarray(0, 15)),
      cipher.decrypt(key, 7n, ad, new Uint8Array(0)),
    ];
    deepEqual(rows, rows.map(() => undefined));
    deepEqual(cipher.decrypt(key, 7n, ad, sealed), Uint8Array.of(9, 9, 9));
  });
}

Deno.test({
  name: "nativeChaChaPoly gives the bytes of portableChaChaPoly",
  ignore: nativeChaChaPoly === undefined,
  fn() {
    const native = nativeChaChaPoly ?? portableChaChaPoly;
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.uint8Array({ maxLength: 70 }),
        fc.uint8Array({ maxLength: 600 }),
        (key, n, ad, plaintext) => {
          const sealed = native.encrypt(key, n, ad, plaintext);
          deepEqual(sealed, portableChaChaPoly.encrypt(key, n, ad, plaintext));
          // A view into a larger buffer, as cells of a stream are.
          const framed = new Uint8Array(sealed.length + 9);
          framed.set(sealed, 5);
          const view = framed.subarray(5, 5 + sealed.length);
          deepEqual(native.decrypt(key, n, ad, view), plaintext);
          deepEqual(portableChaChaPoly.decrypt(key, n, ad, view), plaintext);
        },
      ),
      { numRuns: 100 },
    );
  },
});
