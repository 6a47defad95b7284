/**
 * BLAKE2 (RFC 7693) without a key, as the `BLAKE2s` and `BLAKE2b` of Noise
 * protocol names (revision 34, sections 12.7 and 12.8).
 *
 * @module
 */
import { type HashFunction, nativeHash } from "./hash_function.ts";

/** BLAKE2s with 32 bytes of output. */
export const blake2s: HashFunction = nativeHash(
  "BLAKE2s",
  "blake2s256",
  32,
  64,
);

/** BLAKE2b with 64 bytes of output. */
export const blake2b: HashFunction = nativeHash(
  "BLAKE2b",
  "blake2b512",
  64,
  128,
);
