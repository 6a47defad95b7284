/**
 * Runs a simulation and prints its report. The same seed gives the same bytes
 * on stdout; how far it is goes to stderr.
 *
 * @module
 */
import { embeddedScenarios } from "../defense/mod.ts";
import {
  bruteforceVariant,
  type GuessingOrder,
  lateral,
  lateralReportText,
  loginReportText,
  portscan,
  reportText,
  runLateral,
  runLogins,
  type RunOptions,
  runPortScan,
  spray,
} from "../sims/mod.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly } from "./permissions.ts";

/** Width of the progress bar. */
const barCharacters = 32;

/** Attacks that can be played. */
export const attackNames = [
  "portscan",
  "bruteforce",
  "spray",
  "lateral",
] as const;
/** One of them. */
export type AttackName = typeof attackNames[number];

/** What was chosen on the command line. */
export interface AttackOptions {
  readonly nodes: number;
  readonly seed: string;
  /** Of `bruteforce`: seconds between two guesses. */
  readonly pace?: number | undefined;
  /** Of `bruteforce`. */
  readonly order?: GuessingOrder;
}

/** What every report says. */
interface Played {
  readonly report: { readonly breaches: readonly string[]; replay: string };
  readonly text: string;
}

/**
 * Plays an attack.
 *
 * @throws {OperatorError} `invariant_broken`, after the report was printed.
 */
export async function runSimulation(
  attack: AttackName,
  options: AttackOptions,
  { output }: Invocation,
): Promise<void> {
  const scenarios = embeddedScenarios();
  await keepOnly();
  const { report, text } = await play(attack, options, {
    nodes: options.nodes,
    seed: options.seed,
    scenarios,
    onProgress(done) {
      const full = Math.round(barCharacters * done);
      output.progress(
        `${"█".repeat(full)}${"░".repeat(barCharacters - full)} ${
          Math.round(100 * done)
        } %`,
      );
    },
  });
  output.progress("");
  if (output.json) output.record(report);
  else output.text(text.trimEnd());
  if (report.breaches.length > 0) {
    throw new OperatorError(
      "invariant_broken",
      `The simulation broke ${report.breaches.length} of its bounds: ${
        report.breaches[0]
      }`,
      ["Play it again:", `  ${report.replay}`],
    );
  }
}

async function play(
  attack: AttackName,
  { pace, order = "host" }: AttackOptions,
  options: RunOptions,
): Promise<Played> {
  switch (attack) {
    case "portscan": {
      const report = await runPortScan(portscan, options);
      return { report, text: reportText(report) };
    }
    case "lateral": {
      const report = await runLateral(lateral, options);
      return { report, text: lateralReportText(report) };
    }
    case "bruteforce":
    case "spray": {
      const scenario = attack === "spray" ? spray : bruteforceVariant({
        ...(pace !== undefined && { paceSeconds: pace }),
        order,
      });
      const report = await runLogins(scenario, options);
      return { report, text: loginReportText(report) };
    }
  }
}
