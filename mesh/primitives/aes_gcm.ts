/**
 * AES-256 in Galois/Counter Mode (NIST SP 800-38D) as the `AESGCM` of Noise
 * protocol names (revision 34, section 12.4): the nonce is 32 zero bits, then
 * the counter in big-endian order. Runs on the runtime's native code; tests
 * hold it against `@noble/ciphers`.
 *
 * @module
 */
import { type CipherFunction, nativeCipher } from "./cipher_function.ts";

/** AES-256-GCM. */
export const aesGcm: CipherFunction = nativeCipher(
  "AESGCM",
  "aes-256-gcm",
  (n) => {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setBigUint64(4, n, false);
    return nonce;
  },
);
