import { deepEqual } from "node:assert/strict";
import { blake2s } from "@noble/hashes/blake2.js";
import fc from "fast-check";
import { KeyedBlake2s } from "../../../mesh/primitives/keyed_blake2s.ts";

const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength });

Deno.test("KeyedBlake2s.write() writes what BLAKE2s from scratch gives, message after message", () => {
  fc.assert(fc.property(
    bytes(1, 32),
    bytes(0, 130),
    fc.array(bytes(0, 200), { minLength: 1, maxLength: 4 }),
    fc.constantFrom(4, 8, 16, 32),
    (key, prefix, messages, macBytes) => {
      const keyed = new KeyedBlake2s(key, prefix, macBytes);
      const hash = new Uint8Array(32);
      for (const message of messages) {
        keyed.write(message, hash);
        const whole = new Uint8Array([...prefix, ...message]);
        const expected = blake2s(whole, { key, dkLen: macBytes });
        deepEqual(hash.slice(0, macBytes), expected);
      }
    },
  ));
});
