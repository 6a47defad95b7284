/**
 * Settings of several machines on the stage: who was meant does it, but for the
 * third machine, where a flag has the last word, and the fourth, which is away.
 *
 * @module
 */
import type { RolloutMachine, RolloutView } from "../../../dashboard/mod.ts";
import type { SignalView } from "../../../defense/mod.ts";
import { idOf } from "./staged_agent.ts";

/** What became of the last signal about settings, if there was one. */
export function rolloutOf(
  names: readonly string[],
  signals: readonly SignalView[],
): RolloutView | undefined {
  const found = signals.find(({ order }) => "changes" in order);
  if (!found || !("changes" in found.order)) return undefined;
  const { id, by, active, issuedMs, untilMs, order } = found;
  const { changes, members, what } = order;
  const machines = names.map((name, place): RolloutMachine => {
    const node = idOf(place);
    if (members !== "all" && !members.some((each) => each === node)) {
      return { node, name, state: "not_asked", why: "" };
    }
    if (place === 2) {
      const why = "mode: the flag --mode has the last word";
      return { node, name, state: "refused", why };
    }
    if (place === 3) return { node, name, state: "silent", why: "" };
    const state = what === "keep" ? "kept" : "trial";
    return { node, name, state, why: "" };
  });
  const kept = what === "keep";
  const all = members === "all";
  return { id, by, changes, kept, active, issuedMs, untilMs, all, machines };
}
