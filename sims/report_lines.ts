/**
 * Pieces that every report has, as lines of text.
 *
 * @module
 */
import type { TimelineLine } from "./story.ts";

/** Lines of the story that are shown; the JSON report has all of them. */
const timelineLinesMax = 40;

/** The story in order. */
export function timelineLines(timeline: readonly TimelineLine[]): string[] {
  const shown = timeline.slice(0, timelineLinesMax);
  const lines = shown.map(({ atMs, host, text }) =>
    `${secondsText(atMs).padStart(9)}  ${host.padEnd(8)}  ${text}`
  );
  const rest = timeline.length - shown.length;
  return rest > 0 ? [...lines, `           … and ${rest} more`] : lines;
}

/** One row of the table of machines. */
export function tableRow(...cells: readonly string[]): string {
  return cells.map((cell, index) =>
    index === 0 ? cell.padEnd(9) : cell.padStart(11)
  ).join("").trimEnd();
}

/** Whether all held, or what did not, and how to play it again. */
export function verdictLines(
  breaches: readonly string[],
  replay: string,
): string[] {
  return breaches.length === 0 ? ["invariants all held"] : [
    "",
    "BROKEN:",
    ...breaches.map((breach) => `  ${breach}`),
    `replay: ${replay}`,
  ];
}

/** `+1.234s`. */
export function secondsText(ms: number): string {
  return `+${(ms / 1_000).toFixed(3)}s`;
}

/** The same, or a dash. */
export function secondsTextIfAny(ms: number | undefined): string {
  return ms === undefined ? "–" : secondsText(ms);
}
