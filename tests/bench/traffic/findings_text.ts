/**
 * Findings of the traffic bench for people, with what was asked beside what
 * was found, and whether the run counts at all.
 *
 * @module
 */
import { cellRecordSizes, type MeshFindings, type Verdict } from "./analyse.ts";

/** Fewer alerts than this share arrived: the run says nothing. */
const arrivedLeast = 0.95;
/** A bench that cannot see this on `open` is blind. */
const leakLeast = 0.9;
/** Asked of the stealthy profiles (issue 3). */
const aucMost = 0.52;
const pLeast = 0.05;
const windowsLeast = 2_000;
const shiftMostMs = 0.1;

/** Why a run says nothing; empty if it does. */
export function invalidBecause(findings: readonly MeshFindings[]): string[] {
  const reasons = findings.flatMap(({ profile, due, arrived }) => {
    if (due === 0) return [`${profile}: no alerts were sent`];
    const share = arrived / due;
    return share < arrivedLeast
      ? [`${profile}: only ${percent(share)} of the alerts arrived`]
      : [];
  });
  for (const { profile, times } of findings) {
    if (times.matched >= arrivedLeast) continue;
    reasons.push(
      `${profile}: only ${percent(times.matched)} of the cells were captured`,
    );
  }
  const open = findings.find(({ profile }) => profile === "open");
  for (const { question, best } of open?.verdicts ?? []) {
    if (best.auc >= leakLeast && best.p <= pLeast) continue;
    reasons.push(
      `the observer is blind: on open it finds ${question} with AUC ${
        best.auc.toFixed(3)
      } only`,
    );
  }
  return reasons;
}

/** One block of lines per mesh. */
export function textOf(findings: readonly MeshFindings[]): string {
  const blocks = findings.map((each) => meshText(each).join("\n"));
  const reasons = invalidBecause(findings);
  const end = reasons.length === 0
    ? findings.some(({ profile }) => profile === "open")
      ? "The run is valid."
      : "The run is valid; without `open` nothing shows that the observer sees."
    : `THE RUN IS INVALID: ${reasons.join("; ")}.`;
  return [...blocks, end].join("\n\n");
}

function meshText(found: MeshFindings): string[] {
  const { profile, nodes, directions, due, arrived, times, sizes } = found;
  const slotted = profile !== "open";
  const skipped = times.skippedIdle + times.skippedStorm;
  const total = times.idle.cells + times.storm.cells + skipped;
  const strange = sizes.sizes.filter((size) => !cellRecordSizes.includes(size));
  return [
    `${profile}: ${nodes} nodes, ${directions} directions of links, ` +
    `${percent(arrived / due)} of ${due} deliveries made, at most ` +
    `${found.residentMiB.toFixed(0)} MiB a process`,
    `  records         ${sizes.cells} cells of ${sizes.sizes.join(" and ")} ` +
    `bytes, ${sizes.odd} other segments with payload, ${sizes.repeats} ` +
    `repeats, ${sizes.connections} new connections` +
    (strange.length > 0 ? `  STRANGE SIZES ${strange.join(" ")}` : ""),
    ...slotted
      ? [
        `  cell times      slot to wire, mean ${ms(times.idle.mean)} idle, ` +
        `${ms(times.storm.mean)} storm; p99 ${ms(times.idle.p99)} and ` +
        `${ms(times.storm.p99)}`,
        `  shift           ${ms(times.shift)}, noise ${ms(times.noise)}: ` +
        `${ms(Math.max(0, Math.abs(times.shift) - times.noise))} beyond it ` +
        `(asked: ${shiftMostMs} ms)`,
        `  shift of median ${ms(times.medianShift)}, noise ${
          ms(times.medianNoise)
        }`,
        `  alert, no alert ${ms(times.alertShift)} ± ${ms(times.alertError)}` +
        ` within the storm`,
        `  missed slots    ${times.skippedIdle} idle, ${times.skippedStorm} ` +
        `storm of ${total} (${percent(skipped / total, 3)})`,
      ]
      : [],
    ...found.verdicts.flatMap((verdict) => verdictText(verdict, slotted)),
  ];
}

function verdictText(verdict: Verdict, slotted: boolean): string[] {
  const { question, windowsWith, windowsWithout } = verdict;
  const few = Math.min(windowsWith, windowsWithout) < windowsLeast;
  const { best, best_pooled: pooled, linear, boosted } = verdict;
  const hidden = best.auc <= aucMost && best.p > pLeast && pooled.p > pLeast;
  return [
    `  ${question.padEnd(15)} AUC ${best.auc.toFixed(3)}, p ${
      best.p.toFixed(3)
    } (faked times: mean ${best.fake.toFixed(3)}, 95 % below ${
      best.fake95.toFixed(3)
    }); ${windowsWith} windows with, ${windowsWithout} without` +
    (few ? ` (fewer than ${windowsLeast})` : ""),
    `                  linear ${linear.auc.toFixed(3)} (p ${
      linear.p.toFixed(3)
    }), boosted ${boosted.auc.toFixed(3)} (p ${boosted.p.toFixed(3)}), ` +
    `all links together ${pooled.auc.toFixed(3)} (p ${pooled.p.toFixed(3)})` +
    (slotted ? `: ${hidden ? "hidden" : "NOT HIDDEN"}` : ": seen, as it must"),
  ];
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
