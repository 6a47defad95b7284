/**
 * What a key encapsulation mechanism owes to Noise: the KEM functions of
 * Perrin's "KEM-based Hybrid Forward Secrecy for Noise" (revision 1, 2018),
 * section 3. The one mechanism is `ml_kem.ts`.
 *
 * All randomness is handed in. A public key that a peer chose badly is not an
 * exception: `isPublicKey` says no, and whoever speaks Noise refuses the
 * message. A ciphertext cannot be told from a good one by design (implicit
 * rejection): it gives an output that nobody else has.
 *
 * @module
 */
import type { Random } from "../world.ts";

/** A key pair of one mechanism, both halves in its own encoding. */
export interface KemKeyPair {
  /** Kept by its owner. */
  readonly secret: Uint8Array;
  /** Told to one peer. */
  readonly public: Uint8Array;
}

/** What encapsulation gives. */
export interface Encapsulation {
  /** Told to the owner of the public key. */
  readonly ciphertext: Uint8Array;
  /** The secret that both then share. */
  readonly output: Uint8Array;
}

/** The KEM functions of section 3 for one mechanism. */
export interface KemFunction {
  /** As it stands in protocol names, for instance `MLKEM768`. */
  readonly name: string;
  /** KEMPUBLICKEYLEN, in bytes. */
  readonly publicKeyLen: number;
  /** KEMCIPHERTEXTLEN, in bytes. */
  readonly ciphertextLen: number;
  /** KEMOUTPUTLEN, in bytes. */
  readonly outputLen: number;
  /** GENERATE_KEM_KEYPAIR() from the randomness handed in. */
  generateKeyPair(random: Random): KemKeyPair;
  /** Whether any bytes at all are a public key that `encapsulate` takes. */
  isPublicKey(bytes: Uint8Array): boolean;
  /**
   * GENERATE_KEM_CIPHERTEXT(public_key).
   *
   * @param publicKey One that `isPublicKey` says yes to.
   * @throws {RangeError} If it says no.
   */
  encapsulate(publicKey: Uint8Array, random: Random): Encapsulation;
  /**
   * KEM(key_pair, ciphertext).
   *
   * @param ciphertext Any `ciphertextLen` bytes.
   * @throws {RangeError} If it is not `ciphertextLen` bytes long.
   */
  decapsulate(keyPair: KemKeyPair, ciphertext: Uint8Array): Uint8Array;
}
