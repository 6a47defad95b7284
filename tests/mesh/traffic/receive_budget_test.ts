import { equal, ok } from "node:assert/strict";
import { profiles } from "../../../mesh/profile.ts";
import type { Pace } from "../../../mesh/traffic/pacer.ts";
import {
  allowanceOf,
  ReceiveBudget,
} from "../../../mesh/traffic/receive_budget.ts";

/** What becomes of cells that come every `everyMs`. */
function rulings(pace: Pace, cells: number, everyMs: number) {
  const budget = new ReceiveBudget(pace, 0);
  const counts = { work: 0, only_open: 0, close: 0 };
  for (let at = 1; at <= cells; at++) counts[budget.rule(at * everyMs)]++;
  return counts;
}

for (const pace of Object.values(profiles)) {
  const atPace = pace.slotted ? pace.periodMs : 5;
  Deno.test(`ReceiveBudget.rule() works on every cell at the pace of ${pace.name}, a day long`, () => {
    const cells = Math.min(100_000, 86_400_000 / atPace);
    equal(rulings(pace, cells, atPace).work, cells);
    // A clock that is a tenth too fast breaks no word.
    if (pace.slotted) equal(rulings(pace, cells, atPace * 0.9).work, cells);
  });

  Deno.test(`ReceiveBudget.rule() closes on ${pace.name} after twice the burst at once`, () => {
    const { burst } = allowanceOf(pace);
    const counts = rulings(pace, 3 * burst, 0);
    equal(counts.work, burst);
    equal(counts.only_open, burst);
    equal(counts.close, burst);
  });
}

Deno.test("ReceiveBudget.rule() works on all cells that a stall of a minute held up", () => {
  const budget = new ReceiveBudget(profiles.lan, 0);
  for (let at = 0; at < 240; at++) equal(budget.rule(60_000), "work");
});

Deno.test("ReceiveBudget.rule() holds a peer ten times too fast to its pace", () => {
  const seconds = 100;
  const { work } = rulings(profiles.lan, 40 * seconds, 25);
  ok(work <= 240 + 5 * seconds, `${work} cells worked on`);
});
