import { deepEqual, equal } from "node:assert/strict";
import {
  tallyGapMs,
  ToldTallies,
} from "../../../defense/detectors/told_tallies.ts";
import { NewcomerTally } from "../../../defense/detectors/newcomer_tally.ts";

const dawnMs = Date.UTC(2026, 0, 1);
const dayMs = 24 * 3_600_000;
const faultBound = 2;

function failed(count: number): NewcomerTally {
  const tally = new NewcomerTally();
  for (let left = count; left > 0; left--) tally.giveUp(["ada"]);
  return tally;
}

class Ear {
  readonly told = new ToldTallies();
  nowMs = dawnMs;

  /** Newcomers that now count in addition, or why not. */
  hear(
    node: string,
    count: number,
    { scenario = "spraying", atMs = this.nowMs, domain = node } = {},
  ): number | string {
    const word = { node, domain, scenario, atMs, tally: failed(count) };
    const news = this.told.take(word, faultBound, this.nowMs);
    return typeof news === "string" ? news : news.unresolved;
  }
}

Deno.test("ToldTallies.take() counts nobody for more than the third largest word", () => {
  const ear = new Ear();
  deepEqual(
    [["liar", 60_000], ["other liar", 60_000], ["a", 1], ["b", 4], ["c", 4]]
      .map(([node, count]) => ear.hear(String(node), Number(count))),
    [0, 0, 3, 10, 4],
  );
});

Deno.test("ToldTallies.take() counts what a member tells again only as far as it grew", () => {
  const ear = new Ear();
  for (const node of ["a", "b", "c"]) ear.hear(node, 2);
  ear.nowMs += tallyGapMs;
  deepEqual(["a", "b", "c"].map((node) => ear.hear(node, 2)), [0, 0, 0]);
  ear.nowMs += tallyGapMs;
  deepEqual(["a", "b", "c"].map((node) => ear.hear(node, 3)), [0, 0, 3]);
  ear.nowMs += tallyGapMs;
  // Started anew, it begins to count at 0.
  equal(ear.hear("a", 1), 0);
});

Deno.test("ToldTallies.take() hears members that fail together as one", () => {
  const ear = new Ear();
  deepEqual(
    ["a", "b", "c", "d"].map((node) => ear.hear(node, 9, { domain: "rack" })),
    [0, 0, 0, 0],
  );
});

Deno.test("ToldTallies.take() lends nobody yesterday's credit", () => {
  const ear = new Ear();
  for (const node of ["a", "b", "c"]) ear.hear(node, 9);
  ear.nowMs += dayMs;
  equal(ear.hear("liar", 60_000), 0);
  equal(ear.hear("other liar", 60_000), 0);
  equal(ear.hear("a", 9, { atMs: dawnMs + dayMs - 1 }), "window");
  equal(ear.hear("a", 9, { atMs: dawnMs + 2 * dayMs }), "window");
});

Deno.test("ToldTallies.take() takes one word in four minutes and four scenarios", () => {
  const ear = new Ear();
  equal(ear.hear("a", 1), 0);
  ear.nowMs += tallyGapMs - 1;
  equal(ear.hear("a", 2), "budget");
  equal(ear.hear("a", 2, { scenario: "another" }), 0);
  ear.nowMs -= 2 * tallyGapMs;
  equal(ear.hear("a", 2, { atMs: dawnMs }), "window", "the clock was set back");
  ear.nowMs = dawnMs + tallyGapMs;
  for (const scenario of ["1", "2", "3", "4"]) {
    equal(ear.hear("a", 1, { scenario }), 0);
  }
  equal(ear.hear("a", 1, { scenario: "5" }), "full");
});

Deno.test("ToldTallies.take() remembers 1,024 members a day", () => {
  const ear = new Ear();
  for (let index = 0; index < 1_024; index++) ear.hear(`member ${index}`, 0);
  equal(ear.hear("one more", 1), "full");
});
