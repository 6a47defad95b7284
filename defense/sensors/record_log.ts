/**
 * Logs that are no syslog: exports of events with formats of their own. Each
 * has a reader that is fed line by line, as `LogReader` is.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { AuditLog, looksLikeAuditLog } from "./audit_log.ts";
import type { LogZone } from "./log_zone.ts";
import type { RecordCounters } from "./record_tally.ts";
import { looksLikeWindowsEvents, WindowsLog } from "./windows/windows_log.ts";
import { looksLikeZeek, ZeekLog } from "./zeek/zeek_log.ts";

/** Names of these formats. */
export type RecordFormat = "windows" | "zeek" | "audit";

/** Reads one log, line by line, in its order. */
export interface RecordLog {
  /**
   * Takes one line.
   *
   * @param number Number of the line, for people; left out of a live log.
   * @returns What was seen; empty when nothing or when the line is unknown.
   */
  read(line: string, number?: number): readonly Observation[];
  /** What became of the records so far. */
  readonly counters: RecordCounters;
}

/**
 * Tells the format from the beginning of a text.
 *
 * @returns `undefined` for a text that is none of these.
 */
export function detectRecordFormat(head: string): RecordFormat | undefined {
  if (looksLikeZeek(head)) return "zeek";
  if (looksLikeWindowsEvents(head)) return "windows";
  return looksLikeAuditLog(head) ? "audit" : undefined;
}

/** @param zone Of times that name none. */
export function openRecordLog(
  format: RecordFormat,
  zone: LogZone = {},
): RecordLog {
  switch (format) {
    case "windows":
      return new WindowsLog(zone);
    case "zeek":
      return new ZeekLog();
    case "audit":
      return new AuditLog();
  }
}
