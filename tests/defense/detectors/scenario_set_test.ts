import { deepEqual } from "node:assert/strict";
import { runSamples } from "../../../defense/scenario_sample.ts";
import {
  embeddedScenarioFiles,
  embeddedScenarios,
} from "../../../defense/detectors/scenario_set.ts";

const scenarios = embeddedScenarios();

Deno.test("embeddedScenarios() reads every file, under the file's name", () => {
  deepEqual(
    scenarios.map(({ name }) => `${name}.yaml`),
    embeddedScenarioFiles.map(([file]) => file),
  );
});

for (const scenario of scenarios) {
  for (const result of runSamples(scenario, scenarios)) {
    Deno.test(`${scenario.name} on its sample: ${result.sample}`, () => {
      deepEqual(
        [result.missing, result.surplus, result.unparsed],
        [[], [], []],
        "a sample gives its alerts, and is written in words we know",
      );
    });
  }
}
