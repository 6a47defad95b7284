import { deepEqual } from "node:assert/strict";
import { hkdf } from "../../../mesh/primitives/hkdf.ts";
import { parseProtocolName } from "../../../mesh/noise/protocol_name.ts";
import { SymmetricState } from "../../../mesh/noise/symmetric_state.ts";

/** 28 bytes, which fit into a hash of 32; the other name does not. */
const short = parseProtocolName("Noise_NN_25519_AESGCM_SHA256");
const long = parseProtocolName("Noise_NNpsk0_25519_ChaChaPoly_BLAKE2s");
const none = new Uint8Array(0);
const text = Uint8Array.of(1, 2, 3);

Deno.test("SymmetricState begins with a short name, padded", () => {
  const h = new Uint8Array(32);
  h.set(new TextEncoder().encode(short.name));
  deepEqual(new SymmetricState(short).handshakeHash, h);
});

Deno.test("SymmetricState begins with a long name, hashed", () => {
  const h = long.hash.hash(new TextEncoder().encode(long.name));
  deepEqual(new SymmetricState(long).handshakeHash, h);
});

Deno.test("SymmetricState.mixHash() hashes h and the bytes", () => {
  const state = new SymmetricState(long);
  const before = state.handshakeHash;
  state.mixHash(text);
  deepEqual(state.handshakeHash, long.hash.hash(before, text));
});

Deno.test("SymmetricState.mixKey() gives a key and keeps h", () => {
  const state = new SymmetricState(long);
  const h = state.handshakeHash;
  deepEqual(state.hasKey, false);
  state.mixKey(text);
  deepEqual([state.hasKey, state.handshakeHash], [true, h]);
  const [, key] = hkdf(long.hash, h, text, 2);
  deepEqual(state.encryptAndHash(text), long.cipher.encrypt(key, 0n, h, text));
});

Deno.test("SymmetricState.mixKeyAndHash() changes h as well", () => {
  const state = new SymmetricState(long);
  const h = state.handshakeHash;
  state.mixKeyAndHash(text);
  const [, tempH] = hkdf(long.hash, h, text, 3);
  deepEqual(state.handshakeHash, long.hash.hash(h, tempH));
});

Deno.test("SymmetricState truncates keys of 64-byte hashes to 32", () => {
  const wide = parseProtocolName("Noise_NN_25519_ChaChaPoly_SHA512");
  const state = new SymmetricState(wide);
  const h = state.handshakeHash;
  state.mixKey(text);
  const [, key] = hkdf(wide.hash, h, text, 2);
  deepEqual(
    state.encryptAndHash(none),
    wide.cipher.encrypt(key.slice(0, 32), 0n, h, none),
  );
});

Deno.test("SymmetricState.decryptAndHash() leaves h alone on a forgery", () => {
  const [writer, reader] = [new SymmetricState(long), new SymmetricState(long)];
  for (const state of [writer, reader]) state.mixKey(text);
  const message = writer.encryptAndHash(text);
  const h = reader.handshakeHash;
  deepEqual(reader.decryptAndHash(message.slice(1)), undefined);
  deepEqual(reader.handshakeHash, h);
  deepEqual(reader.decryptAndHash(message), text);
  deepEqual(reader.handshakeHash, writer.handshakeHash);
});

Deno.test("SymmetricState.split() gives HKDF's two keys and forgets", () => {
  const state = new SymmetricState(long);
  const [first, second] = hkdf(long.hash, state.handshakeHash, none, 2);
  const [one, two] = state.split();
  deepEqual(
    one.encryptWithAd(none, text),
    long.cipher.encrypt(first, 0n, none, text),
  );
  deepEqual(
    two.encryptWithAd(none, text),
    long.cipher.encrypt(second, 0n, none, text),
  );
  deepEqual(state.hasKey, false);
});
