/**
 * Empties the outbox: for each target one notice after the other, in order.
 * After a failure the target is left alone for 5 s, 10 s, … up to an hour.
 *
 * @module
 */
import type { Later } from "../web/request_body.ts";
import { keptMs, type Outbox, type Send } from "./outbox.ts";

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
      for (const { name } of this.#parts.outbox.targets()) this.#set(name);
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

  #set(name: string): void {
    if (this.#underway.has(name)) return;
    const round = this.#round(name).then(() => this.#pauseMs()).catch(
      () => troublePauseMs,
    ).then((pauseMs) => {
      this.#underway.delete(name);
      if (pauseMs !== undefined) this.#later(pauseMs);
    });
    this.#underway.set(name, round);
  }

  async #round(name: string): Promise<void> {
    const { outbox, send, wallMs } = this.#parts;
    for (;;) {
      const view = outbox.views().find((each) => each.name === name);
      if (this.#stopped || !view) return;
      const aheadMs = view.dueMs - wallMs();
      // Further ahead than any pause: the wall clock was set back.
      if (aheadMs > 0 && aheadMs <= pauseMsMax) return;
      // As it is now: it may have been replaced.
      const target = outbox.targets().find((each) => each.name === name);
      const waiting = outbox.first(name);
      if (!target || !waiting) return;
      const { key, notice } = waiting;
      const untilMs = wallMs() + takenMs;
      // Another dashboard on this file may be faster.
      if (!outbox.take(name, key, view.dueMs, untilMs)) return;
      if (wallMs() - notice.atMs > keptMs) {
        outbox.lost(name, key, "too old");
        continue;
      }
      const outcome = await send(target, notice);
      if (outcome.type === "sent") outbox.sent(name, key);
      else if (outcome.type === "refused") {
        outbox.lost(name, key, outcome.error);
      } else {
        const dueMs = wallMs() + retryPauseMs(view.failures + 1);
        outbox.failed(name, dueMs, outcome.error);
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
