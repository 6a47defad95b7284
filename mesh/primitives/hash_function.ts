/**
 * What a hash owes to Noise: the hash functions of the Noise Protocol Framework
 * (revision 34), section 4.3. The hashes are `blake2.ts` and `sha2.ts`; what
 * Noise derives from them is `hkdf.ts`.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** The hash function of section 4.3 and its constants. */
export interface HashFunction {
  /** As it stands in protocol names, for instance `BLAKE2s`. */
  readonly name: string;
  /** HASHLEN: bytes of an output, 32 or 64. */
  readonly hashLen: number;
  /** BLOCKLEN: bytes of an input block, for HMAC. */
  readonly blockLen: number;
  /** HASH(data), where the data is the parts one after the other. */
  hash(...parts: readonly Uint8Array[]): Uint8Array;
}

/**
 * A hash function over the runtime's native code: as fast as `@noble/hashes` on
 * 64 bytes and three times as fast on a cell (`tests/mesh/noise/noise_bench.ts`);
 * tests hold it against that.
 *
 * @param name As it stands in protocol names.
 * @param algorithm As `node:crypto` calls it.
 */
export function nativeHash(
  name: string,
  algorithm: "blake2s256" | "blake2b512" | "sha256" | "sha512",
  hashLen: number,
  blockLen: number,
): HashFunction {
  return {
    name,
    hashLen,
    blockLen,
    hash(...parts) {
      const state = createHash(algorithm);
      for (const part of parts) state.update(part);
      return new Uint8Array(state.digest());
    },
  };
}
