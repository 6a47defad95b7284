/**
 * Runs a simulation and prints its report. The same seed gives the same bytes
 * on stdout; how far it is goes to stderr.
 *
 * @module
 */
import { embeddedScenarios } from "../defense/mod.ts";
import { portscan, reportText, runPortScan } from "../sims/mod.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly } from "./permissions.ts";

/** Width of the progress bar. */
const barCharacters = 32;

/**
 * Plays the port scan.
 *
 * @throws {OperatorError} `invariant_broken`, after the report was printed.
 */
export async function runSimulation(
  options: { readonly nodes: number; readonly seed: string },
  { output }: Invocation,
): Promise<void> {
  const scenarios = embeddedScenarios();
  await keepOnly();
  const report = await runPortScan(portscan, {
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
  else output.text(reportText(report).trimEnd());
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
