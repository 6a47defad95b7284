/**
 * Empties the outbox: for each target one notice after the other, in order.
 * After a failure the target is left alone for 5 s, 10 s, … up to an hour.
 *
 * @module
 */
import type { Later } from "../web/request_body.ts";
import { keptMs, type Outbox, type Send } from "./outbox.ts";
import type { Target } from "./target.ts";

const firstPauseMs = 5_000;
const pauseMsMax = 3_600_000;
/** The disk is full, or another program holds the file. Our choice. */
const troublePauseMs = 60_000;
/** More than one attempt takes: whoever took it has died. Our choice. */
const takenMs = 15_000;

/** The pause after so many failures in a row, 1 for the first. */
export function retryPauseMs(failures: number): number {
  return Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 20), pauseMsMax);
}

/** What a postman works with. */
export interface PostmanParts {
  /** What there is to bring. */
  readonly outbox: Outbox;
  /** How it is brought. */
  readonly send: Send;
  /** Wall clock milliseconds. */
  readonly wallMs: () => number;
  /** Timers. */
  readonly later: Later;
}

/** Goes to every target by itself. */
export class Postman {
  readonly #parts: PostmanParts;
  /** Targets he is on the way to. */
  readonly #underway = new Map<string, Promise<void>>();
  #cancel: () => void = () => {};
  #stopped = false;

  /** Waits to be told. */
  constructor(parts: PostmanParts) {
    this.#parts = parts;
  }

  /** There is, or may be, something to bring. */
  wake(): void {
    if (this.#stopped) return;
    try {
      for (const target of this.#parts.outbox.targets()) this.#set(target);
    } catch {
      this.#later(troublePauseMs);
    }
  }

  /** Ends after what is underway; never rejects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await Promise.all(this.#underway.values());
  }

  #set(target: Target): void {
    if (this.#underway.has(target.name)) return;
    const round = this.#round(target).then(() => this.#pauseMs()).catch(
      () => troublePauseMs,
    ).then((pauseMs) => {
      this.#underway.delete(target.name);
      if (pauseMs !== undefined) this.#later(pauseMs);
    });
    this.#underway.set(target.name, round);
  }

  async #round(target: Target): Promise<void> {
    const { outbox, send, wallMs } = this.#parts;
    for (;;) {
      const view = outbox.views().find(({ name }) => name === target.name);
      if (this.#stopped || !view) return;
      const aheadMs = view.dueMs - wallMs();
      // Further ahead than any pause: the wall clock was set back.
      if (aheadMs > 0 && aheadMs <= pauseMsMax) return;
      const now = outbox.targets().find(({ name }) => name === target.name);
      const waiting = outbox.first(target.name);
      if (!now || !waiting) return;
      const { key, notice } = waiting;
      const untilMs = wallMs() + takenMs;
      // Another dashboard on this file may be faster.
      if (!outbox.take(target.name, key, view.dueMs, untilMs)) return;
      if (wallMs() - notice.atMs > keptMs) {
        outbox.lost(target.name, key, "too old");
        continue;
      }
      const outcome = await send(now, notice);
      if (outcome.type === "sent") outbox.sent(target.name, key);
      else if (outcome.type === "refused") {
        outbox.lost(target.name, key, outcome.error);
      } else {
        const dueMs = wallMs() + retryPauseMs(view.failures + 1);
        outbox.failed(target.name, dueMs, outcome.error);
        return;
      }
    }
  }

  /** Until the next target is due; `undefined` if nothing waits. */
  #pauseMs(): number | undefined {
    const { outbox, wallMs } = this.#parts;
    const due = outbox.views().filter(({ waiting }) => waiting > 0)
      .map(({ dueMs }) => dueMs);
    if (due.length === 0) return undefined;
    // A wall clock that was set back must not keep a target waiting for long.
    return Math.min(Math.max(Math.min(...due) - wallMs(), 100), pauseMsMax);
  }

  #later(pauseMs: number): void {
    this.#cancel();
    if (this.#stopped) return;
    this.#cancel = this.#parts.later(pauseMs, () => this.wake());
  }
}
