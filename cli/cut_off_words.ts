/**
 * Who is cut off from all but the mesh, in the words of `status`.
 *
 * @module
 */
import { type CutOff, cutOffsOf, type StatusView } from "../dashboard/mod.ts";
import { shortTime } from "./desk_words.ts";
import { formatDuration } from "./duration.ts";
import type { Cell } from "./output.ts";

/** Rows of member, by whom, since when, ends in, and what this host does. */
export function cutOffRows(view: StatusView, nowMs: number): Cell[][] {
  const cutOffs = cutOffsOf(view);
  return view.members.flatMap(({ node, name }) =>
    (cutOffs.get(node) ?? []).map((word): Cell[] => [
      { text: name || node, tone: "bad" },
      sourceText(word),
      word.sinceMs === undefined ? "" : shortTime(word.sinceMs),
      formatDuration(word.untilMs - nowMs),
      {
        text: stateText(word),
        tone: word.state === "in_force" ? "good" : "warning",
      },
    ])
  );
}

function sourceText({ by, who }: CutOff): string {
  switch (by) {
    case "vote":
      return "vote of the members";
    case "signal":
      return `the operator, to all (${who || "command line"})`;
    case "hand":
      return "hand, on this host";
  }
}

function stateText({ state, refusal }: CutOff): string {
  switch (state) {
    case "asked":
      return "not yet";
    case "in_force":
      return "does it";
    case "would":
      return "only would: it observes";
    case "released":
      return "let it back in";
    case "refused":
      return `cannot: ${refusal ? refusalText(refusal) : "refused"}`;
  }
}

function refusalText(refusal: NonNullable<CutOff["refusal"]>): string {
  switch (refusal.code) {
    case "full":
      return "as many as may be are cut off";
    case "never_block":
      return `never contained: ${refusal.matched}`;
    case "observe":
      return "it observes";
    case "invalid":
    case "firewall":
      return refusal.detail;
  }
}
