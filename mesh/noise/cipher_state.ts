/**
 * A key and its nonce counter: the CipherState object of the Noise Protocol
 * Framework (revision 34), section 5.1, with the limit on nonces of section
 * 5.1 and REKEY of section 4.2.
 *
 * @module
 */
import {
  type CipherFunction,
  cipherKeyLen,
} from "../primitives/cipher_function.ts";

/** The nonce that is kept for REKEY and never encrypts a message. */
const maxNonce = 2n ** 64n - 1n;
const none = new Uint8Array(0);
const zeros = new Uint8Array(32);

/** Every nonce of a key is used up; only a new handshake helps. */
export class NonceExhaustedError extends Error {
  /** Tells it from other errors in logs. */
  override readonly name = "NonceExhaustedError";
  /** Stable, for whoever handles it. */
  readonly code = "nonce_exhausted";

  /** Takes nothing: there is one way to run out. */
  constructor() {
    super("Cannot encrypt: all nonces of this key are used, start a new link");
  }
}

/** `k` and `n`. */
export class CipherState {
  readonly #cipher: CipherFunction;
  #k: Uint8Array | undefined;
  #n = 0n;

  /** Begins without a key. */
  constructor(cipher: CipherFunction) {
    this.#cipher = cipher;
  }

  /**
   * InitializeKey(key): takes a copy of it, wipes the former one, n = 0.
   *
   * @param key 32 bytes.
   */
  initializeKey(key: Uint8Array): void {
    if (key.length !== cipherKeyLen) {
      throw new RangeError(
        `Cannot initialize key: expected ${cipherKeyLen} bytes, got ${key.length}`,
      );
    }
    this.wipe();
    this.#k = key.slice();
    this.#n = 0n;
  }

  /** HasKey(). */
  get hasKey(): boolean {
    return this.#k !== undefined;
  }

  /** The nonce that the next message will use. */
  get nonce(): bigint {
    return this.#n;
  }

  /** SetNonce(nonce), for transports that lose or reorder (section 11.4). */
  setNonce(nonce: bigint): void {
    if (nonce < 0n || nonce > maxNonce) {
      throw new RangeError("Cannot set nonce: not an unsigned 64-bit number");
    }
    this.#n = nonce;
  }

  /**
   * EncryptWithAd(ad, plaintext): the plaintext itself while there is no key.
   *
   * @throws {NonceExhaustedError} After 2^64 - 1 messages.
   */
  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (!this.#k) return plaintext.slice();
    if (this.#n === maxNonce) throw new NonceExhaustedError();
    return this.#cipher.encrypt(this.#k, this.#n++, ad, plaintext);
  }

  /**
   * DecryptWithAd(ad, ciphertext): the ciphertext itself while there is no key.
   *
   * @returns Undefined if it is not authentic or the nonces are used up; `n`
   *   then stays as it was.
   */
  decryptWithAd(
    ad: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined {
    if (!this.#k) return ciphertext.slice();
    if (this.#n === maxNonce) return undefined;
    const plaintext = this.#cipher.decrypt(this.#k, this.#n, ad, ciphertext);
    if (plaintext) this.#n++;
    return plaintext;
  }

  /**
   * Rekey(): k = REKEY(k), the first 32 bytes of encrypting zeros under the
   * reserved nonce. The old key's bytes are wiped; `n` goes on.
   *
   * @throws {TypeError} If there is no key yet.
   */
  rekey(): void {
    if (!this.#k) throw new TypeError("Cannot rekey: there is no key yet");
    const old = this.#k;
    const output = this.#cipher.encrypt(old, maxNonce, none, zeros);
    this.#k = output.slice(0, cipherKeyLen);
    output.fill(0);
    old.fill(0);
  }

  /** Forgets the key. */
  wipe(): void {
    this.#k?.fill(0);
    this.#k = undefined;
  }
}
