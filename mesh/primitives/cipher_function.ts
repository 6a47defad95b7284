/**
 * What an AEAD cipher owes to Noise: the cipher functions of the Noise Protocol
 * Framework (revision 34), section 4.2. The ciphers are `chacha_poly.ts` and
 * `aes_gcm.ts`; counting nonces is `noise/cipher_state.ts`'s task.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv } from "node:crypto";

/** Bytes of a cipher key `k`. */
export const cipherKeyLen = 32;
/** Bytes of authentication data at the end of each ciphertext. */
export const tagLen = 16;

/** The cipher functions of section 4.2. */
export interface CipherFunction {
  /** As it stands in protocol names, for instance `ChaChaPoly`. */
  readonly name: string;
  /**
   * ENCRYPT(k, n, ad, plaintext).
   *
   * @param n 64-bit counter, never used twice with the same `k`.
   * @returns Ciphertext, then {@linkcode tagLen} bytes of tag.
   */
  encrypt(
    k: Uint8Array,
    n: bigint,
    ad: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array;
  /**
   * DECRYPT(k, n, ad, ciphertext).
   *
   * @returns The plaintext, or undefined if `ciphertext` is not authentic or
   *   too short to hold a tag.
   */
  decrypt(
    k: Uint8Array,
    n: bigint,
    ad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined;
}

/** How one cipher spells the 64-bit counter in its 96-bit nonce. */
export type NonceEncoding = (n: bigint) => Uint8Array;

/**
 * A cipher function over the runtime's native code.
 *
 * @param name As it stands in protocol names.
 * @param algorithm As `node:crypto` calls it.
 */
export function nativeCipher(
  name: string,
  algorithm: "chacha20-poly1305" | "aes-256-gcm",
  nonceOf: NonceEncoding,
): CipherFunction {
  // The overloads of `node:crypto` know ChaCha20-Poly1305 and GCM under
  // different types; GCM's has every method used here.
  const gcm = algorithm as "aes-256-gcm";
  const options = { authTagLength: tagLen };
  return {
    name,
    encrypt(k, n, ad, plaintext) {
      const cipher = createCipheriv(gcm, k, nonceOf(n), options);
      if (ad.length > 0) cipher.setAAD(ad);
      const message = new Uint8Array(plaintext.length + tagLen);
      // Neither cipher buffers, so `final` has no bytes left to give.
      message.set(cipher.update(plaintext));
      cipher.final();
      message.set(cipher.getAuthTag(), plaintext.length);
      return message;
    },
    decrypt(k, n, ad, ciphertext) {
      const end = ciphertext.length - tagLen;
      if (end < 0) return undefined;
      const decipher = createDecipheriv(gcm, k, nonceOf(n), options);
      if (ad.length > 0) decipher.setAAD(ad);
      decipher.setAuthTag(Buffer.from(ciphertext.subarray(end)));
      const plaintext = decipher.update(ciphertext.subarray(0, end));
      try {
        decipher.final();
      } catch {
        plaintext.fill(0);
        return undefined;
      }
      return new Uint8Array(
        plaintext.buffer,
        plaintext.byteOffset,
        plaintext.length,
      );
    },
  };
}
