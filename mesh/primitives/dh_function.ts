/**
 * What a Diffie-Hellman group owes to Noise: the DH functions of the Noise
 * Protocol Framework (revision 34), section 4.1. The groups themselves are
 * `x25519.ts` and `x448.ts`.
 *
 * Public keys that would give an all-zero output: section 12.1 lets an
 * implementation return the zeros or signal an error, and discourages the
 * error because it adds variance and no security. So `dh` returns the zeros
 * here, whatever the library beneath does, and never throws on what a peer
 * chose. Such a handshake proves nothing about the peer, which is the roster's
 * affair: no member has that key.
 *
 * @module
 */
import type { Random } from "../world.ts";

/** A key pair of one group, both halves in the encoding of RFC 7748. */
export interface DhKeyPair {
  /** Kept by its owner. */
  readonly secret: Uint8Array;
  /** Told to anyone. */
  readonly public: Uint8Array;
}

/** The DH functions of section 4.1 for one group. */
export interface DhFunction {
  /** As it stands in protocol names, for instance `25519`. */
  readonly name: string;
  /** DHLEN: bytes of a public key, a secret key and a shared secret. */
  readonly dhLen: number;
  /** GENERATE_KEYPAIR() from the randomness handed in. */
  generateKeyPair(random: Random): DhKeyPair;
  /**
   * The key pair that belongs to a secret key.
   *
   * @throws {RangeError} If `secret` is not `dhLen` bytes long.
   */
  keyPairOf(secret: Uint8Array): DhKeyPair;
  /**
   * DH(key_pair, public_key), all zeros for a public key of low order.
   *
   * @param publicKey Any `dhLen` bytes.
   * @throws {RangeError} If `publicKey` is not `dhLen` bytes long.
   */
  dh(keyPair: DhKeyPair, publicKey: Uint8Array): Uint8Array;
}

/** Refuses a key of the wrong length before any arithmetic sees it. */
export function requireKeyLength(
  key: Uint8Array,
  dhLen: number,
  what: string,
): void {
  if (key.length !== dhLen) {
    throw new RangeError(
      `Cannot use ${what}: expected ${dhLen} bytes, got ${key.length}`,
    );
  }
}
