/**
 * Protocol names such as `Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s` and what they
 * stand for (Noise Protocol Framework, revision 34, section 8). With the
 * modifier `hfs` the DH section also names a KEM, as in `25519+MLKEM768`
 * (Perrin, "KEM-based Hybrid Forward Secrecy for Noise", section 5); a KEM
 * without `hfs`, or `hfs` without a KEM, is no name.
 *
 * @module
 */
import { aesGcm } from "../primitives/aes_gcm.ts";
import { blake2b, blake2s } from "../primitives/blake2.ts";
import { chaChaPoly } from "../primitives/chacha_poly.ts";
import type { CipherFunction } from "../primitives/cipher_function.ts";
import type { DhFunction } from "../primitives/dh_function.ts";
import type { HashFunction } from "../primitives/hash_function.ts";
import type { KemFunction } from "../primitives/kem_function.ts";
import { mlKem768 } from "../primitives/ml_kem.ts";
import { sha256, sha512 } from "../primitives/sha2.ts";
import { x25519 } from "../primitives/x25519.ts";
import { x448 } from "../primitives/x448.ts";
import {
  type HandshakePattern,
  isKemPattern,
  modifyPattern,
} from "./pattern.ts";
import { patternTable } from "./pattern_table.ts";

/** Longest protocol name (section 8), in bytes. */
const nameBytesMax = 255;

const dhFunctions: readonly DhFunction[] = [x25519, x448];
const kemFunctions: readonly KemFunction[] = [mlKem768];
const cipherFunctions: readonly CipherFunction[] = [chaChaPoly, aesGcm];
const hashFunctions: readonly HashFunction[] = [
  blake2s,
  blake2b,
  sha256,
  sha512,
];

/** A handshake pattern with the functions that make it concrete. */
export interface NoiseProtocol {
  /** The whole name; its bytes begin the handshake hash. */
  readonly name: string;
  /** With its modifiers applied. */
  readonly pattern: HandshakePattern;
  /** Named third. */
  readonly dh: DhFunction;
  /** Named behind a `+` in the third part; only with the modifier `hfs`. */
  readonly kem: KemFunction | undefined;
  /** Named fourth. */
  readonly cipher: CipherFunction;
  /** Named last. */
  readonly hash: HashFunction;
}

/**
 * Reads a protocol name.
 *
 * @throws {SyntaxError} If a part is missing, unknown or does not fit; the
 *   message names the part.
 *
 * @example
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { type NoiseProtocol, parseProtocolName } from "./protocol_name.ts";
 *
 * const enrolment: NoiseProtocol = parseProtocolName(
 *   "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s",
 * );
 * deepEqual(enrolment.pattern.messages.length, 3);
 * ```
 */
export function parseProtocolName(name: string): NoiseProtocol {
  const fail = (reason: string) =>
    new SyntaxError(`Cannot parse protocol name "${name}": ${reason}`);
  if (new TextEncoder().encode(name).length > nameBytesMax) {
    throw fail(`longer than ${nameBytesMax} bytes`);
  }
  const [prefix, text, keys, cipher, hash, ...rest] = name.split("_");
  if (prefix !== "Noise") throw fail(`prefix "${prefix}" is not "Noise"`);
  if (!text || !keys || !cipher || !hash || rest.length > 0) {
    throw fail("expected Noise_PATTERN_DH_CIPHER_HASH");
  }
  const find = <T extends { readonly name: string }>(
    known: readonly T[],
    wanted: string,
    part: string,
  ): T => {
    const found = known.find((candidate) => candidate.name === wanted);
    if (found) return found;
    const names = known.map((candidate) => candidate.name).join(", ");
    throw fail(`unknown ${part} "${wanted}" (known: ${names})`);
  };
  const pattern = parsePatternName(text, fail);
  const plus = keys.indexOf("+");
  const dh = plus < 0 ? keys : keys.slice(0, plus);
  const kem = plus < 0 ? undefined : keys.slice(plus + 1);
  if (isKemPattern(pattern) && kem === undefined) {
    throw fail(`pattern "${text}" needs a KEM behind "${dh}+"`);
  }
  if (!isKemPattern(pattern) && kem !== undefined) {
    throw fail(`pattern "${text}" has no use for a KEM`);
  }
  return {
    name,
    pattern,
    dh: find(dhFunctions, dh, "DH function"),
    kem: kem === undefined ? undefined : find(kemFunctions, kem, "KEM"),
    cipher: find(cipherFunctions, cipher, "cipher function"),
    hash: find(hashFunctions, hash, "hash function"),
  };
}

/** Section 8.1: a base pattern, then modifiers joined by `+`. */
function parsePatternName(
  text: string,
  fail: (reason: string) => SyntaxError,
): HandshakePattern {
  const [, base = "", modifiers = ""] = /^([A-Z0-9]*)(.*)$/s.exec(text) ?? [];
  let pattern = patternTable.get(base);
  if (!pattern) throw fail(`unknown handshake pattern "${text}"`);
  const seen = new Set<string>();
  for (const modifier of modifiers === "" ? [] : modifiers.split("+")) {
    if (seen.has(modifier)) throw fail(`modifier "${modifier}" stands twice`);
    seen.add(modifier);
    try {
      pattern = modifyPattern(pattern, modifier);
    } catch (error) {
      if (error instanceof SyntaxError) throw fail(error.message);
      throw error;
    }
  }
  return { ...pattern, name: text };
}
