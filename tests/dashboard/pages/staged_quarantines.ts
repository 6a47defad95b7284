/**
 * Members of a stage that are cut off, as an agent tells of them.
 *
 * @module
 */
import type { Mode, QuarantineView, SignalView } from "../../../defense/mod.ts";
import { parseNodeId } from "../../../mesh/mod.ts";
import { idOf } from "./staged_agent.ts";

/** By vote since half a minute, or by a signal; an observer only would. */
export function quarantinesOf(
  signals: readonly SignalView[],
  votedOut: readonly number[],
  mode: Mode,
): QuarantineView[] {
  const state = mode === "observe" ? "would" : "in_force";
  return [
    ...votedOut.map((place): QuarantineView => ({
      member: parseNodeId(idOf(place)),
      subject: "",
      sinceMs: Date.now() - 30_000,
      untilMs: Date.now() + 570_000,
      state,
    })),
    ...signals.flatMap((
      { active, order, issuedMs, untilMs },
    ): QuarantineView[] =>
      active && order.what === "quarantine"
        ? [{
          member: order.member,
          subject: "",
          sinceMs: issuedMs,
          untilMs,
          state,
          ordered: true,
        }]
        : []
    ),
  ];
}
