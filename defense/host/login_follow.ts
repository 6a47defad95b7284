/**
 * Logs as they grow: files in the format that was named or that their lines
 * vote for, and the journal of systemd (`journalctl -f`).
 *
 * A live line happened when it was read. Its own stamp, which has neither year
 * nor zone in the classic form, and which a writer chooses, is not asked. What
 * was written while the agent was down happened between the last line before
 * and now; there its own stamp says when, within these bounds.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import {
  detectTextFormat,
  LogReader,
  type TextFormatName,
} from "../sensors/log_format.ts";
import { SourceAttempts } from "../sensors/source_attempts.ts";
import { serviceProgramNames } from "../sensors/service_table.ts";
import { followJournalLines } from "./journal_tail.ts";
import { localOffsetMinutes } from "./local_zone.ts";
import type { PlaceKeeping } from "./log_place.ts";
import { followLog } from "./log_tail.ts";

/**
 * `mail`, `auth`, `authpriv` and `ftp` (RFC 5424, section 6.2.1), and the
 * services we read. A mail server goes by names that its operator chooses
 * (`postfix/submission/smtpd`), so it is known by the facility alone.
 */
const journalMatches = [
  "SYSLOG_FACILITY=2",
  "SYSLOG_FACILITY=4",
  "SYSLOG_FACILITY=10",
  "SYSLOG_FACILITY=11",
  "+",
  ...serviceProgramNames.map((name) => `SYSLOG_IDENTIFIER=${name}`),
];
/** A record older than this when it is read was not read live. Our choice. */
const liveMsMax = 5_000;

/** A log to follow. */
export interface LogSource {
  /** Absolute. */
  readonly path: string;
  /** Told from its lines if absent. */
  readonly format?: TextFormatName;
}

/** A log being followed. */
export interface LoginSource {
  readonly name: string;
  trouble(): string | undefined;
  counters(): Readonly<Record<string, number>>;
  stop(): void | Promise<void>;
}

/**
 * Follows one log file.
 *
 * @param attempts Shared among the logs of one host.
 */
export function followLoginFile(
  { path, format }: LogSource,
  onSeen: (seen: Observation) => void,
  { place, onPlace }: PlaceKeeping,
  attempts = new SourceAttempts(),
): LoginSource {
  const options = () => ({ ...liveClock(), attempts });
  let chosen: TextFormatName | undefined = format;
  let log = new LogReader(chosen ?? "syslog", options());
  let atMs = place?.atMs ?? 0;
  const tail = followLog(path, (lines, isLate) => {
    if (chosen === undefined) {
      // Until lines are seen that some format claims, they are syslog's,
      // which every other format reads as well.
      chosen = detectTextFormat(lines);
      if (chosen !== undefined && chosen !== "syslog") {
        log = new LogReader(chosen, options());
      }
    }
    const nowMs = Date.now();
    for (const line of lines) {
      for (const seen of log.read(line)) {
        onSeen({ ...seen, atMs: isLate ? lateMs(seen.atMs, atMs) : nowMs });
      }
    }
    atMs = nowMs;
  }, {
    places: place?.files ?? [],
    onPlaces: (files) => onPlace({ source: path, atMs, files }),
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
  keeping: PlaceKeeping,
  program?: string,
): LoginSource {
  const log = new LogReader("journald", liveClock());
  const sinceMs = keeping.place?.atMs ?? 0;
  const tail = followJournalLines({
    ...keeping,
    source: "journal",
    matches: journalMatches,
    onLine: (line) => {
      for (const seen of log.read(line)) {
        const atMs = recordMs(seen.atMs, sinceMs);
        onSeen({ ...seen, atMs });
      }
    },
    ...(program === undefined ? {} : { program }),
  });
  return {
    name: "journal",
    trouble: tail.trouble,
    counters: () => ({ ...countersOf(log), overlong: tail.overlong() }),
    stop: tail.stop,
  };
}

/** When a line of a log happened that was written before we came back. */
export function lateMs(atMs: number, sinceMs: number): number {
  return Math.min(Math.max(atMs, sinceMs), Date.now());
}

/** When a record of the journal happened; its time is no writer's choice. */
export function recordMs(atMs: number, sinceMs: number): number {
  const nowMs = Date.now();
  return nowMs - atMs > liveMsMax ? Math.max(atMs, sinceMs) : nowMs;
}

function liveClock(): ConstructorParameters<typeof LogReader>[1] {
  return {
    referenceYear: new Date().getFullYear(),
    nowMs: Date.now,
    zoneOffsetMinutesAt: localOffsetMinutes,
  };
}

function countersOf(log: LogReader): Record<string, number> {
  const { records, unparsed, understood, noAddress, ambiguous } = log.counters;
  return { records, unparsed, understood, noAddress, ambiguous };
}
