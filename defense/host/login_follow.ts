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
import { LineSplitter } from "../sensors/line_splitter.ts";
import {
  detectTextFormat,
  LogReader,
  type TextFormatName,
} from "../sensors/log_format.ts";
import { serviceProgramNames } from "../sensors/service_table.ts";
import { keepRunning } from "./child_stream.ts";
import type { LogPlace } from "./log_place.ts";
import { followLog } from "./log_tail.ts";

/** Program that prints the journal. */
export const journalProgram = "journalctl";
/** `auth` and `authpriv` (RFC 5424, section 6.2.1), and the services we read. */
const journalMatches = [
  "SYSLOG_FACILITY=4",
  "SYSLOG_FACILITY=10",
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

/** Where to begin, and whom to tell how far it went. */
export interface PlaceKeeping {
  /** Where a former run was. */
  readonly place?: LogPlace | undefined;
  readonly onPlace: (place: LogPlace) => void;
}

/** Follows one log file. */
export function followLoginFile(
  { path, format }: LogSource,
  onSeen: (seen: Observation) => void,
  { place, onPlace }: PlaceKeeping,
): LoginSource {
  let chosen: TextFormatName | undefined = format;
  let log = new LogReader(chosen ?? "syslog", liveClock());
  let atMs = place?.atMs ?? 0;
  const tail = followLog(path, (lines, isLate) => {
    if (chosen === undefined) {
      // Until lines are seen that some format claims, they are syslog's,
      // which every other format reads as well.
      chosen = detectTextFormat(lines);
      if (chosen !== undefined && chosen !== "syslog") {
        log = new LogReader(chosen, liveClock());
      }
    }
    const nowMs = Date.now();
    for (const line of lines) {
      for (const seen of log.read(line)) {
        const happenedMs = isLate
          ? Math.min(Math.max(seen.atMs, atMs), nowMs)
          : nowMs;
        onSeen({ ...seen, atMs: happenedMs });
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

/** The cursor stands outside of all text that a program wrote. */
const cursorField = /"__CURSOR"\s{0,4}:\s{0,4}"([^"\\]{1,512})"/;

/** Follows the journal. */
export function followJournal(
  onSeen: (seen: Observation) => void,
  keeping: PlaceKeeping,
  program: string = journalProgram,
): LoginSource {
  const log = new LogReader("journald", liveClock());
  return followRecords(
    {
      name: "journal",
      matches: journalMatches,
      read: (line) => log.read(line),
      counters: () => countersOf(log),
    },
    onSeen,
    keeping,
    program,
  );
}

/** What is taken from the journal, and who reads it. */
export interface JournalReading {
  readonly name: string;
  /** Fields and values that records must have (journalctl(1)). */
  readonly matches: readonly string[];
  /** Reads one record of `journalctl -o json`. */
  read(line: string): readonly Observation[];
  counters(): Readonly<Record<string, number>>;
}

/** Follows those records of the journal that match. */
export function followRecords(
  { name, matches, read, counters }: JournalReading,
  onSeen: (seen: Observation) => void,
  { place, onPlace }: PlaceKeeping,
  program: string = journalProgram,
): LoginSource {
  let lines = new LineSplitter();
  let cursor = place?.cursor;
  const sinceMs = place?.atMs ?? 0;
  const onLine = (line: string): void => {
    const nowMs = Date.now();
    for (const seen of read(line)) {
      // The journal's own time, which no writer chooses.
      const isLate = nowMs - seen.atMs > liveMsMax;
      const atMs = isLate ? Math.max(seen.atMs, sinceMs) : nowMs;
      onSeen({ ...seen, atMs });
    }
    cursor = cursorField.exec(line)?.[1] ?? cursor;
  };
  const from = (): string[] => {
    if (cursor !== undefined) return ["--no-tail", `--after-cursor=${cursor}`];
    return sinceMs > 0
      ? ["--no-tail", `--since=@${Math.floor(sinceMs / 1_000)}`]
      : ["-n", "0"];
  };
  // Should the first record come after a restart, it is found by its time.
  if (place === undefined) onPlace({ source: name, atMs: Date.now() });
  const child = keepRunning({
    command: program,
    args: () => [
      "-f",
      ...from(),
      "-o",
      "json",
      ...matches,
    ],
    onStart: () => lines = new LineSplitter(),
    onBytes: (bytes) => {
      const before = cursor;
      lines.push(bytes, onLine);
      if (cursor !== undefined && cursor !== before) {
        onPlace({ source: name, atMs: Date.now(), cursor });
      }
    },
    onFailure: (errors) => {
      // A cursor that the journal does not know must not keep us out.
      if (/\bcursor\b/i.test(errors)) cursor = undefined;
    },
  });
  return {
    name,
    trouble: () => child.trouble(),
    counters: () => ({ ...counters(), overlong: lines.overlong }),
    stop: () => child.stop(),
  };
}

function liveClock(): ConstructorParameters<typeof LogReader>[1] {
  const now = new Date();
  return {
    referenceYear: now.getFullYear(),
    notAfterMs: now.getTime(),
    zoneOffsetMinutes: -now.getTimezoneOffset(),
  };
}

function countersOf(log: LogReader): Record<string, number> {
  const { records, unparsed, understood, noAddress, ambiguous } = log.counters;
  return { records, unparsed, understood, noAddress, ambiguous };
}
