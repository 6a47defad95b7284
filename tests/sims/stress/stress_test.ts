import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import {
  runStress,
  stressPage,
  stressPlot,
  stressText,
} from "../../../sims/mod.ts";
import { distributionOf } from "../../../sims/stress/distribution.ts";
import { ProtocolRun } from "../../../sims/stress/protocol_run.ts";

const plan = {
  nodes: [10, 100],
  profile: "lan",
  silent: 0,
  kill: undefined,
  seed: "1",
} as const;

/** The numbers at p95, in T. */
const bounds = new Map([[10, 1.3], [100, 1.8]]);

Deno.test("runStress(): alerts are everywhere within the design's periods", () => {
  for (const row of runStress(plan).rows) {
    const inT = row.alertMs.p95 / 250;
    ok(inT <= bounds.get(row.nodes)!, `${row.nodes} nodes: ${inT} T`);
    equal(row.missedShare, 0);
  }
});

Deno.test("runStress(): a fifth of the nodes silent costs time, not alerts", () => {
  const [honest, silent] = [0, 0.2].map((silent) =>
    runStress({ ...plan, nodes: [100], silent }).rows[0]!
  );
  ok(silent!.alertMs.p95 > honest!.alertMs.p95);
  ok(silent!.alertMs.p95 <= 3 * 250);
  equal(silent!.missedShare, 0);
});

Deno.test("runStress(): of 300 nodes a fifth lives on and hears the next alert", () => {
  const { survival } = runStress({ ...plan, nodes: [300], kill: 0.8 }).rows[0]!;
  deepEqual(survival.map(({ death }) => death), ["crash", "power"]);
  for (const { survivors, within30s, death } of survival) {
    equal(survivors, 60);
    ok(within30s >= 0.98, `${death}: ${within30s}`);
  }
});

Deno.test("runStress() gives the same report for the same seed", () => {
  const small = { ...plan, nodes: [20] };
  deepEqual(runStress(small), runStress(small));
});

for (const nodes of [0, 1, 1.5, 20_001, NaN]) {
  Deno.test(`runStress() refuses ${nodes} nodes`, () => {
    throws(() => runStress({ ...plan, nodes: [nodes] }), RangeError);
  });
}

Deno.test("a stress report is told in text, as a picture and as a page", () => {
  const report = runStress({
    ...plan,
    nodes: [10, 20],
    kill: 0.5,
    seed: "<&>",
  });
  const words = stressText(report);
  match(words, /replay: stealthmesh simulate stress --nodes 10,20/);
  match(words, /power is lost/);
  const plot = stressPlot(report);
  equal(plot.match(/<polyline/g)?.length, 2);
  ok(!plot.includes("<&>") && !stressPage(report, words).includes("<&>"));
});

Deno.test("distributionOf() takes the nearest rank", () => {
  const { p50, p95, max, count } = distributionOf([4, 1, 3, 2]);
  deepEqual([p50, p95, max, count], [2, 4, 4, 4]);
  equal(distributionOf([]).p99, 0);
});

Deno.test("ProtocolRun agrees with the model of the overlay", () => {
  const run = new ProtocolRun(10, "lan", "1");
  for (const _ of run.settle());
  run.run(60_000);
  const { alertMs, missedShare, virtualMs } = run.result();
  equal(missedShare, 0);
  ok(virtualMs >= 59_000);
  const model = runStress({ ...plan, nodes: [10] }).rows[0]!.alertMs;
  ok(Math.abs(alertMs.p50 - model.p50) < 0.25 * 250);
  ok(Math.abs(alertMs.p95 - model.p95) < 0.4 * 250);
});
