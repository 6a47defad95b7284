import { deepEqual, equal, ok } from "node:assert/strict";
import {
  falseLeaseMsMax,
  runInsiders,
} from "../../sims/insiders/insider_run.ts";
import { tallyInsiders } from "../../sims/insiders/insider_tally.ts";

Deno.test("f insiders get nobody innocent blocked and no attacker free", () => {
  const tally = tallyInsiders("within", 1, 80);
  deepEqual(tally.breaches, []);
  ok(tally.villainsDue > 60, "attackers were to be blocked");
  ok(tally.falseCautions > 0, "insiders had some effect, a mild one");
});

Deno.test("a third of all lying breaks nobody's protection, and no lease lasts", () => {
  const tally = tallyInsiders("third", 1, 60);
  deepEqual(tally.breaches, []);
  // Above f liars do get their way for a while: the check above can fail.
  ok(tally.falseBlocks > 0);
  ok(tally.longestFalseLeaseMs > 0);
  ok(tally.longestFalseLeaseMs <= falseLeaseMsMax);
});

Deno.test("the same seed gives the same history", () => {
  const seed = "7";
  deepEqual(runInsiders(seed, "third"), runInsiders(seed, "third"));
  equal(runInsiders(seed, "third").seed, seed);
});
