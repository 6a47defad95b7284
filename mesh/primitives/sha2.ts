/**
 * SHA-2 (FIPS 180-4) as the `SHA256` and `SHA512` of Noise protocol names
 * (revision 34, sections 12.5 and 12.6).
 *
 * @module
 */
import { type HashFunction, nativeHash } from "./hash_function.ts";

/** SHA-256. */
export const sha256: HashFunction = nativeHash("SHA256", "sha256", 32, 64);

/** SHA-512. */
export const sha512: HashFunction = nativeHash("SHA512", "sha512", 64, 128);
