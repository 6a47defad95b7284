/**
 * Real randomness: the operating system's generator through Web Crypto.
 *
 * @module
 */
import type { Random } from "../world.ts";

/** Most bytes one `getRandomValues` call fills (Web Crypto, §10.1.1). */
const fillBytesMax = 65_536;

/** Unpredictable bytes of this host. */
export const systemRandom: Random = {
  fill(bytes) {
    for (let at = 0; at < bytes.length; at += fillBytesMax) {
      const part = bytes.subarray(at, at + fillBytesMax);
      crypto.getRandomValues(part as Uint8Array<ArrayBuffer>);
    }
  },
};
