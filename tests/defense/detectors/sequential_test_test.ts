import { equal, ok, throws } from "node:assert/strict";
import { Records } from "../../../defense/detectors/records.ts";
import {
  type SequentialParameters,
  SequentialWalk,
} from "../../../defense/detectors/sequential_test.ts";

function walkOf(parameters: SequentialParameters): SequentialWalk {
  const records = new Records();
  const walk = new SequentialWalk(parameters, records);
  records.create();
  return walk;
}

/** α and β of design §6, chances of Jung et al. 2004. */
const parameters = { alpha: 1e-5, beta: 0.99 };
const failure = Math.log(0.8 / 0.2);
const success = -failure;

/** Steps until the walk decides. */
function decide(nats: number, priorNats = 0): [steps: number, verdict: string] {
  const walk = walkOf(parameters);
  for (let steps = 1; steps < 100; steps++) {
    const verdict = walk.step(nats, 0, priorNats);
    if (verdict) return [steps, verdict];
  }
  return [Infinity, ""];
}

const rows: { name: string; nats: number; prior?: number; expect: string }[] = [
  { name: "failures at the ninth", nats: failure, expect: "9,attack" },
  { name: "successes at the fourth", nats: success, expect: "4,benign" },
  {
    name: "failures two sooner when two peers lend ln 4 each",
    nats: failure,
    prior: 2 * Math.log(4),
    expect: "7,attack",
  },
];

for (const { name, nats, prior, expect } of rows) {
  Deno.test(`SequentialWalk.step() decides on ${name}`, () => {
    equal(String(decide(nats, prior)), expect);
  });
}

Deno.test("SequentialWalk.step() starts anew after it accepts honest use", () => {
  const walk = walkOf(parameters);
  for (let i = 0; i < 1_000; i++) walk.step(success, 0, 0);
  let steps = 1;
  while (walk.step(failure, 0, 0) !== "attack") steps++;
  ok(steps <= 12, `a thousand successes cost an attacker ${steps} failures`);
});

Deno.test("SequentialWalk.step() fades by half in a half-life", () => {
  const walk = walkOf({ ...parameters, halfLifeMs: 1_000 });
  walk.step(8, 0, 0);
  walk.step(0, 1_000, 0);
  equal(walk.score, 4);
  walk.step(0, 500, 0);
  equal(walk.score, 4, "a late record is no journey into the past");
});

Deno.test("SequentialWalk refuses impossible certainty", () => {
  for (
    const [alpha, beta] of [[0, 0.9], [0.5, 0.5], [0.1, 1], [NaN, 0.9]] as const
  ) {
    throws(() => walkOf({ alpha, beta }), RangeError);
  }
});
