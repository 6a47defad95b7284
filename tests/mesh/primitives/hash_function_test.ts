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

/** FIPS 180-4 and its example messages: nothing, and more than one block. */
const messages = [
  {
    hash: sha256,
    text: "",
    digest: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  },
  {
    hash: sha256,
    text: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  },
  {
    hash: sha256,
    text: "a".repeat(1_000_000),
    digest: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  },
  {
    hash: sha512,
    text: "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn" +
      "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    digest: "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018" +
      "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
  },
];

for (const { hash, text, digest } of messages) {
  Deno.test(`${hash.name} of "${text.slice(0, 8)}", ${text.length} bytes`, () => {
    deepEqual(bytesToHex(hash.hash(new TextEncoder().encode(text))), digest);
  });
}

/**
 * RFC 7693, appendix E: one digest over BLAKE2s of many lengths, with and
 * without a key. Slots and gate tokens use the keyed one from the library.
 */
Deno.test("BLAKE2s passes the self-test of RFC 7693, keyed and not", () => {
  const sequence = (length: number, seed: number) => {
    let [a, b] = [Math.imul(0xdead4bad, seed) >>> 0, 1];
    return Uint8Array.from({ length }, () => {
      [a, b] = [b, (a + b) >>> 0];
      return b >>> 24;
    });
  };
  const digests: Uint8Array[] = [];
  for (const dkLen of [16, 20, 28, 32]) {
    for (const length of [0, 3, 64, 65, 255, 1_024]) {
      const input = sequence(length, length);
      const key = sequence(dkLen, dkLen);
      const plain = nobleBlake2s(input, { dkLen });
      if (dkLen === 32) deepEqual(blake2s.hash(input), plain);
      digests.push(plain, nobleBlake2s(input, { dkLen, key }));
    }
  }
  deepEqual(
    bytesToHex(blake2s.hash(...digests)),
    "6a411f08ce25adcdfb02aba641451cec53c598b24f4fc787fbdc88797f4c1dfe",
  );
});
