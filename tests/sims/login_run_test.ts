import { deepEqual, equal, ok } from "node:assert/strict";
import { embeddedScenarios } from "../../defense/mod.ts";
import {
  bruteforce,
  bruteforceVariant,
  guessingOrders,
  type GuessingVariant,
  runLogins,
  spray,
} from "../../sims/mod.ts";

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

const variants: { variant: GuessingVariant; guessesMax: number }[] = [
  { variant: { order: "host", paceSeconds: 2 }, guessesMax: 15 },
  { variant: { order: "turn" }, guessesMax: 15 },
  { variant: { order: "turn", paceSeconds: 2 }, guessesMax: 15 },
  { variant: { order: "once" }, guessesMax: 28 },
  { variant: { order: "once", paceSeconds: 2 }, guessesMax: 20 },
];

for (const { variant, guessesMax } of variants) {
  const { order, paceSeconds } = variant;
  const pace = paceSeconds === undefined ? "hydra's pace" : `${paceSeconds} s`;
  Deno.test(`runLogins() lets a guesser have ${guessesMax} guesses of ten machines: ${order}, ${pace}`, async () => {
    const scenario = bruteforceVariant(variant);
    const report = await runLogins(
      { ...scenario, lengthMs: 60_000 },
      { nodes, seed: "1", scenarios },
    );
    deepEqual(report.breaches, []);
    ok(
      report.attacker.guesses <= guessesMax,
      `${report.attacker.guesses} guesses`,
    );
    ok(report.replay.endsWith(` --order ${order}`));
  });
}

Deno.test("bruteforceVariant() changes nothing where nothing is chosen", () => {
  const [host] = guessingOrders;
  equal(bruteforceVariant({ order: host }), bruteforce);
});

Deno.test("runLogins() blocks nobody for one wrong password in a tool that logs in everywhere", async () => {
  // An administrator at a new laptop: the same mistake at all machines at once.
  const guessing = {
    ...bruteforceVariant({ order: "once", paceSeconds: 3 }).guessing,
    accounts: ["ada"],
    guessesPerHost: 3,
  };
  const report = await runLogins(
    { ...bruteforce, guessing, lengthMs: 60_000 },
    { nodes, seed: "1", scenarios },
  );
  equal(report.attacker.guesses, 3 * nodes);
  equal(report.attacker.contained, 0);
});

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
