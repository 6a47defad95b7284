/**
 * When cells leave on one link, in one direction.
 *
 * With slots: slot k fires at `t0 + k·T + U(0, T/2)`, the U drawn by keyed
 * BLAKE2s from a seed that only the sender knows, so the times are fixed when
 * the link begins and nothing that happens later can move them. Exactly one
 * cell leaves per slot. A slot that comes round too late is skipped and
 * counted, never caught up: a burst would show an observer that the host was
 * busy.
 *
 * Without slots (`open`): cells leave as soon as something waits, and a dummy
 * when nothing left for T.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";

/** T and whether cells keep to slots; a `Profile` is one. */
export interface Pace {
  /** T in milliseconds. */
  readonly periodMs: number;
  /** Whether cells leave only at slots. */
  readonly slotted: boolean;
}

/**
 * How late a slot may fire, as a share of T. Our choice: below T/2, the least
 * distance of two slots, so at most one slot is ever due; above the few
 * milliseconds by which timers are late on a busy host.
 */
const lateShareMax = 1 / 4;

/** The cell clock of one link and direction. */
export class Pacer {
  /** Slots that came round too late and sent nothing. */
  skipped = 0;
  readonly #pace: Pace;
  readonly #startMs: number;
  readonly #shifts: UniformSequence;
  #slot = 0;
  /** With slots: when slot `#slot` fires. Without: when the last cell left. */
  #atMs: number;

  /**
   * Begins with slot 0.
   *
   * @param startMs t0, on the clock that `take` is asked with.
   * @param seed 32 bytes that only the sender knows.
   */
  constructor(pace: Pace, startMs: number, seed: Uint8Array) {
    this.#pace = pace;
    this.#startMs = startMs;
    this.#shifts = new UniformSequence(seed);
    this.#atMs = pace.slotted ? this.#slotAtMs() : startMs;
  }

  /**
   * Where another pace may begin: the start of the slot to come, or without
   * slots the last cell. Nothing that waits or happens moves it.
   */
  get boundaryMs(): number {
    if (!this.#pace.slotted) return this.#atMs;
    return this.#startMs + this.#slot * this.#pace.periodMs;
  }

  /** When the next cell leaves if nothing else happens. */
  wakeAtMs(waiting: boolean): number {
    if (this.#pace.slotted) return this.#atMs;
    return waiting ? this.#atMs : this.#atMs + this.#pace.periodMs;
  }

  /**
   * Whether one cell leaves now; the answer `true` uses the slot up.
   *
   * @param waiting Whether something waits to be said. With slots it changes
   * nothing.
   */
  take(nowMs: number, waiting: boolean): boolean {
    if (!this.#pace.slotted) {
      if (!waiting && nowMs < this.#atMs + this.#pace.periodMs) return false;
      this.#atMs = nowMs;
      return true;
    }
    this.#skipLate(nowMs);
    if (nowMs < this.#atMs) return false;
    this.#slot++;
    this.#atMs = this.#slotAtMs();
    return true;
  }

  #skipLate(nowMs: number): void {
    const { periodMs } = this.#pace;
    const lateMaxMs = periodMs * lateShareMax;
    if (this.#atMs + lateMaxMs >= nowMs) return;
    // A host that slept for days must not loop over the slots it missed.
    const current = Math.floor((nowMs - this.#startMs) / periodMs) - 1;
    if (current > this.#slot) {
      this.skipped += current - this.#slot;
      this.#slot = current;
      this.#atMs = this.#slotAtMs();
    }
    while (this.#atMs + lateMaxMs < nowMs) {
      this.skipped++;
      this.#slot++;
      this.#atMs = this.#slotAtMs();
    }
  }

  #slotAtMs(): number {
    const { periodMs } = this.#pace;
    const shift = this.#shifts.at(this.#slot) * periodMs / 2;
    return this.#startMs + this.#slot * periodMs + shift;
  }
}

/** Numbers that one hash gives. */
const drawsPerHash = 8;

/**
 * The uniform sequence in [0, 1) that `seed` determines: number `8·b + i` is
 * the i-th 32 bits, big-endian, of BLAKE2s (RFC 7693) over `b`, a double,
 * keyed with the seed. The last hash is kept, so that neighbours cost one.
 */
class UniformSequence {
  readonly #seed: Uint8Array;
  readonly #input = new DataView(new ArrayBuffer(8));
  #block = -1;
  #draws = new DataView(new ArrayBuffer(4 * drawsPerHash));

  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  /** Number `index`, a whole number from 0 on. */
  at(index: number): number {
    const block = Math.floor(index / drawsPerHash);
    if (block !== this.#block) {
      this.#input.setFloat64(0, block);
      const bytes = new Uint8Array(this.#input.buffer);
      const hash = blake2s(bytes, { key: this.#seed, dkLen: 32 });
      this.#draws = new DataView(hash.buffer, hash.byteOffset, hash.length);
      this.#block = block;
    }
    return this.#draws.getUint32(4 * (index % drawsPerHash)) / 2 ** 32;
  }
}

/** Number `index` of the uniform sequence in [0, 1) that `seed` determines. */
export function drawUniform(seed: Uint8Array, index: number): number {
  return new UniformSequence(seed).at(index);
}
