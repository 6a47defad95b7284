/**
 * What a link costs: `deno bench tests/mesh/noise/noise_bench.ts`. The first
 * group is the hot path, one 512-byte cell; the goal is 20,000 sealed cells
 * per second and core (50 µs each). The others show why `primitives/` stands
 * on the runtime's native code where it can.
 *
 * @module
 */
import { x25519 as nobleX25519 } from "@noble/curves/ed25519.js";
import { blake2s as nobleBlake2s } from "@noble/hashes/blake2.js";
import { blake2s } from "../../../mesh/primitives/blake2.ts";
import {
  chaChaPoly,
  portableChaChaPoly,
} from "../../../mesh/primitives/chacha_poly.ts";
import { x25519 } from "../../../mesh/primitives/x25519.ts";
import {
  classicProtocol,
  finishPair,
  startPair,
  transportPair,
} from "./handshake_pair.ts";

const none = new Uint8Array(0);
const key = new Uint8Array(32).fill(1);
const plaintext = new Uint8Array(496).fill(2);
const sealed = chaChaPoly.encrypt(key, 0n, none, plaintext);
const keyPair = x25519.keyPairOf(key);

{
  const { initiator, responder } = transportPair();
  Deno.bench({
    name: "TransportKeys.seal()",
    group: "cell",
    fn: () => void initiator.seal(plaintext),
  });
  Deno.bench({
    name: "TransportKeys.seal() and open()",
    group: "cell",
    // The other direction, so that both counters agree.
    fn: () => void initiator.open(responder.seal(plaintext)),
  });
}

Deno.bench({
  name: "chaChaPoly.encrypt()",
  group: "seal",
  baseline: true,
  fn: () => void chaChaPoly.encrypt(key, 0n, none, plaintext),
});
Deno.bench({
  name: "portableChaChaPoly.encrypt()",
  group: "seal",
  fn: () => void portableChaChaPoly.encrypt(key, 0n, none, plaintext),
});

Deno.bench({
  name: "chaChaPoly.decrypt()",
  group: "open",
  baseline: true,
  fn: () => void chaChaPoly.decrypt(key, 0n, none, sealed),
});
Deno.bench({
  name: "portableChaChaPoly.decrypt()",
  group: "open",
  fn: () => void portableChaChaPoly.decrypt(key, 0n, none, sealed),
});

Deno.bench({
  name: "blake2s.hash() 64 bytes",
  group: "hash",
  baseline: true,
  fn: () => void blake2s.hash(key, key),
});
Deno.bench({
  name: "@noble/hashes blake2s 64 bytes",
  group: "hash",
  fn: () => void nobleBlake2s(plaintext.subarray(0, 64)),
});
Deno.bench({
  name: "blake2s.hash() a cell",
  group: "hash",
  fn: () => void blake2s.hash(sealed),
});
Deno.bench({
  name: "@noble/hashes blake2s a cell",
  group: "hash",
  fn: () => void nobleBlake2s(sealed),
});

Deno.bench({
  name: "x25519.dh()",
  group: "dh",
  baseline: true,
  fn: () => void x25519.dh(keyPair, keyPair.public),
});
Deno.bench({
  name: "@noble/curves x25519",
  group: "dh",
  fn: () => void nobleX25519.getSharedSecret(key, keyPair.public),
});

Deno.bench({
  name: "IKpsk2, both sides",
  group: "handshake",
  fn: () => void finishPair(startPair(classicProtocol)),
});
