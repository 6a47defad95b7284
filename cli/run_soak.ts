/**
 * Plays random mesh scenarios for hours or for a number of seeds, and prints
 * how to play again what broke.
 *
 * @module
 */
import { soak, soakText } from "../sims/mod.ts";
import type { Invocation } from "./command.ts";
import { OperatorError } from "./operator_error.ts";
import { keepOnly } from "./permissions.ts";

/** How long to go on; seeds win over hours. */
export interface SoakChoice {
  readonly hours: number;
  readonly seeds: number | undefined;
  readonly seed: number;
}

/**
 * Plays the soak.
 *
 * @throws {OperatorError} `invariant_broken`, after the report was printed.
 */
export async function runSoak(
  { hours, seeds, seed }: SoakChoice,
  { output }: Invocation,
): Promise<void> {
  await keepOnly();
  const endMs = performance.now() + hours * 3_600_000;
  let broken = 0;
  const report = soak({
    firstSeed: seed,
    goesOn: (played) =>
      seeds === undefined ? performance.now() < endMs : played < seeds,
    onVerdict({ breaches, seed, replay }, played) {
      if (breaches.length > 0) {
        broken++;
        output.note(`seed ${seed}: ${breaches[0]}`, "bad");
        output.note(`  replay: ${replay}`);
      }
      output.progress(`${played} seeds played, ${broken} broken`);
    },
  });
  output.progress("");
  if (output.json) output.record(report);
  else output.text(soakText(report));
  const [first] = report.broken;
  if (!first) return;
  throw new OperatorError(
    "invariant_broken",
    `${report.brokenSeeds} of ${report.seeds} seeds broke an invariant`,
    ["Play the first again:", `  ${first.replay}`],
  );
}
