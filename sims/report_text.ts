/**
 * A report as a person reads it in a terminal: the story in order, then the
 * table, then the verdict. No colours, no clock, same bytes for same report.
 *
 * @module
 */
import type { HostLine, Report } from "./report.ts";
import {
  secondsTextIfAny,
  tableRow,
  timelineLines,
  verdictLines,
} from "./report_lines.ts";

/** The whole text, ending with a line break. */
export function reportText(report: Report): string {
  const { attacker, innocent, cost, breaches } = report;
  const probes = attacker.answeredByAllWithoutDefense;
  return [
    `${report.scenario}: ${report.nodes} machines, profile ${report.profile}, seed ${report.seed}`,
    "",
    ...timelineLines(report.timeline),
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

function tableLines(hosts: readonly HostLine[]): string[] {
  return [
    tableRow("machine", "answered", "silent", "saw it", "throttled", "blocked"),
    ...hosts.map(({ host, answered, filtered, detectedMs, measures }) =>
      tableRow(
        host,
        String(answered),
        String(filtered),
        secondsTextIfAny(detectedMs),
        secondsTextIfAny(measures.throttle),
        secondsTextIfAny(measures.block),
      )
    ),
  ];
}
