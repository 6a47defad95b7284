/**
 * Randomness that one seed decides: the ChaCha20 key stream (RFC 8439) under
 * the seed's hash. Each part of a world forks its own stream, so that adding a
 * draw in one place does not change every other.
 *
 * @module
 */
import { chacha20 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Random } from "../../mesh/mod.ts";

/** Key stream bytes made at a time. */
const blockBytes = 4_096;

/** A seeded stream of bytes and the draws a world needs. */
export class SeededRandom implements Random {
  readonly #key: Uint8Array;
  readonly #view = new DataView(new ArrayBuffer(8));
  #block = new Uint8Array(0);
  #used = 0;
  #blocks = 0;

  /** @param seed Any text; the same text gives the same stream. */
  constructor(seed: string) {
    this.#key = sha256(utf8ToBytes(`stealthmesh simulation ${seed}`));
  }

  /** An independent stream, decided by this one's seed and `label`. */
  fork(label: string): SeededRandom {
    const hex = Array.from(
      this.#key,
      (byte) => byte.toString(16).padStart(2, "0"),
    ).join("");
    return new SeededRandom(`${hex} ${label}`);
  }

  /** Fills `bytes` in place. */
  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#used >= this.#block.length) this.#refill();
      const count = Math.min(
        bytes.length - at,
        this.#block.length - this.#used,
      );
      bytes.set(this.#block.subarray(this.#used, this.#used + count), at);
      this.#used += count;
      at += count;
    }
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    this.fill(new Uint8Array(this.#view.buffer));
    const high = this.#view.getUint32(0) >>> 5;
    const low = this.#view.getUint32(4) >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Uniform whole number in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Exponentially distributed pause with the given mean. */
  pause(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** A new array in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const order = [...items];
    for (let at = order.length - 1; at > 0; at--) {
      const other = this.integer(at + 1);
      const kept = order[at] as T;
      order[at] = order[other] as T;
      order[other] = kept;
    }
    return order;
  }

  #refill(): void {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(0, this.#blocks++);
    this.#block = new Uint8Array(
      chacha20(this.#key, nonce, new Uint8Array(blockBytes)),
    );
    this.#used = 0;
  }
}
