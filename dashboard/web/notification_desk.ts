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
}
