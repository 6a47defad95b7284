/**
 * The chaining key and the handshake hash: the SymmetricState object of the
 * Noise Protocol Framework (revision 34), section 5.2.
 *
 * @module
 */
import { cipherKeyLen } from "../primitives/cipher_function.ts";
import { hkdf } from "../primitives/hkdf.ts";
import { CipherState } from "./cipher_state.ts";
import type { NoiseProtocol } from "./protocol_name.ts";

const none = new Uint8Array(0);

/** `ck`, `h` and one {@linkcode CipherState}. */
export class SymmetricState {
  readonly #protocol: NoiseProtocol;
  readonly #cipherState: CipherState;
  #ck: Uint8Array;
  #h: Uint8Array;

  /** InitializeSymmetric(protocol_name). */
  constructor(protocol: NoiseProtocol) {
    this.#protocol = protocol;
    this.#cipherState = new CipherState(protocol.cipher);
    const name = new TextEncoder().encode(protocol.name);
    const { hash } = protocol;
    if (name.length <= hash.hashLen) {
      this.#h = new Uint8Array(hash.hashLen);
      this.#h.set(name);
    } else {
      this.#h = hash.hash(name);
    }
    this.#ck = this.#h.slice();
  }

  /** Whether what comes next will be encrypted. */
  get hasKey(): boolean {
    return this.#cipherState.hasKey;
  }

  /** MixKey(input_key_material). */
  mixKey(inputKeyMaterial: Uint8Array): void {
    const { hash } = this.#protocol;
    const [ck, tempK] = hkdf(hash, this.#ck, inputKeyMaterial, 2);
    this.#replaceChainingKey(ck);
    this.#initializeKey(tempK);
  }

  /** MixHash(data). */
  mixHash(bytes: Uint8Array): void {
    this.#h = this.#protocol.hash.hash(this.#h, bytes);
  }

  /** MixKeyAndHash(input_key_material), for pre-shared keys. */
  mixKeyAndHash(inputKeyMaterial: Uint8Array): void {
    const { hash } = this.#protocol;
    const [ck, tempH, tempK] = hkdf(hash, this.#ck, inputKeyMaterial, 3);
    this.#replaceChainingKey(ck);
    this.mixHash(tempH);
    tempH.fill(0);
    this.#initializeKey(tempK);
  }

  /** GetHandshakeHash(), a copy. */
  get handshakeHash(): Uint8Array {
    return this.#h.slice();
  }

  /** EncryptAndHash(plaintext). */
  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipherState.encryptWithAd(this.#h, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** DecryptAndHash(ciphertext); undefined if it is not authentic. */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array | undefined {
    const plaintext = this.#cipherState.decryptWithAd(this.#h, ciphertext);
    if (plaintext) this.mixHash(ciphertext);
    return plaintext;
  }

  /** Split(): the keys from and to the initiator; forgets its own. */
  split(): [CipherState, CipherState] {
    const { hash, cipher } = this.#protocol;
    const [tempK1, tempK2] = hkdf(hash, this.#ck, none, 2);
    const pair = [tempK1, tempK2].map((key) => {
      const state = new CipherState(cipher);
      state.initializeKey(key.subarray(0, cipherKeyLen));
      key.fill(0);
      return state;
    });
    this.wipe();
    return pair as [CipherState, CipherState];
  }

  /** Forgets every secret; the handshake hash stays. */
  wipe(): void {
    this.#ck.fill(0);
    this.#cipherState.wipe();
  }

  #replaceChainingKey(ck: Uint8Array): void {
    this.#ck.fill(0);
    this.#ck = ck;
  }

  /** With HASHLEN 64, the key is the first 32 bytes (section 5.2). */
  #initializeKey(tempK: Uint8Array): void {
    this.#cipherState.initializeKey(tempK.subarray(0, cipherKeyLen));
    tempK.fill(0);
  }
}
