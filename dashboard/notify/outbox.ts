/**
 * Notices on their way: kept until their receiver has them, over restarts, and
 * tried again after growing pauses.
 *
 * Bounds: `waitingEachMax` wait for one target, the oldest is dropped and
 * counted, so that a dead target costs nobody else's notices; a notice is given
 * up `keptMs` after it was written.
 *
 * @module
 */
import type { Notice } from "./notice.ts";
import type { Target } from "./target.ts";

/** For one target. Our choice: a bad day. */
export const waitingEachMax = 2_000;
/** Older news is no news; the journal still has it. Our choice. */
export const keptMs = 3 * 86_400_000;

/** A notice that waits. */
export interface Waiting {
  /** Names it in the outbox. */
  readonly key: number;
  /** What is to be told. */
  readonly notice: Notice;
}

/** How a target is doing; no secret in it. */
export interface TargetView {
  /** As it is called. */
  readonly name: string;
  /** Where it is. */
  readonly url: string;
  /** Notices that it does not have yet. */
  readonly waiting: number;
  /** Notices it got. */
  readonly sent: number;
  /** Notices it will never get: refused, too old, too many. */
  readonly lost: number;
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  /** Wall clock milliseconds of the next attempt; 0 for at once. */
  readonly dueMs: number;
  /** Of the last failure, while it lasts. */
  readonly error?: string;
}

/** Where notices are kept. */
export interface Outbox {
  /** Receivers. */
  targets(): readonly Target[];
  /** How they are doing. */
  views(): readonly TargetView[];
  /** Number of the last event that was looked at; absent at the first start. */
  cursor(): number | undefined;
  /** From here on, whatever was looked at before. */
  reset(cursor: number): void;
  /**
   * Puts notices in for every target, and notes in the same transaction how far
   * the journal was read: none is lost and none comes twice, not even where two
   * dashboards read the same journal.
   */
  add(notices: readonly Notice[], cursor: number): void;
  /** The first that waits for a target. */
  first(target: string): Waiting | undefined;
  /**
   * Takes a target until then for a notice that still waits, unless another
   * dashboard has; `sent`, `lost` and `failed` give it back.
   *
   * @param dueMs As it was seen; another has changed it.
   * @returns Whether it did.
   */
  take(target: string, key: number, dueMs: number, untilMs: number): boolean;
  /** It has arrived. */
  sent(target: string, key: number): void;
  /** It never will. */
  lost(target: string, key: number, error: string): void;
  /** It has not; the next attempt is at `dueMs`. */
  failed(target: string, dueMs: number, error: string): void;
}

/** What came of one attempt. */
export type SendOutcome =
  | { readonly type: "sent" }
  /** Another time, perhaps. */
  | { readonly type: "failed"; readonly error: string }
  /** Not this one, ever. */
  | { readonly type: "refused"; readonly error: string };

/** Takes a notice to a target; never rejects. */
export type Send = (target: Target, notice: Notice) => Promise<SendOutcome>;
