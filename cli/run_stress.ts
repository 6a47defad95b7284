/**
 * Measures a large mesh and prints what came out, or, with `bench`, how much
 * faster than real time the full protocol runs.
 *
 * @module
 */
import { type ProfileName, profiles } from "../mesh/mod.ts";
import {
  ProtocolRun,
  runStress,
  stressPage,
  stressPlot,
  stressText,
} from "../sims/mod.ts";
import type { Invocation } from "./command.ts";
import type { Output } from "./output.ts";
import { keepOnly } from "./permissions.ts";

/** What to measure. */
export interface StressChoice {
  /** Sizes, with commas between them. */
  readonly nodes: string;
  readonly profile: ProfileName;
  readonly silent: number;
  readonly kill: number | undefined;
  readonly seed: string;
  /** Where to write the picture, `.svg` or `.html`. */
  readonly report: string | undefined;
  readonly bench: boolean;
}

/** Width of the progress bar. */
const barCharacters = 32;
/** Virtual time that the bench measures, at each profile's own pace. */
const benchPeriods = 200;

/**
 * Measures.
 *
 * @throws {SyntaxError} For sizes or shares that are none.
 */
export async function runStressChoice(
  choice: StressChoice,
  { output }: Invocation,
): Promise<void> {
  const nodes = choice.nodes.split(",").map((text) => {
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw new SyntaxError(
      `Cannot read --nodes "${choice.nodes}": expected numbers with commas`,
    );
  });
  if (choice.bench) return await bench(nodes, choice, output);
  const file = choice.report === undefined
    ? undefined
    : await Deno.open(choice.report, {
      write: true,
      create: true,
      truncate: true,
    });
  await keepOnly();
  const { profile, silent, kill, seed } = choice;
  const report = runStress({
    nodes,
    profile,
    silent,
    kill,
    seed,
    onProgress: (done) => drawProgress(output, done),
  });
  output.progress("");
  const words = stressText(report);
  if (file) {
    const page = choice.report?.endsWith(".svg")
      ? stressPlot(report)
      : stressPage(report, words);
    const writer = file.writable.getWriter();
    await writer.write(new TextEncoder().encode(page));
    await writer.close();
  }
  if (output.json) output.record(report);
  else output.text(words);
}

async function bench(
  sizes: readonly number[],
  { profile, seed }: StressChoice,
  output: Output,
): Promise<void> {
  await keepOnly();
  for (const nodes of sizes) {
    const run = new ProtocolRun(nodes, profile, seed);
    const foundedMs = performance.now();
    for (const done of run.settle()) drawProgress(output, done);
    output.progress("");
    const startMs = performance.now();
    run.run(benchPeriods * periodOf(profile));
    const tookMs = performance.now() - startMs;
    const result = run.result();
    const ratio = result.virtualMs / tookMs;
    const settleMs = startMs - foundedMs;
    if (output.json) output.record({ ...result, settleMs, tookMs, ratio });
    else {
      output.text(
        `full protocol, ${nodes} nodes on ${profile}: ${
          (result.virtualMs / 1_000).toFixed(0)
        } s of virtual time in ${(tookMs / 1_000).toFixed(1)} s, ${
          ratio.toFixed(0)
        } times faster than real time; ${
          (1_000 * tookMs / result.cells).toFixed(1)
        } µs per cell; links came up in ${
          (settleMs / 1_000).toFixed(1)
        } s; alert p95 ${
          (result.alertMs.p95 / periodOf(profile)).toFixed(2)
        } T, missed ${(100 * result.missedShare).toFixed(2)} %`,
      );
    }
  }
}

function periodOf(profile: ProfileName): number {
  return profiles[profile].periodMs;
}

function drawProgress(output: Output, done: number): void {
  const full = Math.round(barCharacters * done);
  output.progress(
    `${"█".repeat(full)}${"░".repeat(barCharacters - full)} ${
      Math.round(100 * done)
    } %`,
  );
}
