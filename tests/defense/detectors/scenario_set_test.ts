import { deepEqual, equal } from "node:assert/strict";
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import {
  embeddedScenarioFiles,
  embeddedScenarios,
} from "../../../defense/detectors/scenario_set.ts";
import { LogReader } from "../../../defense/sensors/log_format.ts";

Deno.test("embeddedScenarios() reads every file, under the file's name", () => {
  deepEqual(
    embeddedScenarios().map(({ name }) => `${name}.yaml`),
    embeddedScenarioFiles.map(([file]) => file),
  );
});

for (const scenario of embeddedScenarios()) {
  for (const { title, log, alerts } of scenario.sample) {
    Deno.test(`${scenario.name} on its sample: ${title}`, () => {
      const reader = new LogReader("syslog", { referenceYear: 2026 });
      const engine = new DetectionEngine([scenario]);
      const given = log.trimEnd().split("\n").flatMap((line, index) =>
        reader.read(line).flatMap((seen) => [...engine.observe(seen)])
          .map(({ subject, evidence }) => ({
            line: index + 1,
            subject: subject.address,
            evidence,
          }))
      );
      deepEqual(given, alerts);
      equal(
        reader.counters.unparsed,
        0,
        "a sample is written in words we know",
      );
    });
  }
}
