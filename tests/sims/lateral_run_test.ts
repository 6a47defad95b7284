import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { embeddedScenarios } from "../../defense/mod.ts";
import {
  type Foothold,
  lateral,
  type LateralReport,
  lateralReportText,
  runLateral,
} from "../../sims/mod.ts";

const scenarios = embeddedScenarios();

function play(
  seed: string,
  nodes: number,
  footholds: readonly Foothold[] = lateral.footholds,
): Promise<LateralReport> {
  return runLateral({ ...lateral, footholds }, { nodes, seed, scenarios });
}

function footholdsNamed(name: string): Foothold[] {
  return lateral.footholds.filter((foothold) => foothold.name === name);
}

Deno.test("runLateral() finds an intruder wherever he stands, and nobody else", async () => {
  const report = await play("1", 7);
  deepEqual(report.breaches, []);
  const [member, straight, workstation, direct] = report.acts;
  // The host he is on sees where he goes; its word alone cuts nobody off.
  ok((member?.attacker.takenUnseen ?? 9) <= 2);
  equal(straight?.attacker.takenUnseen, 3);
  equal(straight?.attacker.containedMs, undefined);
  equal(straight?.timeline[0]?.host, "host-7");
  // Where no agent stands, all machines together see him at the third.
  for (const act of [workstation, direct]) {
    const { takenUnseen = 9, containedMs } = act?.attacker ?? {};
    ok(takenUnseen <= 3);
    ok(containedMs !== undefined);
    ok(act?.hosts.some(({ measures }) => measures.throttle !== undefined));
  }
  // What all conclude from the same words is one line.
  equal(
    direct?.timeline.filter(({ text }) => /3 members/.test(text)).length,
    1,
  );
  for (const { innocent } of report.acts) {
    deepEqual(innocent.contained, []);
    deepEqual(innocent.accused, []);
    equal(innocent.before.alerts, 0);
    ok(innocent.before.visits > 500);
    equal(innocent.denied, 0);
  }
});

Deno.test("runLateral() cannot tell who comes to two members from an administrator", async () => {
  const report = await play("1", 2, footholdsNamed("workstation, straight"));
  deepEqual(report.breaches, []);
  equal(report.acts[0]?.attacker.detectedMs, undefined);
  ok(/never noticed/.test(lateralReportText(report)));
});

Deno.test("runLateral() tells of an administrator's new laptop in the end, and denies it nothing", async () => {
  // One machine after another, in an afternoon.
  const stepMs = 12 * 60_000;
  const afternoon = {
    ...lateral,
    profile: "metered",
    patience: 1,
    stepMs,
    footholds: footholdsNamed("workstation, straight"),
  } as const;
  const report = await runLateral(afternoon, {
    nodes: 11,
    seed: "1",
    scenarios,
  });
  const [act] = report.acts;
  equal(act?.attacker.takenUnseen, 10);
  equal(act?.attacker.taken, 11);
  equal(act?.attacker.filtered, 0);
  const measures = act?.hosts.flatMap(({ measures }) => Object.keys(measures));
  deepEqual(new Set(measures), new Set(["caution"]));
});

Deno.test("runLateral() stops who looks at every port once three machines have seen it", async () => {
  const [act] = (await play("1", 14, footholdsNamed("workstation"))).acts;
  const blocked = act?.hosts.filter(({ measures }) => measures.block) ?? [];
  equal(blocked.length, 14);
  ok((act?.attacker.taken ?? 99) < 14);
});

Deno.test("runLateral() gives the same bytes for the same seed, others for another", async () => {
  const footholds = footholdsNamed("member");
  const [one, again, other] = [
    await play("seed", 4, footholds),
    await play("seed", 4, footholds),
    await play("other", 4, footholds),
  ].map((report) => JSON.stringify(report) + lateralReportText(report));
  equal(one, again);
  equal(one === other, false);
});

Deno.test("runLateral() reports a bound that is broken", async () => {
  const [straight] = footholdsNamed("member, straight");
  ok(straight);
  const report = await play("1", 5, [{ ...straight, unseenMax: () => 2 }]);
  deepEqual(report.breaches, [
    "member, straight: 3 machines were taken unseen, more than 2",
  ]);
});

for (const nodes of [1, 2]) {
  Deno.test(`runLateral() holds its bounds with ${nodes} machines`, async () => {
    deepEqual((await play("7", nodes)).breaches, []);
  });
}

for (const nodes of [0, 201]) {
  Deno.test(`runLateral() refuses ${nodes} nodes`, async () => {
    await rejects(play("1", nodes), RangeError);
  });
}
