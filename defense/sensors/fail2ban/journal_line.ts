/**
 * A record of systemd's journal as a line that filters understand: what
 * `journalctl -o short` prints, without its time (fail2ban, `filtersystemd.py`:
 * host, program, process, message). Who may have written the record is
 * settled before, by the filter's `journalmatch`, whose trusted fields only
 * journald sets.
 *
 * @module
 */
import { journalFields } from "../journal_fields.ts";

/** A record without its time, and its time. */
export interface JournalLine {
  readonly text: string;
  /** Wall clock milliseconds. */
  readonly atMs: number;
}

/**
 * Reads one line of `journalctl -o json`.
 *
 * @returns `undefined` if it is none.
 */
export function journalLine(line: string): JournalLine | undefined {
  const fields = journalFields(line);
  if (fields === undefined) return undefined;
  const host = fields.text("_HOSTNAME");
  const program = fields.text("SYSLOG_IDENTIFIER", "_COMM");
  const pid = fields.text("SYSLOG_PID", "_PID");
  const writer = program === undefined
    ? ""
    : `${program}${pid === undefined ? "" : `[${pid}]`}: `;
  return {
    text: (host === undefined ? "" : `${host} `) + writer + fields.message,
    atMs: fields.atMs,
  };
}
