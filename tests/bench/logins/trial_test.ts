import { deepEqual, ok } from "node:assert/strict";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import { type Fate, runTrial } from "./trial.ts";

const size = { days: [1, 2], sprayers: [20, 60], quitters: 0 } as const;
const scenarios = embeddedScenarios();
/** They look like sprayers and are told apart in the bench's report. */
const ambiguous = "stale password, rarely tried";

// `deno task bench:logins` does the same for larger logs and many more seeds.
for (const seed of [11, 12, 13, 14, 15, 16]) {
  Deno.test(`the embedded scenarios find the guilty and spare the innocent of seed ${seed}`, () => {
    const { fates } = runTrial(seed, size, scenarios);
    const name = ({ class: name, source, scenario }: Fate) =>
      `${name} ${source} ${scenario ?? ""}`;
    deepEqual(
      fates.filter(({ guilty, scenario, class: name }) =>
        !guilty && scenario !== undefined && name !== ambiguous
      ).map(name),
      [],
    );
    const isSprayer = (fate: Fate) => fate.class.startsWith("spray");
    const missed = fates.filter(({ guilty, scenario }) =>
      guilty && scenario === undefined
    );
    deepEqual(missed.filter((fate) => !isSprayer(fate)).map(name), []);
    const sprayers = fates.filter(isSprayer).length;
    ok(missed.length <= 0.05 * sprayers, `${missed.length} of ${sprayers}`);
  });
}
