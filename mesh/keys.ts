/**
 * The keys one node holds: a Noise static key for links and an Ed25519 key for
 * what it signs. Kept on disk by `host/`, made by `generateKeyMaterial`.
 *
 * @module
 */
import { x25519 } from "@noble/curves/ed25519.js";
import { ed25519PublicKey } from "./primitives/ed25519.ts";
import type { NodeId } from "./node_id.ts";
import type { Random } from "./world.ts";

/** One generation of a node's keys. */
export interface NodeKeys {
  /** Whose keys they are; the same in every generation. */
  readonly node: NodeId;
  /** 0 for the keys a node was admitted with, +1 for each rotation. */
  readonly generation: number;
  /** X25519 static key pair of the Noise handshake, 32 bytes each. */
  readonly noise: { readonly secret: Uint8Array; readonly public: Uint8Array };
  /** Ed25519 key pair, 32-byte seed and public key (RFC 8032). */
  readonly signing: { readonly seed: Uint8Array; readonly public: Uint8Array };
}

/** Fresh key material, not yet bound to a node id. */
export function generateKeyMaterial(
  random: Random,
): Pick<NodeKeys, "noise" | "signing"> {
  const secret = new Uint8Array(32);
  const seed = new Uint8Array(32);
  random.fill(secret);
  random.fill(seed);
  return {
    noise: { secret, public: x25519.getPublicKey(secret) },
    signing: { seed, public: ed25519PublicKey(seed) },
  };
}
