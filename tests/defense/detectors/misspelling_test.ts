import { equal } from "node:assert/strict";
import { isMisspelling } from "../../../defense/detectors/misspelling.ts";

const rows: [string, string, boolean][] = [
  ["alice", "alcie", true],
  ["alice", "alic", true],
  ["alice", "aalice", true],
  ["johnsmith", "jonhsmit", false],
  ["johnsmith", "jonsmit", true],
  ["test", "guest", false],
  ["root", "admin", false],
  ["ab", "cd", false],
  ["ed", "de", true],
  ["", "a", false],
  ["a".repeat(500), "a".repeat(501), true],
];

for (const [one, other, expected] of rows) {
  const short = (text: string) => text.slice(0, 12);
  Deno.test(`isMisspelling() of "${short(one)}" and "${short(other)}" is ${expected}`, () => {
    equal(isMisspelling(one, other), expected);
    equal(isMisspelling(other, one), expected);
  });
}
