/**
 * Work that lasts as long as its other end does, begun again a while after it
 * ended: a stream of the agent, for one.
 *
 * @module
 */
import type { Later } from "./request_body.ts";

/** What is to be done, and when again. */
export interface RetriedParts {
  /** Once; that it fails is one way to end. Over when `signal` says so. */
  readonly attempt: (signal: AbortSignal) => Promise<void>;
  /** Milliseconds from an end to the next attempt. */
  readonly againMs: number;
  /** The timer of the world. */
  readonly later: Later;
}

/** One attempt at a time, from `start` to `stop`, any number of times. */
export class Retried {
  readonly #parts: RetriedParts;
  #abort: AbortController | undefined;
  #cancelAgain: () => void = () => {};

  /** Does nothing before `start`. */
  constructor(parts: RetriedParts) {
    this.#parts = parts;
  }

  /** Begins, unless it has. */
  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    void this.#run(this.#abort.signal);
  }

  /** Ends it. */
  stop(): void {
    this.#cancelAgain();
    this.#abort?.abort();
    this.#abort = undefined;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { attempt, againMs, later } = this.#parts;
    try {
      await attempt(signal);
    } catch {
      // The other end is gone, or nobody wants it any more.
    }
    if (signal.aborted) return;
    this.#cancelAgain = later(againMs, () => void this.#run(signal));
  }
}
