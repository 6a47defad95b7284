import { deepEqual, equal, ok } from "node:assert/strict";
import { embeddedScenarios } from "../../defense/mod.ts";
import { Site } from "../../sims/world/site.ts";

const minuteMs = 60_000;

Deno.test("a member that attacks three others is cut off by everybody for ten minutes, the mesh apart", async () => {
  const site = await Site.open({
    seed: "1",
    nodes: 5,
    profile: "lan",
    served: [22],
    scenarios: embeddedScenarios(),
    protectedEntries: [],
  });
  const traitor = site.hosts[4];
  ok(traitor);
  const honest = site.hosts.slice(0, 4);
  const until = async (ms: number) => {
    while (await site.step(ms));
  };
  await until(5_000);
  for (const host of honest.slice(0, 3)) {
    for (let guess = 0; guess < 12; guess++) {
      site.login(host, {
        source: traitor.address,
        port: 22,
        service: "sshd",
        user: "root",
        exists: true,
        right: false,
      });
      await until(site.clock.nowMs() + 500);
    }
  }
  await until(site.clock.nowMs() + 5_000);
  for (const host of honest) {
    equal(site.probe(host, traitor.address, 22), "filtered");
    equal(site.probe(host, traitor.address, 8443), "open");
    equal(traitor.probe(host.address, 22), "open", "it can be looked after");
  }
  const stages = site.entries.filter(({ entry }) => entry.what === "quarantine")
    .map(({ host, entry }) => `${host} ${entry.stage}`).sort();
  deepEqual(
    stages,
    honest.flatMap(({ name }) => [`${name} agreed`, `${name} done`]).sort(),
  );
  await until(site.clock.nowMs() + 10 * minuteMs);
  for (const host of honest) {
    equal(site.probe(host, traitor.address, 22), "open");
  }
});
