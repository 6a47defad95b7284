/**
 * A report of logins as a person reads it in a terminal.
 *
 * @module
 */
import type { LoginReport } from "./login_report.ts";
import {
  secondsText,
  secondsTextIfAny,
  tableRow,
  timelineLines,
  verdictLines,
} from "./report_lines.ts";

/** The whole text, ending with a line break. */
export function loginReportText(report: LoginReport): string {
  const { attacker, innocent, breaches, hosts } = report;
  const seen = attacker.detectedMs === undefined
    ? "never noticed"
    : `noticed after ${secondsText(attacker.detectedMs)}`;
  return [
    `${report.scenario}: ${report.nodes} machines, profile ${report.profile}, seed ${report.seed}`,
    "",
    ...timelineLines(report.timeline),
    "",
    tableRow("machine", "guesses", "silent", "saw it", "throttled", "blocked"),
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
    "",
    `attacker   ${attacker.guesses} guesses answered, ${attacker.guessesMostByOne} at most by one machine, ${attacker.filtered} connections unanswered; ${seen}; ${attacker.contained} of ${attacker.sources} sources contained`,
    `innocent   ${innocent.logins} logins, ${innocent.mistyped} typing errors, ${innocent.machines} connections of backup, monitor and a job with an old key; ${innocent.denied} denied; contained: ${
      innocent.contained.join(", ") || "nobody"
    }`,
    ...verdictLines(breaches, report.replay),
    "",
  ].join("\n");
}
