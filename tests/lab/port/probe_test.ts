import { deepEqual, equal, throws } from "node:assert/strict";
import { mannWhitney } from "./mann_whitney.ts";
import { compareAll, type Target, verdict } from "./probe.ts";
import { judgeTimes } from "./time_verdict.ts";

const [one, other]: Target[] = [
  { port: 1, certificatePem: "" },
  { port: 2, certificatePem: "" },
];

Deno.test("verdict() names the probe under which two ports differ", async () => {
  const probes = [
    { name: "same", run: () => Promise.resolve("404") },
    { name: "other", run: ({ port }: Target) => Promise.resolve(`${port}`) },
  ];
  const comparisons = await compareAll(probes, one!, other!, 2);
  throws(() => verdict("planted", comparisons), /1 of 2 differ\nother/);
});

Deno.test("compareAll() forgives a race that both ports run, and counts it", async () => {
  let runs = 0;
  const probe = {
    name: "race",
    run: ({ port }: Target) => Promise.resolve(`${++runs > 2 ? 0 : port}`),
  };
  const [comparison] = await compareAll([probe], one!, other!, 1);
  equal(comparison?.alike, true);
  equal(comparison?.tries, 2);
});

const ramp = Array.from({ length: 1_000 }, (_, at) => at % 50);
const shifted = ramp.map((each) => each + 5);

Deno.test("mannWhitney() tells a shift from none", () => {
  equal(mannWhitney(ramp, ramp).auc, 0.5);
  equal(mannWhitney(ramp, ramp).p > 0.99, true);
  equal(mannWhitney(shifted, ramp).auc > 0.55, true);
  equal(mannWhitney(shifted, ramp).p < 1e-6, true);
});

Deno.test("judgeTimes() names a kind of request that takes longer", () => {
  const sides = ["ours", "page", "twin"].map((side) =>
    [`${side}: nowhere`, ramp] as const
  );
  const rest = [["page: used", ramp], ["twin: used", ramp]] as const;
  const alike = new Map([...sides, ...rest, ["ours: used", ramp]]);
  equal(judgeTimes(alike).unlike.length, 0);
  const slow = new Map([...sides, ...rest, ["ours: used", shifted]]);
  deepEqual(judgeTimes(slow).unlike, ["used and nowhere"]);
  const dear = ramp.map((each) => each + 100);
  const costly = new Map([...alike, ["ours: nowhere", dear], [
    "ours: used",
    dear,
  ]]);
  equal(judgeTimes(costly).unlike.length, 2);
});
