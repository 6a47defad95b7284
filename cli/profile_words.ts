/**
 * The words in which `profile` and `status` show the pace of the links and
 * what it may have told.
 *
 * @module
 */
import type { ProfileView } from "../dashboard/mod.ts";
import type { LeakageReport } from "../mesh/mod.ts";
import { shortTime } from "./desk_words.ts";
import type { Cell } from "./output.ts";

const chosenBy: Readonly<Record<ProfileView["chosenBy"], string>> = {
  operator: "the operator; taken back with: stealthmesh profile configured",
  calendar: "the calendar",
  configuration: "the configuration",
};

/** The profile as rows of a table. */
export function profileRows(view: ProfileView): Cell[][] {
  const { next, notBeforeMs, timeZone, far } = view;
  const rows: Cell[][] = [
    ["since", shortTime(view.sinceMs)],
    ["chosen by", chosenBy[view.chosenBy]],
  ];
  if (view.chosenBy === "operator") {
    rows.push(["configured", view.configured]);
  }
  if (next) {
    const zone = timeZone === undefined ? "" : ` (calendar in ${timeZone})`;
    rows.push(["next", `${next.profile} on ${shortTime(next.atMs)}${zone}`]);
  }
  if (notBeforeMs !== undefined) {
    rows.push(["may change", `from ${shortTime(notBeforeMs)}`]);
  }
  if (far !== undefined) {
    rows.push(["far links", `${far} at most (members with global addresses)`]);
  }
  return rows;
}

/** The leakage account as rows of a table: what, and how much. */
export function leakageRows(leakage: LeakageReport): Cell[][] {
  const { bits, switches, slotsMissed, slotsFired, linkEnds } = leakage;
  const rows: Cell[][] = [
    [
      "profile switches",
      `${bitsText(bits.switches)} (${switches})`,
    ],
    [
      "missed slots",
      `${bitsText(bits.missedSlots)} (${slotsMissed} of ${
        slotsMissed + slotsFired
      })`,
    ],
    [
      "links ended",
      Object.entries(linkEnds).map(([cause, count]) => `${cause} ${count}`)
        .join(", "),
    ],
    [
      "seen as they are",
      `${leakage.starts} starts, ${leakage.enrolments} guests`,
    ],
  ];
  if (leakage.cellsOffClock > 0) {
    rows.push(["sent on open", {
      text: `${leakage.cellsOffClock} cells told their own time`,
      tone: "warning",
    }]);
  }
  return rows;
}

function bitsText(bits: number): string {
  return `at most ${Math.ceil(bits)} bits`;
}
