/**
 * The formats that can be read, by name, and how to tell them apart from the
 * first bytes of a file. A text format makes a `LineReader`, which is fed line
 * by line, live or replayed; captures have readers of their own
 * (`pcap_reader.ts`).
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import { vsftpdFormat } from "./ftp_services.ts";
import { eximFormat } from "./mail_services.ts";
import { withSyslog } from "./mixed_format.ts";
import { mysqlFormat } from "./mysql_service.ts";
import { namedFormat } from "./named_service.ts";
import { pfFormat } from "./pf_log.ts";
import { postgresqlFormat } from "./postgres_service.ts";
import { xrdpFormat } from "./remote_services.ts";
import { sambaFormat } from "./samba_service.ts";
import { journald, syslog } from "./syslog_format.ts";
import { detectRecordFormat, type RecordFormat } from "./record_log.ts";
import type {
  LineReader,
  LineReaderOptions,
  LoginLogCounters,
  TextFormat,
} from "./text_format.ts";
import { accessFormat, apacheFormat, nginxFormat } from "./web_format.ts";

/** Names of the formats, as an operator writes them. */
export const formatNames = [
  "syslog",
  "journald",
  "access",
  "nginx",
  "apache",
  "vsftpd",
  "mysql",
  "postgresql",
  "exim",
  "named",
  "samba",
  "xrdp",
  "pf",
  "sshd",
  "dropbear",
  "pam",
  "proftpd",
  "pure-ftpd",
  "postfix",
  "dovecot",
  "sendmail",
  "kernel",
  "windows",
  "zeek",
  "audit",
  "pcap",
  "pcapng",
] as const;
/** One of them. */
export type FormatName = typeof formatNames[number];
/** Formats of captured packets. */
export type CaptureFormatName = "pcap" | "pcapng";
/** Formats that are read line by line. */
export type TextFormatName = Exclude<
  FormatName,
  CaptureFormatName | RecordFormat
>;

/**
 * Formats of files that one kind of program writes itself. Where two get as
 * many votes, the first one wins.
 */
const ownFiles = {
  journald,
  access: withSyslog(accessFormat),
  nginx: withSyslog(nginxFormat),
  apache: withSyslog(apacheFormat),
  vsftpd: withSyslog(vsftpdFormat),
  mysql: withSyslog(mysqlFormat),
  exim: withSyslog(eximFormat),
  named: withSyslog(namedFormat),
  samba: withSyslog(sambaFormat),
  xrdp: withSyslog(xrdpFormat),
  pf: withSyslog(pfFormat),
  postgresql: withSyslog(postgresqlFormat),
} as const satisfies Partial<Record<TextFormatName, TextFormat>>;

/** All text formats; who writes through syslog goes by his own name too. */
const textFormats: Readonly<Record<TextFormatName, TextFormat>> = {
  ...ownFiles,
  syslog,
  sshd: syslog,
  dropbear: syslog,
  pam: syslog,
  proftpd: syslog,
  "pure-ftpd": syslog,
  postfix: syslog,
  dovecot: syslog,
  sendmail: syslog,
  kernel: syslog,
};

/** Names of the formats that are read line by line. */
export const textFormatNames: readonly TextFormatName[] = formatNames.filter(
  (name): name is TextFormatName => name in textFormats,
);

/** Bytes that `detectFormat` wants to see, if there are so many. */
export const sniffBytes = 16_384;
/** Lines that vote; enough that a stray one decides nothing. */
const votersMax = 100;

/** Names of the capture formats' magic numbers (as hexadecimal). */
const captureMagic: Readonly<Record<string, CaptureFormatName>> = {
  "d4c3b2a1": "pcap",
  "a1b2c3d4": "pcap",
  "4d3cb2a1": "pcap",
  "a1b23c4d": "pcap",
  "34cdb2a1": "pcap",
  "a1b2cd34": "pcap",
  "0a0d0d0a": "pcapng",
};

/**
 * Tells the format from a file's first bytes: a capture by its magic number, a
 * text by the votes of its lines.
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
  const text = new TextDecoder(encoding).decode(head);
  const records = detectRecordFormat(text.trimStart());
  if (records !== undefined) return records;
  const lines = text.split("\n");
  // The last one may have been cut off in its middle.
  if (firstBytes.length >= sniffBytes && lines.length > 1) lines.pop();
  // After a power loss, or where a log was cut to nothing under its writer, a
  // text has zeros in it; other zeros are no text.
  return detectTextFormat(lines.map(withoutZeros)) ??
    (text.includes("\0") ? undefined : "syslog");
}

/**
 * Tells the format of a text by the votes of its first lines. A record of
 * syslog has no vote for another format, and as the others read syslog's
 * records too, syslog is chosen where nobody else has a vote.
 *
 * @returns `undefined` if no line is one of a format we know.
 */
export function detectTextFormat(
  lines: readonly string[],
): TextFormatName | undefined {
  const voters = lines.slice(0, votersMax).map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const others = voters.filter((line) => !syslog.fits(line));
  let chosen: TextFormatName | undefined = others.length < voters.length
    ? "syslog"
    : undefined;
  let most = 0;
  for (const [name, { fits }] of Object.entries(ownFiles)) {
    const votes = others.filter((line) => fits(line)).length;
    if (votes <= most) continue;
    most = votes;
    chosen = name as TextFormatName;
  }
  return chosen;
}

/** What was never written before a line. */
function withoutZeros(line: string): string {
  return line.replace(/^\0+/, "");
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
  readonly #reader: LineReader;
  #records = 0;
  #unparsed = 0;
  #untrusted = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  /** @param format Name of a text format, or a reader made elsewhere. */
  constructor(
    format: TextFormatName | LineReader,
    options: LineReaderOptions,
  ) {
    this.#reader = typeof format === "string"
      ? textFormats[format].open(options)
      : format;
  }

  /**
   * Reads one line.
   *
   * @param line Without its end.
   * @param number Number of the line, for people; left out of a live log.
   * @returns What was seen; empty when nothing or when the line is unknown.
   */
  read(line: string, number?: number): readonly Observation[] {
    if (line.charCodeAt(0) === 0) line = withoutZeros(line);
    if (line === "") return nothing;
    this.#records++;
    const seen = this.#reader.read(line, number);
    const { atMs } = this.#reader;
    if (atMs < this.#firstMs) this.#firstMs = atMs;
    if (atMs > this.#lastMs) this.#lastMs = atMs;
    if (seen === undefined) this.#unparsed++;
    else if (seen === "untrusted") this.#untrusted++;
    else return seen;
    return nothing;
  }

  /** What became of the lines so far. */
  get counters(): LogCounters {
    return {
      ...this.#reader.counters,
      records: this.#records,
      unparsed: this.#unparsed,
      untrusted: this.#untrusted,
      firstMs: Number.isFinite(this.#firstMs) ? this.#firstMs : NaN,
      lastMs: Number.isFinite(this.#lastMs) ? this.#lastMs : NaN,
    };
  }
}
