/**
 * Tries lines of a log against scenarios: what would they set off? Nothing is
 * kept and nobody is contained; the detectors are fresh.
 *
 * @module
 */
import type { Alert } from "./alert.ts";
import { DetectionEngine } from "./detectors/engine.ts";
import type { Scenario } from "./detectors/scenario.ts";
import { LogReader } from "./sensors/log_format.ts";

/** An alert, and the line that set it off. */
export interface TrialAlert {
  /** 1-based. */
  readonly line: number;
  /** As a detector gives it. */
  readonly alert: Alert;
}

/** What came of it. */
export interface LogTrial {
  /** Lines that were read. */
  readonly lines: number;
  /** 1-based lines that no parser knows. */
  readonly unparsed: readonly number[];
  /** In the order of the lines. */
  readonly alerts: readonly TrialAlert[];
}

/**
 * Reads `text` as a log in the syslog format.
 *
 * @param referenceYear Of lines that name none.
 */
export function tryLog(
  text: string,
  scenarios: readonly Scenario[],
  referenceYear: number,
): LogTrial {
  const reader = new LogReader("syslog", { referenceYear });
  const engine = new DetectionEngine(scenarios);
  const lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
  const unparsed: number[] = [];
  const alerts: TrialAlert[] = [];
  for (const [index, each] of lines.entries()) {
    const line = index + 1;
    const before = reader.counters.unparsed;
    for (const seen of reader.read(each)) {
      for (const alert of engine.observe(seen)) alerts.push({ line, alert });
    }
    if (reader.counters.unparsed > before) unparsed.push(line);
  }
  return { lines: lines.length, unparsed, alerts };
}
