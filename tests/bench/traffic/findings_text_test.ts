import { deepEqual } from "node:assert/strict";
import type { MeshFindings, Score, Verdict } from "./analyse.ts";
import { invalidBecause } from "./findings_text.ts";

const late = { cells: 1, mean: 1, p99: 1, max: 1 };

function found(
  profile: MeshFindings["profile"],
  more: Partial<MeshFindings> = {},
): MeshFindings {
  return {
    profile,
    nodes: 3,
    directions: 6,
    due: 100,
    arrived: 100,
    times: {
      idle: late,
      storm: late,
      shift: 0,
      noise: 0,
      medianShift: 0,
      medianNoise: 0,
      handedShift: 0,
      handedNoise: 0,
      alertShift: 0,
      alertError: 0,
      skippedIdle: 0,
      skippedStorm: 0,
      matched: 1,
    },
    sizes: { cells: 1, odd: 0, repeats: 0, sizes: [538], connections: 0 },
    residentMiB: 1,
    verdicts: [],
    ...more,
  };
}

function verdict(auc: number, p: number): Verdict {
  const best: Score = { auc, p, fake: 0.5, fake95: 0.52 };
  return {
    profile: "open",
    question: "event",
    windowsWith: 2_000,
    windowsWithout: 2_000,
    linear: best,
    boosted: best,
    best,
    best_pooled: best,
  };
}

const rows: { name: string; findings: MeshFindings[]; reasons: number }[] = [
  { name: "all arrived", findings: [found("lan")], reasons: 0 },
  {
    name: "95 % arrived",
    findings: [found("lan", { arrived: 95 })],
    reasons: 0,
  },
  {
    name: "94 % arrived",
    findings: [found("lan", { arrived: 94 })],
    reasons: 1,
  },
  {
    name: "nothing was sent",
    findings: [found("lan", { due: 0, arrived: 0 })],
    reasons: 1,
  },
  {
    name: "packets lost by the capture",
    findings: [
      found("lan", { times: { ...found("lan").times, matched: 0.9 } }),
    ],
    reasons: 1,
  },
  {
    name: "the observer sees open",
    findings: [found("open", { verdicts: [verdict(0.99, 0.01)] })],
    reasons: 0,
  },
  {
    name: "the observer is blind on open",
    findings: [found("open", { verdicts: [verdict(0.55, 0.01)] })],
    reasons: 1,
  },
  {
    name: "what it sees on open may be chance",
    findings: [found("open", { verdicts: [verdict(0.95, 0.2)] })],
    reasons: 1,
  },
];

for (const { name, findings, reasons } of rows) {
  Deno.test(`invalidBecause() gives ${reasons} reasons when ${name}`, () => {
    deepEqual(invalidBecause(findings).length, reasons);
  });
}
