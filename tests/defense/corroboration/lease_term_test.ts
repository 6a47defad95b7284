import { equal } from "node:assert/strict";
import {
  extend,
  type Term,
} from "../../../defense/corroboration/lease_term.ts";
import type { Measure } from "../../../defense/lease.ts";

const minute = 60_000;

/** Minutes at which evidence arrives, and how long the lease then lasts. */
const rows: {
  name: string;
  steps: [
    atMinute: number,
    evidenceMinute: number,
    measure: Measure,
    untilMinute: number,
  ][];
}[] = [
  { name: "first", steps: [[0, 0, "block", 10]] },
  {
    name: "doubles with fresh evidence up to 4 h",
    steps: [
      [0, 0, "block", 10],
      [5, 5, "block", 25],
      [20, 20, "block", 60],
      [50, 50, "block", 130],
      [120, 120, "block", 280],
      [270, 270, "block", 510],
      [500, 500, "block", 740],
    ],
  },
  {
    name: "does not double on evidence from before it began",
    steps: [[10, 9, "block", 20], [12, 9.5, "block", 20]],
  },
  {
    name: "does not double within one burst",
    steps: [[0, 0, "block", 10], [0.5, 0.5, "block", 10], [1, 1, "block", 10]],
  },
  {
    name: "does not double on milder evidence",
    steps: [[0, 0, "block", 10], [5, 5, "throttle", 10]],
  },
  {
    name: "escalates at once without doubling",
    steps: [[0, 0, "throttle", 10], [0.1, 0, "block", 10.1]],
  },
  {
    name: "who comes back gets longer",
    steps: [[0, 0, "block", 10], [30, 30, "block", 50]],
  },
  {
    name: "who comes back after 4 h starts anew",
    steps: [[0, 0, "block", 10], [251, 251, "block", 261]],
  },
];

for (const { name, steps } of rows) {
  Deno.test(`extend() ${name}`, () => {
    let term: Term | undefined;
    for (const [at, evidence, measure, until] of steps) {
      term = extend(term, measure, evidence * minute, at * minute, {
        proven: true,
      });
      equal(term.untilMs / minute, until, `at minute ${at}`);
    }
  });
}

Deno.test("extend() lengthens nothing on words of others alone", () => {
  const rule = { proven: false };
  const first = extend(undefined, "throttle", 0, 0, rule);
  equal(extend(first, "throttle", 5 * minute, 5 * minute, rule), first);
  const block = extend(first, "block", 6 * minute, 6 * minute, rule);
  equal(block.untilMs / minute, 16);
  const again = extend(block, "block", 30 * minute, 30 * minute, rule);
  equal((again.untilMs - again.sinceMs) / minute, 10);
});
