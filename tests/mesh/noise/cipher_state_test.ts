import { deepEqual, throws } from "node:assert/strict";
import { chaChaPoly } from "../../../mesh/primitives/chacha_poly.ts";
import {
  CipherState,
  NonceExhaustedError,
} from "../../../mesh/noise/cipher_state.ts";

const none = new Uint8Array(0);
const key = new Uint8Array(32).fill(6);
const text = Uint8Array.of(1, 2, 3);

function keyed(): CipherState {
  const state = new CipherState(chaChaPoly);
  state.initializeKey(key);
  return state;
}

Deno.test("CipherState passes bytes through before it has a key", () => {
  const state = new CipherState(chaChaPoly);
  deepEqual(state.hasKey, false);
  deepEqual(state.encryptWithAd(none, text), text);
  deepEqual(state.decryptWithAd(none, text), text);
  deepEqual(state.nonce, 0n);
});

Deno.test("CipherState.encryptWithAd() counts the nonce up", () => {
  const state = keyed();
  const [first, second] = [
    state.encryptWithAd(none, text),
    state.encryptWithAd(none, text),
  ];
  deepEqual(first, chaChaPoly.encrypt(key, 0n, none, text));
  deepEqual(second, chaChaPoly.encrypt(key, 1n, none, text));
  deepEqual(state.nonce, 2n);
});

Deno.test("CipherState.decryptWithAd() keeps the nonce on a forgery", () => {
  const [sender, receiver] = [keyed(), keyed()];
  const message = sender.encryptWithAd(text, text);
  deepEqual(receiver.decryptWithAd(none, message), undefined);
  deepEqual(receiver.decryptWithAd(text, message.slice(1)), undefined);
  deepEqual(receiver.nonce, 0n);
  deepEqual(receiver.decryptWithAd(text, message), text);
});

Deno.test("CipherState never uses the nonce 2^64 - 1", () => {
  const [sender, receiver] = [keyed(), keyed()];
  for (const state of [sender, receiver]) state.setNonce(2n ** 64n - 2n);
  const last = sender.encryptWithAd(none, text);
  deepEqual(receiver.decryptWithAd(none, last), text);
  throws(() => sender.encryptWithAd(none, text), NonceExhaustedError);
  const reserved = chaChaPoly.encrypt(key, 2n ** 64n - 1n, none, text);
  deepEqual(receiver.decryptWithAd(none, reserved), undefined);
});

Deno.test("CipherState.rekey() is ENCRYPT(k, 2^64 - 1, nothing, zeros)", () => {
  const state = keyed();
  state.encryptWithAd(none, text);
  state.rekey();
  const next = chaChaPoly.encrypt(key, 2n ** 64n - 1n, none, new Uint8Array(32))
    .slice(0, 32);
  // The counter goes on (section 5.1: Rekey() changes k alone).
  deepEqual(state.nonce, 1n);
  deepEqual(
    state.encryptWithAd(none, text),
    chaChaPoly.encrypt(next, 1n, none, text),
  );
});

Deno.test("CipherState wipes old keys where they lie", () => {
  const seen: Uint8Array[] = [];
  const spy = {
    ...chaChaPoly,
    encrypt(k: Uint8Array, n: bigint, ad: Uint8Array, plaintext: Uint8Array) {
      seen.push(k);
      return chaChaPoly.encrypt(k, n, ad, plaintext);
    },
  };
  const state = new CipherState(spy);
  state.initializeKey(key);
  state.rekey();
  deepEqual(seen[0], new Uint8Array(32), "after rekey()");
  state.encryptWithAd(none, text);
  state.initializeKey(key);
  deepEqual(seen[1], new Uint8Array(32), "after initializeKey()");
  state.encryptWithAd(none, text);
  state.wipe();
  deepEqual(seen[2], new Uint8Array(32), "after wipe()");
  deepEqual(key, new Uint8Array(32).fill(6), "the caller's key stays");
});

Deno.test("CipherState refuses misuse", () => {
  const state = new CipherState(chaChaPoly);
  throws(() => state.rekey(), TypeError);
  throws(() => state.initializeKey(new Uint8Array(31)), RangeError);
  throws(() => state.setNonce(-1n), RangeError);
  throws(() => state.setNonce(2n ** 64n), RangeError);
});
