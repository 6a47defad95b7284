/**
 * No bytes make `readMessage` or `open` throw, or open anything. A failure
 * prints fast-check's seed; give it to `fc.assert` to see it again.
 *
 * @module
 */
import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  classicProtocol,
  flipBit,
  guestProtocol,
  memberProtocol,
  startPair,
  transportPair,
} from "./handshake_pair.ts";

const suites = [
  memberProtocol,
  guestProtocol,
  classicProtocol,
  "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s",
  "Noise_NNpsk0_25519_AESGCM_SHA512",
];
const bytes = fc.uint8Array({ maxLength: 1_400, size: "max" });

/** A genuine message with some bits flipped and its end cut or grown. */
const damage = fc.record({
  bits: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
  tail: fc.integer({ min: -40, max: 40 }),
});

function damaged(
  message: Uint8Array,
  { bits, tail }: { bits: number[]; tail: number },
): Uint8Array {
  const grown = new Uint8Array(Math.max(message.length + tail, 0));
  grown.set(message.subarray(0, grown.length));
  let flipped: Uint8Array = grown;
  for (const bit of grown.length > 0 ? bits : []) {
    flipped = flipBit(flipped, bit % (grown.length * 8));
  }
  return flipped;
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length &&
    left.every((byte, index) => byte === right[index]);
}

for (const name of suites) {
  Deno.test(`readMessage() of ${name} rejects any bytes`, () => {
    fc.assert(
      fc.property(bytes, (message) => {
        // With a psk, even message 1 is sealed (section 9.2).
        const { initiator, responder } = startPair(name);
        initiator.writeMessage(message.subarray(0, 9));
        deepEqual(responder.readMessage(message), undefined);
        deepEqual(initiator.readMessage(message), undefined);
      }),
      { numRuns: 100 },
    );
  });
}

Deno.test("readMessage() rejects a damaged message 1 and 2 of IKpsk2", () => {
  fc.assert(
    fc.property(damage, damage, (one, two) => {
      const { initiator, responder } = startPair(classicProtocol);
      const first = initiator.writeMessage(Uint8Array.of(1));
      const bad = damaged(first, one);
      // Flipping a bit twice gives the genuine message again. The top bit of
      // e is ignored by X25519 but not by the handshake hash.
      fc.pre(!same(bad, first));
      deepEqual(
        startPair(classicProtocol).responder.readMessage(bad),
        undefined,
      );
      responder.readMessage(first);
      const second = responder.writeMessage(Uint8Array.of(2));
      const worse = damaged(second, two);
      fc.pre(!same(worse, second));
      deepEqual(initiator.readMessage(worse), undefined);
    }),
    { numRuns: 150 },
  );
});

Deno.test("open() rejects any bytes and any damage, and stays usable", () => {
  const { initiator, responder } = transportPair();
  fc.assert(
    fc.property(bytes, damage, (message, change) => {
      deepEqual(responder.open(message), undefined);
      const sealed = initiator.seal(message);
      const bad = damaged(sealed, change);
      if (!same(bad, sealed)) deepEqual(responder.open(bad), undefined);
      deepEqual(responder.open(sealed), message);
    }),
    { numRuns: 300 },
  );
});
