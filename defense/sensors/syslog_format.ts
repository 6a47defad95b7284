/**
 * Logs in which many programs write: syslog's files and systemd's journal.
 * Which parser reads a record is decided by the program that wrote it.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { AddressCache } from "./address_cache.ts";
import { readFirewallRecord } from "./firewall_log.ts";
import { readJournalRecord } from "./journal_record.ts";
import { LoginLog } from "./login_log.ts";
import { type LogRecord, SyslogLineReader } from "./syslog_line.ts";
import type { SyslogClockOptions } from "./syslog_time.ts";
import type {
  LineReader,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

const nothing: readonly Observation[] = [];

/** Reads records, whatever envelope they came in. */
class RecordReader implements LineReader {
  atMs = NaN;
  readonly #envelope: (line: string) => LogRecord | "untrusted" | undefined;
  readonly #logins = new LoginLog();
  readonly #addresses = new AddressCache();

  constructor(envelope: (line: string) => LogRecord | "untrusted" | undefined) {
    this.#envelope = envelope;
  }

  get counters(): Readonly<LoginLogCounters> {
    return this.#logins.counters;
  }

  read(line: string, number?: number): LineReading {
    const record = this.#envelope(line);
    if (record === undefined || record === "untrusted") {
      this.atMs = NaN;
      return record;
    }
    this.atMs = record.atMs;
    if (record.program === "kernel") {
      const seen = readFirewallRecord(record, this.#addresses, number);
      return seen === undefined || seen === "other" ? seen && nothing : [seen];
    }
    return this.#logins.read(record, number);
  }
}

/** Files of syslog, RFC 3164 and RFC 5424. */
export const syslog: TextFormat = {
  fits: (line) =>
    new SyslogLineReader({ referenceYear: 2000 }).read(line) !== undefined,
  open: (options: SyslogClockOptions) => {
    const lines = new SyslogLineReader(options);
    return new RecordReader((line) => lines.read(line));
  },
};

/** `journalctl -o json`. */
export const journald: TextFormat = {
  fits: (line) =>
    line.startsWith("{") &&
    /"(?:__CURSOR|__REALTIME_TIMESTAMP|MESSAGE)"/.test(line),
  open: () => new RecordReader(readJournalRecord),
};
