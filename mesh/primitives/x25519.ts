/**
 * Curve25519 (RFC 7748) as the `25519` of Noise protocol names (revision 34,
 * section 12.1). Runs on the runtime's native code, five times faster than
 * portable JavaScript (`tests/mesh/noise/noise_bench.ts`); tests hold it
 * against `@noble/curves`.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import type { Random } from "../world.ts";
import {
  type DhFunction,
  type DhKeyPair,
  requireKeyLength,
} from "./dh_function.ts";

const dhLen = 32;
/** PKCS #8 (RFC 8410) header that precedes the 32-byte secret. */
const pkcs8Header = Buffer.from("302e020100300506032b656e04220420", "hex");
/** SubjectPublicKeyInfo (RFC 8410) header that precedes the 32-byte key. */
const spkiHeader = Buffer.from("302a300506032b656e032100", "hex");
/** The u-coordinate 9, the generator (RFC 7748, section 4.1). */
const basePoint = Uint8Array.of(9, ...new Uint8Array(dhLen - 1));

/** X25519. */
export const x25519: DhFunction = {
  name: "25519",
  dhLen,

  generateKeyPair(random: Random): DhKeyPair {
    const secret = new Uint8Array(dhLen);
    random.fill(secret);
    return { secret, public: multiply(secret, basePoint) };
  },

  keyPairOf(secret: Uint8Array): DhKeyPair {
    requireKeyLength(secret, dhLen, "X25519 secret key");
    return { secret: secret.slice(), public: multiply(secret, basePoint) };
  },

  dh({ secret }: DhKeyPair, publicKey: Uint8Array): Uint8Array {
    requireKeyLength(publicKey, dhLen, "X25519 public key");
    return multiply(secret, publicKey);
  },
};

function multiply(secret: Uint8Array, point: Uint8Array): Uint8Array {
  const der = Buffer.concat([pkcs8Header, secret]);
  const privateKey = createPrivateKey({
    key: der,
    format: "der",
    type: "pkcs8",
  });
  der.fill(0);
  const publicKey = createPublicKey({
    key: Buffer.concat([spkiHeader, point]),
    format: "der",
    type: "spki",
  });
  try {
    return new Uint8Array(diffieHellman({ privateKey, publicKey }));
  } catch {
    // The one thing left to fail: the output is all zeros (RFC 7748, section
    // 6.1), which the runtime reports as an error.
    return new Uint8Array(dhLen);
  }
}
