/**
 * ML-KEM-768 (FIPS 203) as the `MLKEM768` of our Noise protocol names, from
 * `@noble/post-quantum`.
 *
 * Portable JavaScript on purpose: neither Deno 2.6 nor 2.9 has ML-KEM in
 * `node:crypto`, and Node's own lets nobody hand in the randomness, which
 * simulations and vectors need. About 0.4 to 0.9 ms per operation
 * (`tests/mesh/link_bench.ts`), once per link and side.
 *
 * Input checks of FIPS 203, section 7.2: an encapsulation key must have the
 * right length and only coefficients below q (the modulus check).
 *
 * @module
 */
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import type { Random } from "../world.ts";
import type { Encapsulation, KemFunction, KemKeyPair } from "./kem_function.ts";

/** FIPS 203, table 3, and the 64 bytes (d, z) and 32 bytes m it draws. */
const publicKeyLen = 1_184;
const ciphertextLen = 1_088;
const outputLen = 32;
const keySeedLen = 64;
const messageLen = 32;
/** The modulus of section 2.4 and the bytes of the key that hold coefficients. */
const q = 3_329;
const coefficientBytes = 1_152;

/** ML-KEM-768. */
export const mlKem768: KemFunction = {
  name: "MLKEM768",
  publicKeyLen,
  ciphertextLen,
  outputLen,

  generateKeyPair(random: Random): KemKeyPair {
    const seed = drawn(random, keySeedLen);
    const { secretKey, publicKey } = ml_kem768.keygen(seed);
    seed.fill(0);
    return { secret: secretKey, public: publicKey };
  },

  isPublicKey(bytes: Uint8Array): boolean {
    if (bytes.length !== publicKeyLen) return false;
    // Two coefficients of 12 bits in each 3 bytes (section 4.2.1).
    for (let at = 0; at < coefficientBytes; at += 3) {
      const [low = 0, middle = 0, high = 0] = bytes.subarray(at, at + 3);
      if ((low | (middle & 0x0f) << 8) >= q) return false;
      if ((middle >> 4 | high << 4) >= q) return false;
    }
    return true;
  },

  encapsulate(publicKey: Uint8Array, random: Random): Encapsulation {
    if (!this.isPublicKey(publicKey)) {
      throw new RangeError("Cannot encapsulate: not an ML-KEM-768 public key");
    }
    const message = drawn(random, messageLen);
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(
      publicKey,
      message,
    );
    message.fill(0);
    return { ciphertext: cipherText, output: sharedSecret };
  },

  decapsulate({ secret }: KemKeyPair, ciphertext: Uint8Array): Uint8Array {
    if (ciphertext.length !== ciphertextLen) {
      throw new RangeError(
        `Cannot decapsulate: expected ${ciphertextLen} bytes, got ${ciphertext.length}`,
      );
    }
    return ml_kem768.decapsulate(ciphertext, secret);
  },
};

function drawn(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  random.fill(bytes);
  return bytes;
}
