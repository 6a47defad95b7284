import { deepEqual, equal } from "node:assert/strict";
import type { SimulationNews, SimulationRun } from "../../../dashboard/mod.ts";
import { SimulationFeed } from "../../../dashboard/web/simulation_feed.ts";

const run = { id: "1".repeat(12) } as SimulationRun;

/** A feed and the one who tells. */
function fed() {
  let hear: ((news: SimulationNews) => void) | undefined;
  const feed = new SimulationFeed({
    watch(given) {
      hear = given;
      return () => hear = undefined;
    },
  });
  return {
    feed,
    tell: (seq: number) => hear?.({ seq, run, lines: [] }),
    watched: () => hear !== undefined,
  };
}

/** Numbers of what was heard; 0 for a gap. */
function listener() {
  const heard: number[] = [];
  return {
    heard,
    hear: (message: string) => void heard.push(JSON.parse(message).seq ?? 0),
  };
}

Deno.test("SimulationFeed tells each news once, to all", () => {
  const { feed, tell } = fed();
  const [one, two] = [listener(), listener()];
  feed.join(0, one.hear);
  const leave = feed.join(0, two.hear);
  tell(5);
  leave();
  tell(6);
  deepEqual([one.heard, two.heard], [[5, 6], [5]]);
});

Deno.test("SimulationFeed tells who comes back what was missed, and nothing twice", () => {
  const { feed, tell } = fed();
  for (const seq of [5, 6, 7]) tell(seq);
  const back = listener();
  feed.join(6, back.hear);
  tell(8);
  deepEqual(back.heard, [7, 8]);
  // Who is new has just read the list.
  const fresh = listener();
  feed.join(0, fresh.hear);
  deepEqual(fresh.heard, []);
});

Deno.test("SimulationFeed says so when too much was missed", () => {
  const { feed, tell } = fed();
  for (let seq = 1; seq <= 600; seq++) tell(seq);
  const late = listener();
  feed.join(1, late.hear);
  equal(late.heard[0], 0);
  equal(late.heard.at(-1), 600);
  const recent = listener();
  feed.join(590, recent.hear);
  deepEqual(recent.heard, [591, 592, 593, 594, 595, 596, 597, 598, 599, 600]);
});

Deno.test("SimulationFeed listens to nobody after its end", () => {
  const { feed, watched } = fed();
  feed.stop();
  equal(watched(), false);
});

Deno.test("SimulationFeed says so to who heard another dashboard before", () => {
  const { feed, tell } = fed();
  const [early, back] = [listener(), listener()];
  feed.join(40, early.hear);
  tell(1_000);
  feed.join(40, back.hear);
  tell(1_001);
  deepEqual(early.heard, [0, 1_000, 1_001]);
  deepEqual(back.heard, [0, 1_000, 1_001]);
});
