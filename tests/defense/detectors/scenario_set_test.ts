import { deepEqual, equal } from "node:assert/strict";
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import {
  embeddedScenarioFiles,
  embeddedScenarios,
} from "../../../defense/detectors/scenario_set.ts";
import { sampleTouches } from "../../../defense/detectors/sample_touches.ts";
import { LogReader } from "../../../defense/sensors/log_format.ts";

Deno.test("embeddedScenarios() reads every file, under the file's name", () => {
  deepEqual(
    embeddedScenarios().map(({ name }) => `${name}.yaml`),
    embeddedScenarioFiles.map(([file]) => file),
  );
});

for (const scenario of embeddedScenarios()) {
  for (const sample of scenario.sample) {
    const { title, log, alerts } = sample;
    Deno.test(`${scenario.name} on its sample: ${title}`, () => {
      const reader = new LogReader("syslog", { referenceYear: 2026 });
      const engine = new DetectionEngine([scenario]);
      const lines = log === "" ? [] : log.trimEnd().split("\n");
      const given = [
        ...lines.map((line) => reader.read(line)),
        ...sampleTouches(sample).map((touch) => [touch]),
      ].flatMap((seen, index) =>
        seen.flatMap((each) => [...engine.observe(each)])
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
