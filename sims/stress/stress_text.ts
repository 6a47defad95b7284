/**
 * A stress report as a person reads it in a terminal. Times in periods T where
 * the design states them so.
 *
 * @module
 */
import { decisionMs } from "./propagation.ts";
import type { StressReport, StressRow } from "./stress.ts";

/** The whole text. */
export function stressText(report: StressReport): string {
  const { profile, periodMs, silent, seed, rows } = report;
  return [
    `stress: profile ${profile}, T = ${periodMs} ms, seed ${seed}${
      silent > 0 ? `, ${Math.round(100 * silent)} % of the nodes silent` : ""
    }`,
    "production dial plans, cell clocks and queues; links already open, cells not sealed",
    "",
    line(
      "nodes",
      "links",
      "alert p50",
      "p95",
      "p99",
      "max",
      "hops p95",
      "copies",
      "missed",
      "MB/day",
    ),
    ...rows.map((row) => alertLine(row, periodMs)),
    "",
    `from the attack, seen by f+1 machines at once, to a rule in the kernel (${decisionMs} ms after the vote):`,
    line("nodes", "throttle", "p95", "block p50", "p95", "p99", "max"),
    ...rows.map(blockLine),
    ...rows.flatMap(survivalLines),
    "",
    `replay: ${report.replay}`,
  ].join("\n");
}

function line(...cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(10)).join("").trimEnd();
}

function alertLine(row: StressRow, periodMs: number): string {
  const { alertMs, hops, nodes, degree, copies } = row;
  const inT = (ms: number) => `${(ms / periodMs).toFixed(2)} T`;
  return line(
    String(nodes),
    degree.toFixed(1),
    inT(alertMs.p50),
    inT(alertMs.p95),
    inT(alertMs.p99),
    inT(alertMs.max),
    String(hops.p95),
    copies.toFixed(1),
    `${(100 * row.missedShare).toFixed(2)} %`,
    (row.bytesPerNodeAndDay / 1e6).toFixed(0),
  );
}

function blockLine({ nodes, throttledMs, blockedMs }: StressRow): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  return line(
    String(nodes),
    ms(throttledMs.p50),
    ms(throttledMs.p95),
    ms(blockedMs.p50),
    ms(blockedMs.p95),
    ms(blockedMs.p99),
    ms(blockedMs.max),
  );
}

function survivalLines({ nodes, survival }: StressRow): string[] {
  return survival.flatMap(({ death, survivors, within30s, alertMs }, at) => [
    ...at === 0
      ? [
        "",
        `of ${nodes} nodes ${
          nodes - survivors
        } die at once; the next alert reaches the rest:`,
      ]
      : [],
    `  ${death === "crash" ? "programs end     " : "power is lost    "} ${
      (100 * within30s).toFixed(1)
    } % within 30 s; p50 ${seconds(alertMs.p50)}, p99 ${
      seconds(alertMs.p99)
    }, last ${seconds(alertMs.max)}`,
  ]);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
