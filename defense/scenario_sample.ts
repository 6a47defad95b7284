/**
 * Runs the samples that stand beside a scenario: does it give the alerts that
 * it says, for the lines that it says, and no others?
 *
 * All scenarios run together, since some wait for what others say; compared
 * are the alerts of the scenario whose sample it is.
 *
 * @module
 */
import type { EvidenceClass } from "./alert.ts";
import { LogReader } from "./sensors/log_format.ts";
import { DetectionEngine } from "./detectors/engine.ts";
import { sampleTouches } from "./detectors/sample_touches.ts";
import type { Scenario, ScenarioSample } from "./detectors/scenario.ts";
import type { Observation } from "./observation.ts";

/** An alert of a sample, expected or given. */
export interface SampleAlert {
  /** 1-based line of the sample's log that sets it off. */
  readonly line: number;
  /** Address. */
  readonly subject: string;
  /** How far the evidence reaches. */
  readonly evidence: EvidenceClass;
}

/** How a sample went. */
export interface SampleResult {
  /** Name of the scenario. */
  readonly scenario: string;
  /** Title of the sample. */
  readonly sample: string;
  /** Expected and not given. */
  readonly missing: readonly SampleAlert[];
  /** Given and not expected. */
  readonly surplus: readonly SampleAlert[];
  /** 1-based lines of the log that no parser knows. */
  readonly unparsed: readonly number[];
}

/** Samples are written without a year: 2026 is what it takes. */
const referenceYear = 2026;

/** Runs the samples of `scenario`; `all` are in force, it among them. */
export function runSamples(
  scenario: Scenario,
  all: readonly Scenario[],
): SampleResult[] {
  return scenario.sample.map((sample) => runSample(scenario, sample, all));
}

function runSample(
  scenario: Scenario,
  sample: ScenarioSample,
  all: readonly Scenario[],
): SampleResult {
  const reader = new LogReader("syslog", { referenceYear });
  const engine = new DetectionEngine(all);
  const given: SampleAlert[] = [];
  const unparsed: number[] = [];
  const take = (seen: Observation, line: number) => {
    for (const alert of engine.observe(seen)) {
      if (alert.scenario !== scenario.name) continue;
      const { subject, evidence } = alert;
      given.push({ line, subject: subject.address, evidence });
    }
  };
  const lines = sample.log === "" ? [] : sample.log.trimEnd().split("\n");
  for (const [index, text] of lines.entries()) {
    const before = reader.counters.unparsed;
    for (const seen of reader.read(text)) take(seen, index + 1);
    if (reader.counters.unparsed > before) unparsed.push(index + 1);
  }
  for (const [index, touch] of sampleTouches(sample).entries()) {
    take(touch, index + 1);
  }
  return {
    scenario: scenario.name,
    sample: sample.title,
    missing: without(sample.alerts, given),
    surplus: without(given, sample.alerts),
    unparsed,
  };
}

/** What `some` has more of than `others`. */
function without(
  some: readonly SampleAlert[],
  others: readonly SampleAlert[],
): SampleAlert[] {
  const left = others.map(textOf);
  return some.filter((alert) => {
    const index = left.indexOf(textOf(alert));
    if (index < 0) return true;
    left.splice(index, 1);
    return false;
  });
}

/** `line 6: 192.0.2.7 E1`. */
function textOf({ line, subject, evidence }: SampleAlert): string {
  return `${line} ${subject} ${evidence}`;
}
