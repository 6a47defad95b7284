/**
 * Time that passes only when the simulation says so. Events of the same
 * moment happen in the order in which they were asked for, so one seed gives
 * one history. This is the sky's own time; what one host makes of it, with
 * drift and stalls, is `host_clock.ts`.
 *
 * Bound: `pendingMax` events; one more is an error, for a simulation that
 * schedules itself for ever has a bug.
 *
 * @module
 */
import type { Clock } from "../../mesh/mod.ts";

/** Pending events at once; more means that something schedules itself for ever. */
const pendingMax = 4_000_000;

/** 2026-01-05T09:00:00Z, a Monday morning: any fixed moment would do. */
export const mondayMs: number = Date.UTC(2026, 0, 5, 9);

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
  /** Added to the wall clock: a jump of every host's calendar. */
  wallShiftMs = 0;
  /** How late everything fires that is asked for from now on. */
  timersLateMs = 0;

  /** @param wallStartMs Wall clock milliseconds at virtual time 0. */
  constructor(wallStartMs: number = mondayMs) {
    this.#wallStartMs = wallStartMs;
  }

  /** Events to come, cancelled ones included until their time. */
  get pending(): number {
    return this.#heap.length;
  }

  /** Milliseconds since the simulation began. */
  nowMs(): number {
    return this.#nowMs;
  }

  /** Wall clock milliseconds; whole, as a real host's are. */
  wallMs(): number {
    return Math.floor(this.#wallStartMs + this.wallShiftMs + this.#nowMs);
  }

  /** Runs `wake` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, wake: () => void): () => void {
    if (this.#heap.length >= pendingMax) {
      throw new RangeError(`Cannot wait for more than ${pendingMax} events`);
    }
    const pending: Pending = {
      atMs: this.#nowMs + Math.max(0, delayMs) + this.timersLateMs,
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
      // After a sleep what was due in it is late.
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.events++;
      next.wake();
      return true;
    }
  }

  /** Lets `ms` of virtual time pass. */
  run(ms: number): void {
    const endMs = this.#nowMs + ms;
    while (this.step(endMs));
  }

  /** Runs until `done`, at most `msMax`; the time that passed, or undefined. */
  runUntil(done: () => boolean, msMax: number): number | undefined {
    const startMs = this.#nowMs;
    while (!done()) {
      if (this.#nowMs - startMs >= msMax) return undefined;
      this.run(1);
    }
    return this.#nowMs - startMs;
  }

  /** Time passes and nothing runs, as if every host were suspended. */
  sleep(ms: number): void {
    this.#nowMs += ms;
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
