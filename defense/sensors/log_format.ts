/**
 * The formats that can be read, by name, and how to tell them apart from the
 * first bytes of a file. A log format makes a `LogReader`, which is fed line
 * by line, live or replayed; captures have readers of their own
 * (`pcap_reader.ts`).
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { detectRecordFormat } from "./record_log.ts";
import { AddressCache } from "./address_cache.ts";
import { readFirewallRecord } from "./firewall_log.ts";
import { readJournalRecord } from "./journal_record.ts";
import { LoginLog, type LoginLogCounters } from "./login_log.ts";
import { type LogRecord, SyslogLineReader } from "./syslog_line.ts";
import type { SyslogClockOptions } from "./syslog_time.ts";

/** Names of the formats, as an operator writes them. */
export const formatNames = [
  "syslog",
  "journald",
  "pcap",
  "pcapng",
  "windows",
  "zeek",
  "audit",
] as const;
/** One of them. */
export type FormatName = typeof formatNames[number];

/** Bytes that `detectFormat` wants to see, if there are so many. */
export const sniffBytes = 4_096;

/** Names of the capture formats' magic numbers (as hexadecimal). */
const captureMagic: Readonly<Record<string, FormatName>> = {
  "d4c3b2a1": "pcap",
  "a1b2c3d4": "pcap",
  "4d3cb2a1": "pcap",
  "a1b23c4d": "pcap",
  "0a0d0d0a": "pcapng",
};

/**
 * Tells the format from a file's first bytes.
 *
 * @returns `syslog` for any text that is not recognised; `undefined` for
 *   bytes that are neither text nor a known capture.
 */
export function detectFormat(firstBytes: Uint8Array): FormatName | undefined {
  const magic = [...firstBytes.subarray(0, 4)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const capture = captureMagic[magic];
  if (capture !== undefined) return capture;
  const head = firstBytes.subarray(0, sniffBytes);
  const encoding = encodingOf(head);
  if (encoding === "utf-8" && head.includes(0)) return undefined;
  const text = new TextDecoder(encoding).decode(head).trimStart();
  const records = detectRecordFormat(text);
  if (records !== undefined) return records;
  return text.startsWith("{") ? "journald" : "syslog";
}

/** UTF-16 begins with its byte order mark in what Windows exports. */
export function encodingOf(firstBytes: Uint8Array): "utf-8" | "utf-16le" {
  return firstBytes[0] === 0xff && firstBytes[1] === 0xfe
    ? "utf-16le"
    : "utf-8";
}

/**
 * Reads a format's name from an operator.
 *
 * @throws {RangeError} If no format has that name.
 */
export function parseFormatName(name: string): FormatName {
  const known = formatNames.find((format) => format === name);
  if (known === undefined) {
    throw new RangeError(
      `Cannot read format "${name}": expected one of ${formatNames.join(", ")}`,
    );
  }
  return known;
}

/** What became of the lines of a log, since the start. */
export interface LogCounters extends LoginLogCounters {
  /** Lines, empty ones left out. */
  records: number;
  /** Lines that no parser knows. */
  unparsed: number;
  /** Journal records that an ordinary user wrote. */
  untrusted: number;
  /** Wall clock milliseconds of the earliest record; NaN before the first. */
  firstMs: number;
  /** And of the latest. */
  lastMs: number;
}

const nothing: readonly Observation[] = [];

/** Reads one log, line by line, in its order. */
export class LogReader {
  readonly #journal: boolean;
  readonly #lines: SyslogLineReader;
  readonly #logins = new LoginLog();
  readonly #addresses = new AddressCache();
  #records = 0;
  #unparsed = 0;
  #untrusted = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor(format: "syslog" | "journald", options: SyslogClockOptions) {
    this.#journal = format === "journald";
    this.#lines = new SyslogLineReader(options);
  }

  /**
   * Reads one line.
   *
   * @param line Without its end.
   * @param number Number of the line, for people; left out of a live log.
   * @returns What was seen; empty when nothing or when the line is unknown.
   */
  read(line: string, number?: number): readonly Observation[] {
    if (line === "") return nothing;
    this.#records++;
    const record = this.#journal
      ? readJournalRecord(line)
      : this.#lines.read(line);
    if (record === undefined || record === "untrusted") {
      if (record === undefined) this.#unparsed++;
      else this.#untrusted++;
      return nothing;
    }
    if (record.atMs < this.#firstMs) this.#firstMs = record.atMs;
    if (record.atMs > this.#lastMs) this.#lastMs = record.atMs;
    const seen = this.#readRecord(record, number);
    if (seen !== undefined) return seen;
    this.#unparsed++;
    return nothing;
  }

  #readRecord(
    record: LogRecord,
    line: number | undefined,
  ): readonly Observation[] | undefined {
    if (record.program === "kernel") {
      const seen = readFirewallRecord(record, this.#addresses, line);
      return seen === undefined || seen === "other" ? seen && nothing : [seen];
    }
    return this.#logins.read(record, line);
  }

  /** What became of the lines so far. */
  get counters(): LogCounters {
    return {
      ...this.#logins.counters,
      records: this.#records,
      unparsed: this.#unparsed,
      untrusted: this.#untrusted,
      firstMs: Number.isFinite(this.#firstMs) ? this.#firstMs : NaN,
      lastMs: Number.isFinite(this.#lastMs) ? this.#lastMs : NaN,
    };
  }
}
