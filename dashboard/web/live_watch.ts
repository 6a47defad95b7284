/**
 * Looks at all windows that follow `/live`, by one timer: who reads too slowly
 * is let go (and comes back with its cursor, so nothing is lost), and so is
 * everybody whose session has ended. A session is asked about once a look,
 * however many windows it has: it costs a query of the accounts.
 *
 * Bounds: `waitingBytesMax` may wait for a window; `LiveSeats` bounds windows.
 *
 * @module
 */
import type { Later } from "./request_body.ts";

/** Bytes that may wait for one slow browser. Our choice: some seconds of news. */
export const waitingBytesMax = 1_048_576;
/** How often windows are looked at. Our choice. */
export const lookMs = 250;

/** Tells a window that its session has ended. Our choice (RFC 6455, §7.4.2). */
export const sessionEndedCode = 4001;

/** One that follows. */
export interface LiveWindow {
  /** Id of its session. */
  readonly session: string;
  /** Bytes that it has not taken yet. */
  waitingBytes(): number;
  /** Lets it go, with a WebSocket close code and why (RFC 6455, §7.4). */
  close(code: number, reason: string): void;
}

/** What is looked at and when. */
export interface LiveWatchParts {
  /** Of a session by its id; throws where the accounts cannot be read now. */
  readonly isInForce: (session: string) => boolean;
  /** The timer of the world. */
  readonly later: Later;
}

/** One look for all; none while nobody follows. */
export class LiveWatch {
  readonly #parts: LiveWatchParts;
  readonly #windows = new Map<string, Set<LiveWindow>>();
  #cancel: (() => void) | undefined;

  /** Watches nobody yet. */
  constructor(parts: LiveWatchParts) {
    this.#parts = parts;
  }

  /** Looks at `window` from now on; the returned function ends that. */
  watch(window: LiveWindow): () => void {
    const { session } = window;
    const own = this.#windows.get(session) ?? new Set();
    this.#windows.set(session, own);
    own.add(window);
    this.#cancel ??= this.#next();
    return () => {
      own.delete(window);
      // The session may have windows of a later set by now.
      if (own.size === 0 && this.#windows.get(session) === own) {
        this.#windows.delete(session);
      }
      if (this.#windows.size === 0) this.stop();
    };
  }

  /** Looks no more, until somebody is watched again. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #next(): () => void {
    return this.#parts.later(lookMs, () => {
      this.#cancel = undefined;
      this.#look();
      if (this.#windows.size > 0) this.#cancel ??= this.#next();
    });
  }

  #look(): void {
    // Closing may take a window out at once.
    for (const [session, windows] of [...this.#windows]) {
      if (!this.#inForce(session)) {
        for (const each of [...windows]) {
          each.close(sessionEndedCode, "the session has ended");
        }
        continue;
      }
      for (const each of [...windows]) {
        if (each.waitingBytes() > waitingBytesMax) each.close(1013, "too slow");
      }
    }
  }

  #inForce(session: string): boolean {
    try {
      return this.#parts.isInForce(session);
    } catch {
      // The file of the accounts is busy: at the next look.
      return true;
    }
  }
}
