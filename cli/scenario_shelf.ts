/**
 * All scenarios that this host knows: those that came with the program, and
 * the operator's own, one YAML file each. An own scenario replaces the
 * built-in one of the same name; a file that cannot be read is named and left out.
 *
 * Bounds: `filesMax` files of a directory, in the order of their names, further
 * ones are named and left out; a file's own bound is in `scenario_file.ts`.
 *
 * @module
 */
import {
  embeddedScenarioFiles,
  parseScenario,
  type Scenario,
  ScenarioError,
} from "../defense/mod.ts";
import { defaultScenarioDir } from "./config.ts";
import { OperatorError } from "./operator_error.ts";

/** Files read from a directory. */
export const filesMax = 256;

/** One scenario and where it comes from. */
export interface ShelvedScenario {
  readonly scenario: Scenario;
  /** Path of an own file; of a built-in one its name. */
  readonly file: string;
  readonly text: string;
  readonly builtIn: boolean;
  /** Switched off by the configuration. */
  readonly off: boolean;
}

/** What is there, and what is wrong with the rest. */
export interface ScenarioShelf {
  readonly all: readonly ShelvedScenario[];
  /** Files that are no scenario. */
  readonly refused: readonly ScenarioError[];
  /** Other things to tell the operator, such as a directory that is not there. */
  readonly troubles: readonly string[];
}

/** What the configuration says. */
export interface ScenarioSetting {
  readonly dir: string;
  readonly off: readonly string[];
}

/** Reads what there is. */
export function readShelf({ dir, off }: ScenarioSetting): ScenarioShelf {
  const troubles: string[] = [];
  let files: readonly (readonly [string, string])[] = [];
  try {
    files = readFiles(dir, troubles);
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound;
    // Most hosts have none, and then nothing is missing.
    if (!isAbsent || dir !== defaultScenarioDir) {
      troubles.push(`own scenarios are not read: ${reasonOf(error, dir)}`);
    }
  }
  const shelf = shelve(files, off);
  const names = new Set(shelf.all.map(({ scenario }) => scenario.name));
  for (const name of off) {
    if (!names.has(name)) {
      troubles.push(
        `scenarios.off names ${name}, and no scenario has that name`,
      );
    }
  }
  return { ...shelf, troubles };
}

/**
 * Reads own scenarios from a file or a directory that the operator named.
 *
 * @throws {OperatorError} If it cannot be read.
 */
export function readNamed(path: string): ScenarioShelf {
  const troubles: string[] = [];
  try {
    return { ...shelve(readFiles(path, troubles), []), troubles };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new OperatorError(
      "wrong_usage",
      `Cannot read scenarios: ${reasonOf(error, path)}`,
      ["Name a directory with scenarios, or one file"],
      { cause: error },
    );
  }
}

/** The scenarios to run. */
export function inForce({ all }: ScenarioShelf): readonly Scenario[] {
  return all.filter(({ off }) => !off).map(({ scenario }) => scenario);
}

/** All scenarios but those with these names. */
export function notIn(
  { all }: ScenarioShelf,
  names: ReadonlySet<string>,
): readonly Scenario[] {
  return all.map(({ scenario }) => scenario)
    .filter(({ name }) => !names.has(name));
}

/** What is wrong, one line each. */
export function shelfTroubles(
  { refused, troubles }: ScenarioShelf,
): readonly string[] {
  return [...refused.map(refusalText), ...troubles];
}

/** `FILE:LINE:COLUMN: reason`. */
export function refusalText(
  { file, line, column, reason }: ScenarioError,
): string {
  return `scenario refused: ${file}:${line}:${column}: ${reason}`;
}

function shelve(
  own: readonly (readonly [string, string])[],
  off: readonly string[],
): Omit<ScenarioShelf, "troubles"> {
  const byName = new Map<string, ShelvedScenario>();
  const refused: ScenarioError[] = [];
  const add = (file: string, text: string, builtIn: boolean) => {
    try {
      const scenario = parseScenario(file, text);
      const isOff = off.includes(scenario.name);
      byName.set(scenario.name, { scenario, file, text, builtIn, off: isOff });
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      refused.push(error);
    }
  };
  for (const [file, text] of embeddedScenarioFiles) add(file, text, true);
  for (const [file, text] of own) add(file, text, false);
  return { all: [...byName.values()], refused };
}

function readFiles(
  path: string,
  troubles: string[],
): (readonly [string, string])[] {
  if (!Deno.statSync(path).isDirectory) {
    return [[path, Deno.readTextFileSync(path)]];
  }
  const names = [...Deno.readDirSync(path)]
    .map(({ name }) => name).filter((name) => /^[^.].*\.ya?ml$/.test(name))
    .sort();
  if (names.length > filesMax) {
    troubles.push(
      `${path} has ${names.length} scenarios; those after ${
        names[filesMax - 1]
      } are left out`,
    );
  }
  return names.slice(0, filesMax).flatMap((name) => {
    const file = `${path.replace(/\/$/, "")}/${name}`;
    try {
      return [[file, Deno.readTextFileSync(file)] as const];
    } catch (error) {
      troubles.push(`a scenario is not read: ${reasonOf(error, file)}`);
      return [];
    }
  });
}

function reasonOf(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotFound) return `${path} is not there`;
  if (
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable
  ) return `${path} may not be read`;
  return `${path}: ${error instanceof Error ? error.message : String(error)}`;
}
