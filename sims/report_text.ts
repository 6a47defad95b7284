/**
 * A report as a person reads it in a terminal: the story in order, then the
 * table, then the verdict. No colours, no clock, same bytes for same report.
 *
 * @module
 */
import type { HostLine, Report } from "./report.ts";

/** Lines of the story that are shown; the JSON report has all of them. */
const timelineLinesMax = 40;

/** The whole text, ending with a line break. */
export function reportText(report: Report): string {
  const { attacker, innocent, cost, breaches } = report;
  const probes = attacker.answeredByAllWithoutDefense;
  return [
    `${report.scenario}: ${report.nodes} machines, profile ${report.profile}, seed ${report.seed}`,
    "",
    ...timelineLines(report),
    "",
    ...tableLines(report.hosts),
    "",
    `attacker   ${attacker.probes} probes, ${attacker.answered} answered truthfully (${probes} without StealthMesh), ${attacker.answeredMostByOne} at most by one machine`,
    `innocent   ${innocent.connections} connections, ${innocent.denied} denied; contained: ${
      innocent.contained.join(", ") || "nobody"
    }; protected auditor ${
      innocent.auditorSeen ? "seen and left alone" : "not seen"
    }`,
    `cost       ${cost.cells} cells of 512 bytes in ${
      report.virtualSeconds.toFixed(1)
    } s; ${cost.megabytesPerLinkAndDay} MB per link and day, attack or not`,
    ...verdictLines(breaches, report.replay),
    "",
  ].join("\n");
}

function timelineLines({ timeline }: Report): string[] {
  const shown = timeline.slice(0, timelineLinesMax);
  const lines = shown.map(({ atMs, host, text }) =>
    `${secondsText(atMs).padStart(9)}  ${host.padEnd(8)}  ${text}`
  );
  const rest = timeline.length - shown.length;
  return rest > 0 ? [...lines, `           … and ${rest} more`] : lines;
}

function tableLines(hosts: readonly HostLine[]): string[] {
  const row = (...cells: string[]) =>
    cells.map((cell, index) => index === 0 ? cell.padEnd(9) : cell.padStart(11))
      .join("").trimEnd();
  return [
    row("machine", "answered", "silent", "saw it", "throttled", "blocked"),
    ...hosts.map(({ host, answered, filtered, detectedMs, measures }) =>
      row(
        host,
        String(answered),
        String(filtered),
        detectedMs === undefined ? "–" : secondsText(detectedMs),
        secondsTextIfAny(measures.throttle),
        secondsTextIfAny(measures.block),
      )
    ),
  ];
}

function verdictLines(breaches: readonly string[], replay: string): string[] {
  return breaches.length === 0 ? ["invariants all held"] : [
    "",
    "BROKEN:",
    ...breaches.map((breach) => `  ${breach}`),
    `replay: ${replay}`,
  ];
}

function secondsText(ms: number): string {
  return `+${(ms / 1_000).toFixed(3)}s`;
}

function secondsTextIfAny(ms: number | undefined): string {
  return ms === undefined ? "–" : secondsText(ms);
}
