/**
 * HMAC-HASH and HKDF as the Noise Protocol Framework (revision 34), section
 * 4.3, builds them from a hash function: HMAC of RFC 2104, and HKDF of RFC 5869
 * with the chaining key as salt and no info.
 *
 * @module
 */
import type { HashFunction } from "./hash_function.ts";

/**
 * HMAC-HASH(key, data), where the data is the parts one after the other.
 *
 * @param key At most one block of `hash`; Noise only ever passes HASHLEN bytes.
 * @throws {RangeError} If `key` is longer than a block.
 */
export function hmac(
  hash: HashFunction,
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const inner = new Uint8Array(hash.blockLen).fill(0x36);
  const outer = new Uint8Array(hash.blockLen).fill(0x5c);
  if (key.length > hash.blockLen) {
    throw new RangeError(
      `Cannot compute HMAC: key is ${key.length} bytes, a block ${hash.blockLen}`,
    );
  }
  for (const [index, byte] of key.entries()) {
    inner[index] = 0x36 ^ byte;
    outer[index] = 0x5c ^ byte;
  }
  const digest = hash.hash(outer, hash.hash(inner, ...parts));
  inner.fill(0);
  outer.fill(0);
  return digest;
}

/**
 * HKDF(chaining_key, input_key_material, num_outputs).
 *
 * @param chainingKey HASHLEN bytes.
 * @param inputKeyMaterial Zero, 32 or DHLEN bytes.
 * @returns `outputs` sequences of HASHLEN bytes.
 */
export function hkdf(
  hash: HashFunction,
  chainingKey: Uint8Array,
  inputKeyMaterial: Uint8Array,
  outputs: 2,
): [Uint8Array, Uint8Array];
/** With three outputs. */
export function hkdf(
  hash: HashFunction,
  chainingKey: Uint8Array,
  inputKeyMaterial: Uint8Array,
  outputs: 3,
): [Uint8Array, Uint8Array, Uint8Array];
export function hkdf(
  hash: HashFunction,
  chainingKey: Uint8Array,
  inputKeyMaterial: Uint8Array,
  outputs: 2 | 3,
): Uint8Array[] {
  const tempKey = hmac(hash, chainingKey, inputKeyMaterial);
  const found: Uint8Array[] = [];
  let previous = new Uint8Array(0);
  for (let index = 1; index <= outputs; index++) {
    previous = new Uint8Array(
      hmac(hash, tempKey, previous, Uint8Array.of(index)),
    );
    found.push(previous);
  }
  tempKey.fill(0);
  return found;
}
