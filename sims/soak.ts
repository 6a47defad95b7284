/**
 * Many random scenarios, one after the other: what a night's work finds that
 * ten seeds do not.
 *
 * @module
 */
import { judge, type MeshVerdict } from "./mesh_run.ts";
import { randomScenario } from "./mesh_scenario.ts";

/** A seed in so many is played a second time, to compare the histories. */
const againEvery = 10;
/** Broken seeds that are told in full; the rest is counted. */
const brokenMax = 100;

/** What a soak came to. */
export interface SoakReport {
  /** The first seed; the others follow by number. */
  readonly firstSeed: number;
  /** Seeds played. */
  readonly seeds: number;
  /** Virtual time of all plays that were judged. */
  readonly virtualHours: number;
  /** Cells sent, of all members together. */
  readonly cells: number;
  /** Words followed to every honest member. */
  readonly words: number;
  /** How often each kind of fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each part was played by a member gone bad. */
  readonly parts: Readonly<Record<string, number>>;
  /** Seeds in which something was broken. */
  readonly brokenSeeds: number;
  /** The first of them, each with the command that plays it again. */
  readonly broken: readonly {
    readonly seed: string;
    readonly breaches: readonly string[];
    readonly replay: string;
  }[];
}

/** How long to go on, and whom to tell. */
export interface SoakOptions {
  /** The first seed; the others follow by number. */
  readonly firstSeed: number;
  /** Whether another seed is to be played, after so many. */
  readonly goesOn: (played: number) => boolean;
  /** Told of each seed when it is judged. */
  readonly onVerdict?: (verdict: MeshVerdict, played: number) => void;
}

/** Plays seed after seed. */
export function soak(options: SoakOptions): SoakReport {
  const { firstSeed, goesOn, onVerdict } = options;
  const sums = { virtualMs: 0, cells: 0, words: 0 };
  const faults: Record<string, number> = {};
  const parts: Record<string, number> = {};
  const broken: MeshVerdict[] = [];
  let played = 0;
  let brokenSeeds = 0;
  while (goesOn(played)) {
    const scenario = randomScenario(String(firstSeed + played));
    const verdict = judge(scenario, played % againEvery === 0);
    played++;
    sums.virtualMs += verdict.virtualMs;
    sums.cells += verdict.cells;
    sums.words += verdict.words;
    for (const [kind, times] of Object.entries(verdict.faults)) {
      faults[kind] = (faults[kind] ?? 0) + times;
    }
    for (const part of verdict.parts) parts[part] = (parts[part] ?? 0) + 1;
    if (verdict.breaches.length > 0) {
      brokenSeeds++;
      if (broken.length < brokenMax) broken.push(verdict);
    }
    onVerdict?.(verdict, played);
  }
  return {
    firstSeed,
    seeds: played,
    virtualHours: sums.virtualMs / 3_600_000,
    cells: sums.cells,
    words: sums.words,
    faults,
    parts,
    brokenSeeds,
    broken: broken.map(({ seed, breaches, replay }) => ({
      seed,
      breaches,
      replay,
    })),
  };
}

/** The report as a person reads it. */
export function soakText(report: SoakReport): string {
  const { seeds, firstSeed, virtualHours, cells, words } = report;
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).toSorted().map(([name, times]) => `${times} ${name}`)
      .join(", ") || "none";
  return [
    `soak: ${seeds} seeds from ${firstSeed}, ${
      virtualHours.toFixed(1)
    } h of virtual time, ${cells} cells, ${words} words followed`,
    `faults     ${counts(report.faults)}`,
    `gone bad   ${counts(report.parts)}`,
    report.brokenSeeds === 0
      ? "invariants all held"
      : `BROKEN in ${report.brokenSeeds} seeds:`,
    ...report.broken.flatMap(({ seed, breaches, replay }) => [
      `seed ${seed}:`,
      ...breaches.map((breach) => `  ${breach}`),
      `  replay: ${replay}`,
    ]),
  ].join("\n");
}
