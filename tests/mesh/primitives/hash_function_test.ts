import { deepEqual } from "node:assert/strict";
import {
  blake2b as nobleBlake2b,
  blake2s as nobleBlake2s,
} from "@noble/hashes/blake2.js";
import {
  sha256 as nobleSha256,
  sha512 as nobleSha512,
} from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { blake2b, blake2s } from "../../../mesh/primitives/blake2.ts";
import { sha256, sha512 } from "../../../mesh/primitives/sha2.ts";

/** Of "abc": RFC 7693 appendices A and B, FIPS 180-4 examples. */
const rows = [
  {
    hash: blake2b,
    twin: nobleBlake2b,
    abc: "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1" +
      "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
  },
  {
    hash: blake2s,
    twin: nobleBlake2s,
    abc: "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
  },
  {
    hash: sha256,
    twin: nobleSha256,
    abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  },
  {
    hash: sha512,
    twin: nobleSha512,
    abc: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  },
];

for (const { hash, twin, abc } of rows) {
  Deno.test(`${hash.name} of "abc" is the published one`, () => {
    const [a, bc] = [Uint8Array.of(0x61), Uint8Array.of(0x62, 0x63)];
    deepEqual(bytesToHex(hash.hash(a, bc)), abc);
  });

  Deno.test(`${hash.name} gives the bytes of @noble/hashes`, () => {
    deepEqual([hash.hashLen, hash.blockLen], [twin.outputLen, twin.blockLen]);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (parts) => {
        deepEqual(hash.hash(...parts), twin(concatBytes(...parts)));
      }),
      { numRuns: 50 },
    );
  });
}
