/**
 * A report of lateral movement as a person reads it in a terminal.
 *
 * @module
 */
import type { LateralAct, LateralReport } from "./lateral_report.ts";
import {
  secondsText,
  secondsTextIfAny,
  tableRow,
  timelineLines,
  verdictLines,
} from "./report_lines.ts";

/** The whole text, ending with a line break. */
export function lateralReportText(report: LateralReport): string {
  return [
    `${report.scenario}: ${report.nodes} machines, profile ${report.profile}, seed ${report.seed}`,
    ...report.acts.flatMap(actLines),
    ...verdictLines(report.breaches, report.replay),
    "",
  ].join("\n");
}

function actLines(act: LateralAct): string[] {
  const { attacker, innocent, hosts, foothold, source } = act;
  const { before } = innocent;
  return [
    "",
    `from a ${foothold} (${source})`,
    "",
    ...timelineLines(act.timeline),
    ...(act.timeline.length > 0 ? [""] : []),
    tableRow("machine", "taken", "silent", "saw it", "throttled", "blocked"),
    ...hosts.map(({ host, takenMs, filtered, detectedMs, measures }) =>
      tableRow(
        host,
        secondsTextIfAny(takenMs),
        String(filtered),
        secondsTextIfAny(detectedMs),
        secondsTextIfAny(measures.throttle),
        secondsTextIfAny(measures.block),
      )
    ),
    "",
    `attacker   on ${attacker.taken} of ${attacker.targets} machines; ${
      seenWords(act)
    }; ${containedWords(act)}`,
    `innocent   ${innocent.logins} logins, ${innocent.mistyped} typing errors, ${innocent.machines} connections of jump host, backup, monitor and a job with an old key; ${innocent.denied} denied; contained: ${
      innocent.contained.join(", ") || "nobody"
    }; accused: ${
      innocent.accused.join(", ") || "nobody"
    }; ${before.alerts} alerts in ${before.visits} visits of the week before`,
  ];
}

function seenWords({ attacker }: LateralAct): string {
  return attacker.detectedMs === undefined
    ? "never noticed: on fewer than three members, who is new and knows the password looks like an administrator's new laptop"
    : `noticed after ${
      secondsText(attacker.detectedMs)
    } and ${attacker.takenUnseen} machines`;
}

function containedWords({ attacker }: LateralAct): string {
  return attacker.containedMs === undefined
    ? "never contained"
    : `first contained after ${
      secondsText(attacker.containedMs)
    } and ${attacker.takenFree} machines; got in on ${attacker.takenDespite} in spite of a measure there`;
}
