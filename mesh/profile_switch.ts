/**
 * Who may change the profile, and when: the rule that keeps the pace of the
 * links from saying more than "somebody chose" once a day (design §5).
 *
 * What should be in force is the operator's choice, else the calendar's, else
 * the configured profile. Between two switches lies at least `switchGapMs`:
 *
 * - the operator's order before that is refused, unless forced; a forced one
 *   leaks like any other and is counted;
 * - the calendar's is put off until then.
 *
 * A start may always use what is configured: the operator caused both. Nothing
 * here knows of alarms, and `tests/architecture_test.ts` sees to it that no
 * part but `cli/` orders a switch.
 *
 * @module
 */
import type { ProfileName } from "./profile.ts";

/**
 * Least time between two switches. Our choice: a day less an hour, so that the
 * same time of day will do when clocks are put forward.
 */
export const switchGapMs = 23 * 3_600_000;

/** What is known when a switch is considered. */
export interface SwitchState {
  /** In force now. */
  readonly profile: ProfileName;
  /** Of the last switch, wall clock milliseconds; undefined if there was none. */
  readonly switchedAtMs: number | undefined;
}

/** What becomes of an order. */
export type SwitchVerdict =
  /** In force already: nothing leaves, nothing leaks. */
  | { readonly type: "unchanged" }
  | { readonly type: "allowed"; readonly forced: boolean }
  | {
    readonly type: "refused";
    /** Wall clock milliseconds from which on it would be allowed. */
    readonly notBeforeMs: number;
  };

/** Whether `wanted` may come into force now. */
export function judgeSwitch(
  { profile, switchedAtMs }: SwitchState,
  wanted: ProfileName,
  wallMs: number,
  force: boolean,
): SwitchVerdict {
  if (wanted === profile) return { type: "unchanged" };
  const notBeforeMs = earliestSwitchMs(switchedAtMs, wallMs);
  if (wallMs >= notBeforeMs) return { type: "allowed", forced: false };
  return force ? { type: "allowed", forced: true } : {
    type: "refused",
    notBeforeMs,
  };
}

/**
 * Wall clock milliseconds from which on another switch is allowed. A switch
 * that lies in the future, because the clock was put back since, binds nobody:
 * else a clock that was a year ahead would hold the calendar up for a year.
 */
export function earliestSwitchMs(
  switchedAtMs: number | undefined,
  wallMs: number,
): number {
  return switchedAtMs === undefined || switchedAtMs > wallMs
    ? -Infinity
    : switchedAtMs + switchGapMs;
}
