/**
 * Logins as they happen: from the log files that exist, else from the journal
 * of systemd (`journalctl -f`).
 *
 * A live line happened when it was read. Its own stamp, which has neither
 * year nor zone in the classic form, and which a writer chooses, is not asked.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { LineSplitter } from "../sensors/line_splitter.ts";
import { LogReader } from "../sensors/log_format.ts";
import { keepRunning } from "./child_stream.ts";
import { followLog } from "./log_tail.ts";

/** Program that prints the journal. */
export const journalProgram = "journalctl";
/** `auth` and `authpriv` (RFC 5424, section 6.2.1). */
const facilities = ["SYSLOG_FACILITY=4", "SYSLOG_FACILITY=10"];

/** A log being followed. */
export interface LoginSource {
  readonly name: string;
  trouble(): string | undefined;
  counters(): Readonly<Record<string, number>>;
  stop(): void | Promise<void>;
}

/** Follows one log file. */
export function followLoginFile(
  path: string,
  onSeen: (seen: Observation) => void,
): LoginSource {
  const log = new LogReader("syslog", liveClock());
  const tail = followLog(path, (lines) => {
    for (const line of lines) tell(log.read(line), onSeen);
  });
  return {
    name: path,
    trouble: tail.trouble,
    counters: () => ({ ...countersOf(log), ...tail.counters }),
    stop: tail.stop,
  };
}

/** Follows the journal. */
export function followJournal(
  onSeen: (seen: Observation) => void,
): LoginSource {
  const log = new LogReader("journald", liveClock());
  let lines = new LineSplitter();
  const child = keepRunning({
    command: journalProgram,
    args: ["-f", "-n", "0", "-o", "json", ...facilities],
    onStart: () => lines = new LineSplitter(),
    onBytes: (bytes) =>
      lines.push(bytes, (line) => tell(log.read(line), onSeen)),
  });
  return {
    name: "journal",
    trouble: () => child.trouble(),
    counters: () => ({ ...countersOf(log), overlong: lines.overlong }),
    stop: () => child.stop(),
  };
}

function tell(
  seen: readonly Observation[],
  onSeen: (seen: Observation) => void,
): void {
  for (const each of seen) onSeen({ ...each, atMs: Date.now() });
}

function liveClock(): ConstructorParameters<typeof LogReader>[1] {
  const now = new Date();
  return {
    referenceYear: now.getFullYear(),
    zoneOffsetMinutes: -now.getTimezoneOffset(),
  };
}

function countersOf(log: LogReader): Record<string, number> {
  const { records, unparsed, understood, noAddress, ambiguous } = log.counters;
  return { records, unparsed, understood, noAddress, ambiguous };
}
