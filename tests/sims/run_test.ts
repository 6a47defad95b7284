import { deepEqual, equal, rejects } from "node:assert/strict";
import { embeddedScenarios } from "../../defense/mod.ts";
import {
  portscan,
  type PortScanScenario,
  type Report,
  reportText,
  runPortScan,
} from "../../sims/mod.ts";

const scenarios = embeddedScenarios();

function play(
  seed: string,
  nodes: number,
  changes: Partial<PortScanScenario> = {},
): Promise<Report> {
  return runPortScan({ ...portscan, ...changes }, { nodes, seed, scenarios });
}

Deno.test("runPortScan() stops the scanner everywhere and spares the rest", async () => {
  const report = await play("1", 10);
  deepEqual(report.breaches, []);
  equal(report.attacker.probes, 10_000);
  equal(report.innocent.denied, 0);
  deepEqual(report.innocent.contained, []);
  equal(report.innocent.auditorSeen, true);
  for (const { answered, measures } of report.hosts) {
    equal(answered <= portscan.bounds.answeredMax, true);
    equal(Object.keys(measures).length > 0, true);
  }
  // One machine's word makes the rest silent where nobody listens.
  equal(report.hosts.some(({ answered }) => answered === 0), true);
});

Deno.test("runPortScan() gives the same bytes for the same seed, others for another", async () => {
  const [one, again, other] = [
    await play("seed", 4),
    await play("seed", 4),
    await play("other", 4),
  ].map((report) => JSON.stringify(report) + reportText(report));
  equal(one, again);
  equal(one === other, false);
});

for (const nodes of [1, 2, 3, 7]) {
  Deno.test(`runPortScan() holds its invariants with ${nodes} machines`, async () => {
    deepEqual((await play("7", nodes)).breaches, []);
  });
}

Deno.test("runPortScan() reports a bound that is broken, with its replay", async () => {
  const bounds = { ...portscan.bounds, answeredMax: 1 };
  const report = await play("1", 2, { bounds });
  equal(report.breaches.length, 1);
  equal(/more than 1/.test(report.breaches[0] ?? ""), true);
  equal(
    /replay: stealthmesh simulate portscan --nodes 2 --seed 1/.test(
      reportText(report),
    ),
    true,
  );
});

Deno.test("runPortScan() notices an alert that comes too late", async () => {
  const bounds = { ...portscan.bounds, deliveryPeriodsMax: 0.01 };
  const { breaches } = await play("1", 3, { bounds });
  equal(breaches.some((breach) => /did not reach/.test(breach)), true);
});

Deno.test("runPortScan() without detection lets the scanner learn everything but the kernel's part", async () => {
  const report = await runPortScan(portscan, {
    nodes: 2,
    seed: "1",
    scenarios: [],
  });
  equal(report.hosts.every(({ detectedMs }) => detectedMs === undefined), true);
  deepEqual(report.timeline, []);
});

for (const nodes of [0, -1, 1.5, 201, NaN]) {
  Deno.test(`runPortScan() refuses ${nodes} nodes`, async () => {
    await rejects(play("1", nodes), RangeError);
  });
}
