/**
 * Who is found and who is spared in made-up logs of several days, whose every
 * source is labelled.
 *
 *     deno task bench:logins [--seeds=60] [--from=1]
 *
 * @module
 */
import process from "node:process";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import { type Fate, runTrial, type Trial } from "./trial.ts";

const size = { days: [1, 7], sprayers: [20, 200], quitters: 1 } as const;

function numberFlag(name: string, otherwise: number): number {
  for (const flag of process.argv) {
    const match = new RegExp(`^--${name}=(\\d+)$`).exec(flag);
    if (match) return Number(match[1]);
  }
  return otherwise;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function spanText(ms: number): string {
  if (Number.isNaN(ms)) return "";
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

function report(trials: readonly Trial[]): void {
  const byClass = new Map<string, Fate[]>();
  for (const { fates } of trials) {
    for (const fate of fates) {
      const others = byClass.get(fate.class);
      if (others) others.push(fate);
      else byClass.set(fate.class, [fate]);
    }
  }
  const rows = [[
    "class",
    "sources",
    "accused",
    "share",
    "median delay",
    "median guesses",
    "most",
  ]];
  const classes = [...byClass].sort(([one, [a]], [other, [b]]) =>
    Number(a?.guilty) - Number(b?.guilty) || one.localeCompare(other)
  );
  for (const [name, fates] of classes) {
    const struck = fates.filter(({ scenario }) => scenario !== undefined);
    rows.push([
      `${fates[0]?.guilty ? "guilty  " : "innocent"} ${name}`,
      String(fates.length),
      String(struck.length),
      `${(100 * struck.length / fates.length).toFixed(1)} %`,
      spanText(median(struck.map(({ delayMs }) => delayMs))),
      String(
        struck.length === 0 ? "" : median(struck.map(({ guesses }) => guesses)),
      ),
      String(
        struck.length === 0
          ? ""
          : Math.max(...struck.map(({ guesses }) => guesses)),
      ),
    ]);
  }
  const widths =
    rows[0]?.map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0))
    ) ?? [];
  for (const row of rows) {
    process.stdout.write(
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
        .trimEnd() + "\n",
    );
  }
}

/** Seeds in which something went wrong, so that they can be run again. */
function complain(trial: Trial): void {
  for (
    const { class: name, guilty, source, scenario, guesses } of trial.fates
  ) {
    if (!guilty && scenario !== undefined) {
      process.stdout.write(
        `seed ${trial.seed}: ${name} ${source} accused by ${scenario} (campaign: ${trial.campaign})\n`,
      );
    } else if (guilty && scenario === undefined && !name.startsWith("spray")) {
      process.stdout.write(
        `seed ${trial.seed}: ${name} ${source} not found in ${guesses} guesses\n`,
      );
    }
  }
  const sprayers = trial.fates.filter(({ class: name }) =>
    name.startsWith("spray")
  );
  const found =
    sprayers.filter(({ scenario }) => scenario !== undefined).length;
  if (found < 0.95 * sprayers.length) {
    process.stdout.write(
      `seed ${trial.seed}: ${found} of ${sprayers.length} sprayers found (${trial.campaign})\n`,
    );
  }
}

const scenarios = embeddedScenarios();
const from = numberFlag("from", 1);
const trials: Trial[] = [];
for (let seed = from; seed < from + numberFlag("seeds", 60); seed++) {
  const trial = runTrial(seed, size, scenarios);
  complain(trial);
  trials.push(trial);
}
const lines = trials.reduce((sum, trial) => sum + trial.lines, 0);
process.stdout.write(`${trials.length} logs, ${lines} lines\n\n`);
report(trials);
