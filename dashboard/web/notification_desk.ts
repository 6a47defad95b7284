/**
 * What the dashboard asks of its notifications. `cli/` builds the real one over
 * the outbox; a test answers by itself.
 *
 * @module
 */
import type { SendOutcome, TargetView } from "../notify/outbox.ts";

/** What came of a test. */
export interface TestOutcome {
  /** Which receiver. */
  readonly target: string;
  /** Whether it took the notice. */
  readonly outcome: SendOutcome;
}

/** A receiver that is new. */
export interface AddedTarget {
  /** After `targetName`. */
  readonly name: string;
  /** In its normal spelling. */
  readonly url: string;
  /** What signs a webhook's notices; told this once. */
  readonly secret?: string;
}

/** Notices to elsewhere. */
export interface NotificationDesk {
  /** How each receiver is doing; no secrets. */
  views(): readonly TargetView[];
  /**
   * Sends a test at once, past the queue.
   *
   * @param target Which receiver; all if absent.
   * @returns Empty if there is none such; `undefined` while another test runs.
   */
  test(target?: string): Promise<readonly TestOutcome[] | undefined>;
  /**
   * Adds a receiver, with a secret of its own where it is a webhook.
   *
   * @throws {SyntaxError} If nothing may go to that URL.
   */
  add(name: string, url: string): AddedTarget | "taken" | "full";
  /** Removes one with what waits for it; whether there was such a one. */
  remove(name: string): boolean;
}
