import { deepEqual, equal, throws } from "node:assert/strict";
import { MatchBudget } from "../../../../defense/sensors/fail2ban/match_budget.ts";
import { StampDetector } from "../../../../defense/sensors/fail2ban/stamp_detector.ts";
import { testClock } from "./made_filter.ts";

/** The time that a stamp means, and the line without it. */
function read(line: string, patterns?: readonly string[]): string {
  const found = new StampDetector(patterns).find(line, new MatchBudget());
  if (found === undefined) return "none";
  const atMs = found.template.timeOf(found.match, testClock);
  const [start, end] = found.match.span(1);
  const at = atMs === undefined ? "?" : new Date(atMs).toISOString();
  return `${at.replace(".000Z", "Z")} ${line.slice(0, start)}${
    line.slice(end)
  }`;
}

const rows: { line: string; patterns?: string[]; read: string }[] = [
  // A log two hours ahead of UTC.
  { line: "Mar  3 04:10:01 x", read: "2026-03-03T02:10:01Z  x" },
  {
    line: "Tue Mar 03 04:10:01.123456 2026 x",
    read: "2026-03-03T02:10:01Z  x",
  },
  { line: "Tue Mar 03 2026 04:10:01 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "2026-03-03 04:10:01,123 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "2026-03-03T04:10:01.5Z x", read: "2026-03-03T04:10:01Z  x" },
  { line: "2026-03-03T04:10:01 +01:00 x", read: "2026-03-03T03:10:01Z  x" },
  { line: "2026/03/03 04:10:01 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "[03/Mar/2026:04:10:01 -0500] x", read: "2026-03-03T09:10:01Z [] x" },
  { line: "03-Mar-2026 04:10:01.252 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "03/03/2026 04:10:01 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "13-03-25 04:10:01 x", read: "2025-03-13T02:10:01Z  x" },
  { line: "03/13/2025:04:10:01 x", read: "2025-03-13T02:10:01Z  x" },
  { line: "<03/03/26@04:10:01> x", read: "2026-03-03T02:10:01Z  x" },
  { line: "260303 4:10:01 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "Mar 3, 2026 4:10:01 PM x", read: "2026-03-03T14:10:01Z  x" },
  { line: "Mar-03-26 04:10:01 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "20260303T041001 x", read: "2026-03-03T02:10:01Z  x" },
  { line: "PST Mar  3 04:10:01 x", read: "2026-03-03T12:10:01Z  x" },
  { line: "1772510401 x", read: "2026-03-03T04:00:01Z  x" },
  { line: "[1772510401] x", read: "2026-03-03T04:00:01Z [] x" },
  { line: "[1772510401 x", read: "2026-03-03T04:00:01Z [ x" },
  {
    line: "type=A msg=audit(1772510401.123:45): x",
    read: "2026-03-03T04:00:01.123Z type=A msg=audit(:45): x",
  },
  { line: "@4000000069a65c010000dead x", read: "2026-03-03T03:56:49Z  x" },
  // Later than any time that can be told.
  {
    line: "@4fffffffffffffff0000dead x",
    read: "?  x",
  },
  // Today, or yesterday if that time is still to come; noon here.
  { line: "11:59:59 x", read: "2026-03-10T09:59:59Z  x" },
  { line: "12:00:01 x", read: "2026-03-09T10:00:01Z  x" },
  // This year, or last year if that is more than a day ahead.
  { line: "Mar 11 04:10:01 x", read: "2026-03-11T02:10:01Z  x" },
  { line: "Mar 12 04:10:01 x", read: "2025-03-12T02:10:01Z  x" },
  { line: "Feb 30 04:10:01 x", read: "?  x" },
  { line: "no stamp", read: "none" },
  // In the middle of a line, only where that is allowed.
  { line: "x 2026-03-03 04:10:01 y", read: "2026-03-03T02:10:01Z x  y" },
  { line: "xy 2026-03-03 04:10:01", patterns: ["{^LN-BEG}"], read: "none" },
  {
    line: "<14>1 2026-03-03T04:10:01Z h",
    patterns: ["^<\\d+>\\d+\\s+{DATE}"],
    read: "2026-03-03T04:10:01Z  h",
  },
  {
    line: 'h [03/Mar/2026:04:10:01 +0000] "GET"',
    patterns: ["^[^\\[]*\\[({DATE})"],
    read: '2026-03-03T04:10:01Z h [] "GET"',
  },
  {
    line: "L 03/04/2026 - 04:10:01: x",
    patterns: ["^L %d/%m/%Y - %H:%M:%S"],
    read: "2026-04-03T02:10:01Z : x",
  },
  {
    line: "1772510401123 x",
    patterns: ["LEPOCH"],
    read: "2026-03-03T04:00:01.123Z  x",
  },
  {
    line: "t=1772510401 x",
    patterns: ["t={EPOCH}"],
    read: "2026-03-03T04:00:01Z  x",
  },
  {
    line: "2026 061 x",
    patterns: ["%Y %j"],
    read: "2026-03-01T22:00:00Z  x",
  },
];

for (const { line, patterns, read: expected } of rows) {
  Deno.test(`StampDetector reads ${line} by ${patterns ?? "what it knows"}`, () => {
    equal(read(line, patterns), expected);
  });
}

Deno.test("StampDetector refuses a field it does not know", () => {
  throws(() => new StampDetector(["%Y-%q"]), { name: "PatternError" });
});

Deno.test("StampDetector stays with the form that its log has", () => {
  const detector = new StampDetector();
  const places = [
    "Mar  3 04:10:01 h x: 2026-01-01 00:00:00",
    "Mar  3 04:10:02 h x",
    "Mar  3 04:10:03 h 1772510401",
  ].map((line) => {
    const found = detector.find(line, new MatchBudget());
    return found?.match.span(1);
  });
  deepEqual(places, [[0, 15], [0, 15], [0, 15]]);
});
