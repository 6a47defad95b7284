/**
 * Time that passes only when the simulation says so. Events of the same
 * moment happen in the order in which they were asked for, so one seed gives
 * one history.
 *
 * @module
 */
import type { Clock } from "../../mesh/mod.ts";

/** Pending events at once; more means that something schedules itself for ever. */
const pendingMax = 4_000_000;

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
  cancelled: boolean;
}

/** A clock and the queue of everything that will happen. */
export class VirtualClock implements Clock {
  readonly #wallStartMs: number;
  readonly #heap: Pending[] = [];
  #nowMs = 0;
  #order = 0;
  /** Events that have happened. */
  events = 0;

  /** @param wallStartMs Wall clock milliseconds at virtual time 0. */
  constructor(wallStartMs: number) {
    this.#wallStartMs = wallStartMs;
  }

  /** Milliseconds since the simulation began. */
  nowMs(): number {
    return this.#nowMs;
  }

  /** Wall clock milliseconds; whole, as a real host's are. */
  wallMs(): number {
    return Math.floor(this.#wallStartMs + this.#nowMs);
  }

  /** Runs `wake` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, wake: () => void): () => void {
    if (this.#heap.length >= pendingMax) {
      throw new RangeError(`Cannot wait for more than ${pendingMax} events`);
    }
    const pending: Pending = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      wake,
      cancelled: false,
    };
    this.#push(pending);
    return () => {
      pending.cancelled = true;
    };
  }

  /**
   * Lets the next event happen if it is due by `untilMs`.
   *
   * @returns Whether one happened; if not, it is now `untilMs`.
   */
  step(untilMs: number): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      this.#pop();
      if (next.cancelled) continue;
      this.#nowMs = next.atMs;
      this.events++;
      next.wake();
      return true;
    }
  }

  #push(item: Pending): void {
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(item, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = item;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      if (child === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, child)) {
        below++;
        child = right;
      }
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Pending, b: Pending): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
