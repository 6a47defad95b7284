/**
 * The two hybrid handshakes of a link, written out line by line from the
 * libraries: no pattern, no token, no state machine. Slow and only for tests:
 * `make_hybrid_vectors.ts` makes `hybrid.json` with it, and the product must
 * give the same bytes.
 *
 * Names follow the Noise Protocol Framework (revision 34), section 5, and
 * Perrin's "KEM-based Hybrid Forward Secrecy for Noise" (revision 1).
 *
 * @module
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2s } from "@noble/hashes/blake2.js";
import { hmac } from "@noble/hashes/hmac.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";

/** Everything that decides the bytes. */
export interface HybridSecrets {
  readonly prologue: Uint8Array;
  readonly psk: Uint8Array;
  /** X25519 secrets of the initiator and the responder. */
  readonly initStatic: Uint8Array;
  readonly initEphemeral: Uint8Array;
  readonly respStatic: Uint8Array;
  readonly respEphemeral: Uint8Array;
  /** 64 bytes d, z of the initiator's ML-KEM key pair. */
  readonly initKemSeed: Uint8Array;
  /** 32 bytes m of the responder's encapsulation. */
  readonly respKemMessage: Uint8Array;
  /** One per message. */
  readonly payloads: readonly Uint8Array[];
}

/** What comes out. */
export interface HybridTranscript {
  readonly messages: readonly Uint8Array[];
  readonly handshakeHash: Uint8Array;
  /** Of the initiator, then of the responder. */
  readonly keys: readonly [Uint8Array, Uint8Array];
}

const none = new Uint8Array(0);
const publicOf = (secret: Uint8Array) => x25519.getPublicKey(secret);
const dh = (secret: Uint8Array, key: Uint8Array) =>
  x25519.getSharedSecret(secret, key);

function hkdf(ck: Uint8Array, input: Uint8Array): Uint8Array[] {
  const temp = hmac(blake2s, ck, input);
  const one = hmac(blake2s, temp, Uint8Array.of(1));
  const two = hmac(blake2s, temp, concatBytes(one, Uint8Array.of(2)));
  const three = hmac(blake2s, temp, concatBytes(two, Uint8Array.of(3)));
  return [one, two, three];
}

/** `Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s`. */
export function memberTwin(given: HybridSecrets): HybridTranscript {
  const t = new Transcript(
    "Noise_IKhfs+psk2_25519+MLKEM768_ChaChaPoly_BLAKE2s",
  );
  const si = given.initStatic, sr = given.respStatic;
  const ei = given.initEphemeral, er = given.respEphemeral;
  const kem = ml_kem768.keygen(given.initKemSeed);
  t.hash(given.prologue);
  t.hash(publicOf(sr));
  // -> e, es, e1, s, ss
  const one: Uint8Array[] = [publicOf(ei)];
  t.hash(publicOf(ei));
  t.key(publicOf(ei));
  t.key(dh(ei, publicOf(sr)));
  one.push(t.seal(kem.publicKey));
  one.push(t.seal(publicOf(si)));
  t.key(dh(si, publicOf(sr)));
  one.push(t.seal(given.payloads[0] ?? none));
  // <- e, ee, ekem1, se, psk
  const two: Uint8Array[] = [publicOf(er)];
  t.hash(publicOf(er));
  t.key(publicOf(er));
  t.key(dh(er, publicOf(ei)));
  const made = ml_kem768.encapsulate(kem.publicKey, given.respKemMessage);
  two.push(t.seal(made.cipherText));
  t.key(made.sharedSecret);
  t.key(dh(er, publicOf(si)));
  t.psk(given.psk);
  two.push(t.seal(given.payloads[1] ?? none));
  return t.done([one, two]);
}

/** `Noise_XXhfs+psk3_25519+MLKEM768_ChaChaPoly_BLAKE2s`. */
export function guestTwin(given: HybridSecrets): HybridTranscript {
  const t = new Transcript(
    "Noise_XXhfs+psk3_25519+MLKEM768_ChaChaPoly_BLAKE2s",
  );
  const si = given.initStatic, sr = given.respStatic;
  const ei = given.initEphemeral, er = given.respEphemeral;
  const kem = ml_kem768.keygen(given.initKemSeed);
  t.hash(given.prologue);
  // -> e, e1
  const one: Uint8Array[] = [publicOf(ei)];
  t.hash(publicOf(ei));
  t.key(publicOf(ei));
  one.push(t.seal(kem.publicKey));
  one.push(t.seal(given.payloads[0] ?? none));
  // <- e, ee, ekem1, s, es
  const two: Uint8Array[] = [publicOf(er)];
  t.hash(publicOf(er));
  t.key(publicOf(er));
  t.key(dh(er, publicOf(ei)));
  const made = ml_kem768.encapsulate(kem.publicKey, given.respKemMessage);
  two.push(t.seal(made.cipherText));
  t.key(made.sharedSecret);
  two.push(t.seal(publicOf(sr)));
  t.key(dh(sr, publicOf(ei)));
  two.push(t.seal(given.payloads[1] ?? none));
  // -> s, se, psk
  const three: Uint8Array[] = [t.seal(publicOf(si))];
  t.key(dh(si, publicOf(er)));
  t.psk(given.psk);
  three.push(t.seal(given.payloads[2] ?? none));
  return t.done([one, two, three]);
}

class Transcript {
  #h: Uint8Array;
  #ck: Uint8Array;
  #k: Uint8Array = none;
  #n = 0;

  constructor(name: string) {
    // Longer than HASHLEN, so hashed (section 5.2).
    this.#h = blake2s(utf8ToBytes(name));
    this.#ck = this.#h;
  }

  hash(bytes: Uint8Array): void {
    this.#h = blake2s(concatBytes(this.#h, bytes));
  }

  key(secret: Uint8Array): void {
    const [ck = none, k = none] = hkdf(this.#ck, secret);
    [this.#ck, this.#k, this.#n] = [ck, k, 0];
  }

  psk(psk: Uint8Array): void {
    const [ck = none, h = none, k = none] = hkdf(this.#ck, psk);
    this.hash(h);
    [this.#ck, this.#k, this.#n] = [ck, k, 0];
  }

  seal(plaintext: Uint8Array): Uint8Array {
    const nonce = new Uint8Array(12).with(4, this.#n++);
    const cipher = chacha20poly1305(this.#k, nonce, this.#h);
    const sealed = cipher.encrypt(plaintext);
    this.hash(sealed);
    return sealed;
  }

  done(messages: Uint8Array[][]): HybridTranscript {
    const [one = none, two = none] = hkdf(this.#ck, none);
    return {
      messages: messages.map((parts) => concatBytes(...parts)),
      handshakeHash: this.#h,
      keys: [one, two],
    };
  }
}
