import { equal, ok } from "node:assert/strict";
import { liveDays } from "./life_days.ts";

const ordinary = {
  nodes: 10,
  days: 2,
  seed: 3,
  periodMs: 1_000,
  degree: 4,
  stallsPerNodeDay: 5,
  stallMsMin: 100,
  stallMsMax: 30_000,
  lossesPerLinkDay: 10,
};

// `life_days_bench.ts` does the same for a thousand node-days and all profiles.
Deno.test("no host that stalls up to 30 s is called gone", () => {
  const { falselyGone, late, stalls } = liveDays(ordinary);
  equal(falselyGone, 0);
  ok(stalls > 80 && late > stalls, `${stalls} stalls, ${late} times late`);
});

Deno.test("two liars of ten that accuse everybody have nobody called gone", () => {
  const { falselyGone } = liveDays({ ...ordinary, days: 1, liars: 2 });
  equal(falselyGone, 0);
});

Deno.test("the days can tell: stalls beyond the patience are called gone", () => {
  const { falselyGone } = liveDays({
    ...ordinary,
    days: 0.5,
    stallMsMin: 90_000,
    stallMsMax: 110_000,
  });
  ok(falselyGone > 0);
});
