/**
 * Curve448 (RFC 7748) as the `448` of Noise protocol names (revision 34,
 * section 12.2), by `@noble/curves`. No link of ours uses it; it is here so
 * that published vectors of every suite can be run.
 *
 * @module
 */
import { x448 as noble } from "@noble/curves/ed448.js";
import type { Random } from "../world.ts";
import {
  type DhFunction,
  type DhKeyPair,
  requireKeyLength,
} from "./dh_function.ts";

const dhLen = 56;

/** X448. */
export const x448: DhFunction = {
  name: "448",
  dhLen,

  generateKeyPair(random: Random): DhKeyPair {
    const secret = new Uint8Array(dhLen);
    random.fill(secret);
    return { secret, public: noble.getPublicKey(secret) };
  },

  keyPairOf(secret: Uint8Array): DhKeyPair {
    requireKeyLength(secret, dhLen, "X448 secret key");
    return { secret: secret.slice(), public: noble.getPublicKey(secret) };
  },

  dh({ secret }: DhKeyPair, publicKey: Uint8Array): Uint8Array {
    requireKeyLength(publicKey, dhLen, "X448 public key");
    try {
      return noble.getSharedSecret(secret, publicKey);
    } catch {
      // The library refuses public keys of low order; see `dh_function.ts`.
      return new Uint8Array(dhLen);
    }
  },
};
