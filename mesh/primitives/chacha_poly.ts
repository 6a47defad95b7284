/**
 * ChaCha20-Poly1305 (RFC 8439) as the `ChaChaPoly` of Noise protocol names
 * (revision 34, section 12.3): the nonce is 32 zero bits, then the counter in
 * little-endian order.
 *
 * Two implementations with the same bytes: the runtime's, and `@noble/ciphers`
 * for runtimes without it (Deno 2.6 has none, 2.9 has). Measured by
 * `tests/mesh/noise/noise_bench.ts`; tests hold each against the other.
 *
 * @module
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import {
  type CipherFunction,
  cipherKeyLen,
  nativeCipher,
  tagLen,
} from "./cipher_function.ts";

const none = new Uint8Array(0);

function nonceOf(n: bigint): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, n, true);
  return nonce;
}

/** In portable JavaScript. */
export const portableChaChaPoly: CipherFunction = {
  name: "ChaChaPoly",
  encrypt(k, n, ad, plaintext) {
    return chacha20poly1305(k, nonceOf(n), ad).encrypt(plaintext);
  },
  decrypt(k, n, ad, ciphertext) {
    if (ciphertext.length < tagLen) return undefined;
    try {
      return chacha20poly1305(k, nonceOf(n), ad).decrypt(ciphertext);
    } catch {
      return undefined;
    }
  },
};

/** The runtime's own, or undefined where it has none. */
export const nativeChaChaPoly: CipherFunction | undefined = findNative();

/** The fastest one this runtime has. */
export const chaChaPoly: CipherFunction = nativeChaChaPoly ??
  portableChaChaPoly;

function findNative(): CipherFunction | undefined {
  const cipher = nativeCipher("ChaChaPoly", "chacha20-poly1305", nonceOf);
  try {
    cipher.encrypt(new Uint8Array(cipherKeyLen), 0n, none, none);
    return cipher;
  } catch {
    return undefined;
  }
}
