/**
 * Reads scenario files (YAML) strictly. A file that cannot be read is an error
 * with its place in the text; the others load without it.
 *
 * @module
 */
import { LineCounter, parseDocument } from "yaml";
import type { Scenario } from "./scenario.ts";
import { deepest, offsetOf } from "./scenario_issue.ts";
import { scenarioSchema } from "./scenario_schema.ts";

/** Longest file that is read, in UTF-16 units. */
const textLengthMax = 65_536;

/** Why a scenario file cannot be used, and where. */
export class ScenarioError extends SyntaxError {
  /** As it is printed. */
  override readonly name = "ScenarioError";
  /** Stable, for programs. */
  readonly code = "scenario_invalid";
  /** Name of the file. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** What is wrong there. */
  readonly reason: string;

  /** An error at a place, both numbers 1-based. */
  constructor(file: string, line: number, column: number, reason: string) {
    super(
      `Cannot read scenario ${file}:${line}:${column}: ${reason}; correct the file or take it away`,
    );
    this.file = file;
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}

/**
 * Reads one scenario.
 *
 * @param file Name for error messages.
 * @throws {ScenarioError} If the text is no scenario.
 */
export function parseScenario(file: string, text: string): Scenario {
  if (text.length > textLengthMax) {
    throw new ScenarioError(
      file,
      1,
      1,
      `longer than ${textLengthMax} characters`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new ScenarioError(file, line, col, fault.message);
  }
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 16 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScenarioError(file, 1, 1, reason);
  }
  const result = scenarioSchema.safeParse(plain);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues);
  const { line, col } = lines.linePos(offsetOf(document, issue));
  const place = issue.path.join(".");
  const reason = place === "" ? issue.message : `${place}: ${issue.message}`;
  throw new ScenarioError(file, Math.max(1, line), Math.max(1, col), reason);
}

/** Scenarios that could be read, and complaints about the others. */
export interface LoadedScenarios {
  /** Those that could be read. */
  readonly scenarios: readonly Scenario[];
  /** One for each file that could not. */
  readonly errors: readonly ScenarioError[];
}

/**
 * Reads scenario files; a later one replaces an earlier one of the same name.
 *
 * @param files Pairs of name and text.
 */
export function loadScenarios(
  files: Iterable<readonly [name: string, text: string]>,
): LoadedScenarios {
  const scenarios = new Map<string, Scenario>();
  const errors: ScenarioError[] = [];
  for (const [name, text] of files) {
    try {
      const scenario = parseScenario(name, text);
      scenarios.set(scenario.name, scenario);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      errors.push(error);
    }
  }
  return { scenarios: [...scenarios.values()], errors };
}
