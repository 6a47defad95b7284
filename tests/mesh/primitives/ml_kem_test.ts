import { deepEqual, throws } from "node:assert/strict";
import { shake128 } from "@noble/hashes/sha3.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { mlKem768 } from "../../../mesh/primitives/ml_kem.ts";
import type { Random } from "../../../mesh/world.ts";

/** Hands out given bytes, in pieces of exactly the sizes asked for. */
function dealing(bytes: Uint8Array): Random {
  let at = 0;
  return {
    fill(piece) {
      if (at + piece.length > bytes.length) throw new Error("nothing left");
      piece.set(bytes.subarray(at, at += piece.length));
    },
  };
}

const pair = mlKem768.generateKeyPair(dealing(new Uint8Array(64).fill(7)));
const message = new Uint8Array(32).fill(9);
const { ciphertext, output } = mlKem768.encapsulate(
  pair.public,
  dealing(message),
);

/**
 * The accumulated vector of C2SP's CCTV for the final FIPS 203, as Go's
 * `crypto/mlkem` pins it for 100 rounds: all inputs come from one SHAKE-128 of
 * nothing, all outputs go into another, implicit rejections included.
 */
Deno.test("mlKem768 gives the accumulated vector of 100 key pairs", () => {
  const inputs = shake128.create();
  const outputs = shake128.create();
  for (let round = 0; round < 100; round++) {
    const keys = mlKem768.generateKeyPair(dealing(inputs.xof(64)));
    const made = mlKem768.encapsulate(keys.public, dealing(inputs.xof(32)));
    const random = inputs.xof(mlKem768.ciphertextLen);
    deepEqual(mlKem768.decapsulate(keys, made.ciphertext), made.output);
    outputs.update(keys.public).update(made.ciphertext).update(made.output)
      .update(mlKem768.decapsulate(keys, random));
  }
  deepEqual(
    bytesToHex(outputs.xof(32)),
    "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415",
  );
});

Deno.test("mlKem768 has the sizes of FIPS 203, table 3", () => {
  deepEqual(
    [pair.public, pair.secret, ciphertext, output].map((each) => each.length),
    [1_184, 2_400, 1_088, 32],
  );
  deepEqual(
    [mlKem768.publicKeyLen, mlKem768.ciphertextLen, mlKem768.outputLen],
    [1_184, 1_088, 32],
  );
});

Deno.test("mlKem768 depends on nothing but the randomness handed in", () => {
  deepEqual(
    mlKem768.generateKeyPair(dealing(new Uint8Array(64).fill(7))),
    pair,
  );
  deepEqual(mlKem768.encapsulate(pair.public, dealing(message)), {
    ciphertext,
    output,
  });
});

Deno.test("mlKem768 wipes the seeds it drew", () => {
  const drawn: Uint8Array[] = [];
  const random = {
    fill(bytes: Uint8Array) {
      drawn.push(bytes.fill(1));
    },
  };
  mlKem768.encapsulate(mlKem768.generateKeyPair(random).public, random);
  deepEqual(drawn, [new Uint8Array(64), new Uint8Array(32)]);
});

/** Writes coefficient `index` (12 bits, FIPS 203 section 4.2.1) into a key. */
function withCoefficient(index: number, value: number): Uint8Array {
  const key = pair.public.slice();
  const at = (index >> 1) * 3;
  if (index % 2 === 0) {
    key[at] = value & 0xff;
    key[at + 1] = (key[at + 1]! & 0xf0) | value >> 8;
  } else {
    key[at + 1] = (key[at + 1]! & 0x0f) | (value & 0x0f) << 4;
    key[at + 2] = value >> 4;
  }
  return key;
}

const keys: { name: string; key: Uint8Array; good: boolean }[] = [
  { name: "a genuine key", key: pair.public, good: true },
  { name: "q - 1 first", key: withCoefficient(0, 3_328), good: true },
  { name: "q - 1 last", key: withCoefficient(767, 3_328), good: true },
  { name: "another rho", key: pair.public.with(1_183, 1), good: true },
  { name: "q first", key: withCoefficient(0, 3_329), good: false },
  { name: "q last", key: withCoefficient(767, 3_329), good: false },
  { name: "4095 in the middle", key: withCoefficient(301, 4_095), good: false },
  { name: "all ones", key: new Uint8Array(1_184).fill(255), good: false },
  { name: "one byte less", key: pair.public.slice(1), good: false },
  { name: "one byte more", key: Uint8Array.of(...pair.public, 0), good: false },
  { name: "nothing", key: new Uint8Array(0), good: false },
];

for (const { name, key, good } of keys) {
  Deno.test(`mlKem768.isPublicKey() says ${good} to ${name}`, () => {
    deepEqual(mlKem768.isPublicKey(key), good);
    const encapsulate = () => mlKem768.encapsulate(key, dealing(message));
    if (good) deepEqual(encapsulate().output.length, 32);
    else throws(encapsulate, RangeError);
  });
}

Deno.test("mlKem768.isPublicKey() refuses q and more in every place", () => {
  for (let index = 0; index < 768; index++) {
    deepEqual(mlKem768.isPublicKey(withCoefficient(index, 3_328)), true);
    for (const value of [3_329, 3_584, 4_095]) {
      deepEqual(mlKem768.isPublicKey(withCoefficient(index, value)), false);
    }
  }
});

Deno.test("mlKem768.decapsulate() gives another output for any changed bit", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_088 * 8 - 1 }), (bit) => {
      const at = bit >> 3;
      const bad = ciphertext.with(at, ciphertext[at]! ^ 1 << (bit & 7));
      const rejected = mlKem768.decapsulate(pair, bad);
      deepEqual(rejected.length, 32);
      deepEqual(bytesToHex(rejected) === bytesToHex(output), false);
      // Implicit rejection is no coin toss: FIPS 203, section 7.3.
      deepEqual(mlKem768.decapsulate(pair, bad), rejected);
    }),
    { numRuns: 50 },
  );
});

Deno.test("mlKem768.decapsulate() refuses another length", () => {
  for (const length of [0, 1_087, 1_089, 1_184]) {
    throws(
      () => mlKem768.decapsulate(pair, new Uint8Array(length)),
      RangeError,
    );
  }
});
