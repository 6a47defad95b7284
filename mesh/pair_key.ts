/**
 * What two members share without ever having spoken: the psk of their Noise
 * handshake (`IKhfs+psk2`) and the key of their gate tokens.
 *
 * Both come from HKDF-SHA256 (RFC 5869) over the static-static Diffie-Hellman
 * secret and the mesh secret, so a stranger needs a member's key *and* the
 * mesh secret to knock, and a member can knock only in its own name.
 *
 * @module
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { NodeKeys } from "./keys.ts";

/** Two keys of 32 bytes. */
export interface PairKeys {
  /** Noise pre-shared key. */
  readonly psk: Uint8Array;
  /** Key of `gate.ts` tokens between the two. */
  readonly gateKey: Uint8Array;
}

/** HKDF salt; changes with the derivation. */
const salt = utf8ToBytes("stealthmesh pair v1");

/**
 * The keys of one pair; the same at both ends.
 *
 * @param peerNoisePublic The peer's X25519 static key, from the roster, which
 * holds no point of small order.
 * @param meshSecret 32 bytes every member knows.
 * @throws {Error} If `peerNoisePublic` is no usable X25519 key.
 */
export function pairKeys(
  self: NodeKeys,
  peerNoisePublic: Uint8Array,
  meshSecret: Uint8Array,
): PairKeys {
  if (meshSecret.length !== 32) {
    throw new RangeError(
      "Cannot derive pair keys: mesh secret is not 32 bytes",
    );
  }
  const shared = x25519.getSharedSecret(self.noise.secret, peerNoisePublic);
  const ends = [self.noise.public, peerNoisePublic].sort(compareBytes);
  const okm = hkdf(
    sha256,
    concatBytes(shared, meshSecret),
    salt,
    concatBytes(...ends),
    64,
  );
  return { psk: okm.slice(0, 32), gateKey: okm.slice(32) };
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) {
    const difference = a[at]! - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
