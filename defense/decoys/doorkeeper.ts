/**
 * How many clients decoys hold, so that holding attackers never costs the
 * host more than the attackers: what comes beyond is closed at once.
 *
 * Bounds: {@linkcode heldMax} clients, {@linkcode heldPerSourceMax} of one
 * address, {@linkcode opensPerSecondMax} new ones a second.
 *
 * @module
 */
import type { Address } from "../address.ts";

/** Clients held at once: issue 4; `deno task bench:decoys` measures the cost. */
export const heldMax = 1_000;
/** Of one address; our choice: four attackers at least share the places. */
export const heldPerSourceMax = 256;
/** New clients a second; our choice, a tenth of one core. */
export const opensPerSecondMax = 200;

/** Counts who is in. */
export class Doorkeeper {
  readonly #bySource = new Map<Address, number>();
  #held = 0;
  #second = -Infinity;
  #opened = 0;
  /** Turned away since the start. */
  turnedAway = 0;

  /** Clients inside. */
  get held(): number {
    return this.#held;
  }

  /** Lets a client in, or counts it as turned away. */
  enter(source: Address, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#opened = 0;
    }
    const own = this.#bySource.get(source) ?? 0;
    if (
      this.#held >= heldMax || own >= heldPerSourceMax ||
      this.#opened >= opensPerSecondMax
    ) {
      this.turnedAway++;
      return false;
    }
    this.#opened++;
    this.#held++;
    this.#bySource.set(source, own + 1);
    return true;
  }

  /** A client that was let in is gone. */
  leave(source: Address): void {
    const own = this.#bySource.get(source) ?? 0;
    if (own === 0) return;
    this.#held--;
    if (own === 1) this.#bySource.delete(source);
    else this.#bySource.set(source, own - 1);
  }
}
