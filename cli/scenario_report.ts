/**
 * What `stealthmesh scenarios` prints.
 *
 * @module
 */
import {
  runSamples,
  type SampleAlert,
  samplePlaces,
  type SampleResult,
} from "../defense/mod.ts";
import { nearest } from "./nearest.ts";
import { OperatorError } from "./operator_error.ts";
import type { Cell, Output } from "./output.ts";
import {
  inForce,
  refusalText,
  type ScenarioShelf,
  shelfTroubles,
  type ShelvedScenario,
} from "./scenario_shelf.ts";

/** Prints every scenario; what is wrong goes to stderr. */
export function listScenarios(shelf: ScenarioShelf, output: Output): void {
  if (output.json) {
    for (const { scenario, file, builtIn, off } of shelf.all) {
      const { name, title, technique, evidence, key, measure } = scenario;
      const mechanism = scenario.mechanism.type;
      const samples = scenario.sample.length;
      output.record({
        name,
        title,
        technique,
        evidence,
        key,
        mechanism,
        measure,
        samples,
        file: builtIn ? "built in" : file,
        off,
      });
    }
  } else {
    output.table(
      ["scenario", "technique", "ev.", "key", "mechanism", "asks for", "from"],
      shelf.all.map(({ scenario, file, builtIn, off }): Cell[] => [
        { text: scenario.name, tone: off ? "faint" : "strong" },
        scenario.technique,
        scenario.evidence,
        scenario.key.join(", "),
        scenario.mechanism.type,
        scenario.measure,
        off
          ? { text: "switched off", tone: "warning" }
          : builtIn
          ? "built in"
          : file,
      ]),
    );
  }
  for (const trouble of shelfTroubles(shelf)) output.note(trouble, "warning");
}

/**
 * Prints one scenario, as it stands in its file.
 *
 * @throws {OperatorError} If none has that name.
 */
export function showScenario(
  shelf: ScenarioShelf,
  name: string,
  output: Output,
): void {
  const found = shelf.all.find(({ scenario }) => scenario.name === name);
  if (found === undefined) {
    const names = shelf.all.map(({ scenario }) => scenario.name);
    const meant = nearest(name, names);
    throw new OperatorError(
      "wrong_usage",
      `Cannot show scenario "${name}": there is none${
        meant === undefined ? "" : `; did you mean ${meant}?`
      }`,
      ["See which there are:", "  stealthmesh scenarios list"],
    );
  }
  if (output.json) output.record(found.scenario);
  else output.lines(found.text.trimEnd());
}

/**
 * Runs samples and prints what differed.
 *
 * @param builtIn Whether built-in scenarios are tested too.
 * @throws {OperatorError} If something differed or was refused.
 */
export function testScenarios(
  shelf: ScenarioShelf,
  builtIn: boolean,
  output: Output,
): void {
  const running = inForce(shelf);
  let passed = 0;
  let failed = 0;
  for (const shelved of shelf.all) {
    if (shelved.off || (shelved.builtIn && !builtIn)) continue;
    runSamples(shelved.scenario, running).forEach((result, index) => {
      const differences = differencesOf(shelved, result, index);
      if (differences.length === 0) passed++;
      else failed++;
      if (output.json) {
        const { scenario, sample } = result;
        const { file } = shelved;
        const isPassed = differences.length === 0;
        output.record({
          scenario,
          file,
          sample,
          passed: isPassed,
          differences,
        });
      } else {
        for (const { line, what } of differences) {
          output.text(`${shelved.file}:${line}: ${what}`);
        }
      }
    });
  }
  for (const error of shelf.refused) {
    const { file, line, column, reason } = error;
    if (output.json) output.record({ file, line, column, refused: reason });
    else output.text(refusalText(error));
  }
  for (const trouble of shelf.troubles) output.note(trouble, "warning");
  const refused = shelf.refused.length;
  if (failed === 0 && refused === 0) {
    output.note(`${passed} samples give the alerts they must`, "good");
    return;
  }
  throw new OperatorError(
    "failed",
    `Cannot vouch for these scenarios: ${failed} of ${
      passed + failed
    } samples differ, ${refused} files are refused`,
    [
      "Correct the lines above; what a sample may say is shown by:",
      "  stealthmesh scenarios show ssh-bruteforce",
    ],
  );
}

interface Difference {
  /** 1-based line of the scenario's file. */
  readonly line: number;
  readonly what: string;
}

function differencesOf(
  { scenario, text }: ShelvedScenario,
  { sample, missing, surplus, unparsed }: SampleResult,
  index: number,
): Difference[] {
  if (missing.length + surplus.length + unparsed.length === 0) return [];
  const places = samplePlaces(text);
  const expected = scenario.sample[index]?.alerts ?? [];
  return [
    ...missing.map((alert) => ({
      line: places.alert(
        index,
        expected.findIndex((one) => isSame(one, alert)),
      ),
      what: `"${sample}": expected ${alertText(alert)}, not given`,
    })),
    ...surplus.map((alert) => ({
      line: places.logLine(index, alert.line),
      what: `"${sample}": gave ${alertText(alert)}, not expected`,
    })),
    ...unparsed.map((line) => ({
      line: places.logLine(index, line),
      what: `"${sample}": line ${line} of the log is not understood`,
    })),
  ];
}

function isSame(one: SampleAlert, other: SampleAlert): boolean {
  return one.line === other.line && one.subject === other.subject &&
    one.evidence === other.evidence;
}

function alertText({ line, subject, evidence }: SampleAlert): string {
  return `an alert about ${subject} (${evidence}) at line ${line} of the log`;
}
