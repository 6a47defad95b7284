/**
 * Logs in which many programs write: syslog's files and systemd's journal.
 * Which parser reads a record is decided by the program that wrote it:
 * `service_table.ts` for most, `login_log.ts` for sshd and for PAM in
 * anybody's name, `firewall_log.ts` and `pf_log.ts` for packets.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { AddressCache } from "./address_cache.ts";
import { readFirewallRecord } from "./firewall_log.ts";
import { readJournalRecord } from "./journal_record.ts";
import { LoginLog } from "./login_log.ts";
import { type PfReading, readFilterlog, readPflog } from "./pf_log.ts";
import { repeatOf, unrepeat } from "./repeated_message.ts";
import { ServiceLog, serviceMessageLengthMax } from "./service_log.ts";
import { serviceOf } from "./service_table.ts";
import { type LogRecord, SyslogLineReader } from "./syslog_line.ts";
import type {
  LineReader,
  LineReaderOptions,
  LineReading,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";

const nothing: readonly Observation[] = [];

/** Reads records, whatever envelope they came in. */
class RecordReader implements LineReader {
  atMs = NaN;
  readonly #envelope: (line: string) => LogRecord | "untrusted" | undefined;
  readonly #services: ServiceLog;
  readonly #logins: LoginLog;
  readonly #addresses = new AddressCache();
  /** The last one, which the next may say was repeated. */
  #before: LogRecord | undefined;

  constructor(
    envelope: (line: string) => LogRecord | "untrusted" | undefined,
    { attempts }: LineReaderOptions,
  ) {
    this.#envelope = envelope;
    this.#services = new ServiceLog(attempts);
    this.#logins = new LoginLog(this.#services.attempts);
  }

  get counters(): Readonly<LoginLogCounters> {
    const [logins, services] = [this.#logins.counters, this.#services.counters];
    return {
      understood: logins.understood + services.understood,
      noAddress: logins.noAddress + services.noAddress,
      duplicates: logins.duplicates + services.duplicates,
      ambiguous: logins.ambiguous + services.ambiguous,
    };
  }

  read(line: string, number?: number): LineReading {
    const record = this.#envelope(line);
    if (record === undefined || record === "untrusted") {
      this.atMs = NaN;
      return record;
    }
    this.atMs = record.atMs;
    const repeated = repeatOf(record, this.#before);
    this.#before = repeated ? this.#before : record;
    return this.#take(repeated ?? record, number) ??
      (repeated ? nothing : undefined);
  }

  #take(record: LogRecord, number?: number): LineReading {
    const { program } = record;
    // Most records of most logs; asked first because it is the cheapest.
    if (program.startsWith("sshd")) return this.#logins.read(record, number);
    switch (program) {
      case "kernel":
      case "ulogd":
        return told(readFirewallRecord(record, this.#addresses, number));
      case "pf":
      case "pflog":
        return told(
          readPflog(record.message, record.atMs, this.#addresses, number),
        );
      case "filterlog":
        return told(
          readFilterlog(record.message, record.atMs, this.#addresses, number),
        );
    }
    return this.#readService(record, number) ??
      this.#logins.read(record, number);
  }

  #readService(
    record: LogRecord,
    line: number | undefined,
  ): readonly Observation[] | undefined {
    const service = record.tag === "" ? serviceOf(record.program) : undefined;
    if (
      service === undefined || record.message.length > serviceMessageLengthMax
    ) return undefined;
    const { message, times } = unrepeat(record.message);
    const reading = service.read(message, record.program);
    return reading &&
      this.#services.take(service, reading, record, times, line);
  }
}

function told(seen: PfReading): readonly Observation[] | undefined {
  return seen === undefined || seen === "other" ? seen && nothing : [seen];
}

/** Files of syslog, RFC 3164 and RFC 5424. */
export const syslog: TextFormat = {
  fits: (line) => {
    const record = new SyslogLineReader({ referenceYear: 2000 }).read(line);
    if (record === undefined) return false;
    // Other files have stamps too; a colon behind the program is syslog's.
    const before = line.length - record.message.length - 2;
    return /^[A-Za-z]/.test(record.program) &&
      (line.startsWith("<") || line[before] === ":");
  },
  open: (options) => {
    const lines = new SyslogLineReader(options);
    return new RecordReader((line) => lines.read(line), options);
  },
};

/** `journalctl -o json`. */
export const journald: TextFormat = {
  fits: (line) =>
    line.startsWith("{") &&
    /"(?:__CURSOR|__REALTIME_TIMESTAMP|MESSAGE)"/.test(line),
  open: (options) => new RecordReader(readJournalRecord, options),
};
