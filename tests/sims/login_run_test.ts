import { deepEqual, equal, ok } from "node:assert/strict";
import { embeddedScenarios } from "../../defense/mod.ts";
import { bruteforce, runLogins, spray } from "../../sims/mod.ts";

const scenarios = embeddedScenarios();
const nodes = 10;

/** Long enough for one guesser to go through all machines. */
const brief = { ...bruteforce, lengthMs: 45_000 };

for (const seed of ["1", "2"]) {
  Deno.test(`runLogins() lets a guesser have ten guesses of ten machines, seed ${seed}`, async () => {
    const report = await runLogins(brief, { nodes, seed, scenarios });
    deepEqual(report.breaches, []);
    ok(report.attacker.guesses <= 10, `${report.attacker.guesses} guesses`);
    equal(report.innocent.denied, 0);
    deepEqual(report.innocent.contained, []);
  });
}

Deno.test("runLogins() without detection lets the guesser have all it wants", async () => {
  const options = { nodes: 2, seed: "1", scenarios: [] };
  const report = await runLogins(brief, options);
  ok(report.attacker.guesses >= 150);
  // Too many guesses, and the guesser was not contained.
  equal(report.breaches.length, 2);
});

Deno.test("runLogins() contains the sources of a campaign and nobody else", async () => {
  const report = await runLogins(spray, { nodes: 5, seed: "1", scenarios });
  deepEqual(report.breaches, []);
  ok(report.attacker.contained >= 0.95 * report.attacker.sources);
  equal(report.innocent.denied, 0);
  deepEqual(report.innocent.contained, []);
});

Deno.test("runLogins() contains a campaign that touches each machine with four sources", async () => {
  // No machine alone sees enough: only their tallies together do.
  const guessing = { ...spray.guessing, hostsPerSource: 1 };
  const scattered = { ...spray, guessing };
  const report = await runLogins(scattered, { nodes, seed: "1", scenarios });
  deepEqual(report.breaches, []);
  ok(report.attacker.contained >= 0.95 * report.attacker.sources);
  deepEqual(report.innocent.contained, []);
});
