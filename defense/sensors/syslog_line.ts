/**
 * The envelope of a log line: when, on which host, by which program and pid.
 * Understands the classic form (RFC 3164), that of RFC 5424, an optional
 * priority, and the habits of real writers: no host, `[sshd]` for `sshd:`,
 * `sshd(pam_unix)[7]:`, `/usr/sbin/sshd[7]:`, facility and severity in words.
 * What the message means is left to the parsers of each program.
 *
 * The program is what stands at the program's place and nowhere else, so a
 * message that quotes another program's line is not taken for it.
 *
 * @module
 */
import { zoneOffsetMinutes } from "./zone_names.ts";
import { SyslogClock, type SyslogClockOptions } from "./syslog_time.ts";

/** One record of a log, in whatever form the host keeps it. */
export interface LogRecord {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** Name of the host that wrote it, empty if the record does not say. */
  readonly host: string;
  /** Program without path, pid or tag: `sshd`. */
  readonly program: string;
  /** What stood in parentheses behind the program: `pam_unix`; else empty. */
  readonly tag: string;
  /** Process id, or -1. */
  readonly pid: number;
  readonly message: string;
}

/** Reads lines of one log, in its order. */
export class SyslogLineReader {
  readonly #clock: SyslogClock;
  #sawTime = false;

  constructor(options: SyslogClockOptions) {
    this.#clock = new SyslogClock(options);
    this.#clock.atMs = Date.UTC(options.referenceYear, 0, 1);
  }

  /**
   * Reads one line, without its line end. In a log that has no time stamps
   * at all (`journalctl -o cat` with names), `host program[pid]:` is enough,
   * and the time is the beginning of the reference year; after the first
   * stamp, a line without one is somebody's second line and no record.
   *
   * @returns `undefined` when the line is no log line.
   */
  read(line: string): LogRecord | undefined {
    let at = afterPriority(line);
    // The priority is left out where the file is all that reads the line.
    const structured = line.charCodeAt(at) === 49 &&
      line.charCodeAt(at + 1) === 32;
    if (structured) at += 2;
    const stampEnd = this.#clock.read(line, at);
    if (stampEnd >= 0) {
      if (line.charCodeAt(stampEnd) !== 32) return undefined;
      if (isDatabaseStamp(line, at, stampEnd)) return undefined;
      this.#sawTime = true;
      at = stampEnd + 1;
      while (line.charCodeAt(at) === 32) at++;
      if (line.charCodeAt(at) === 60) at = afterFacility(line, at);
    } else if (structured || this.#sawTime) return undefined;
    const atMs = this.#clock.atMs;
    if (structured) return readStructured(line, at, atMs);
    return readTagged(line, afterLevel(line, at), atMs, stampEnd < 0);
  }
}

/** Where the line goes on behind `<34>`; 0 if there is no priority. */
function afterPriority(line: string): number {
  if (line.charCodeAt(0) !== 60) return 0;
  const end = line.indexOf(">", 1);
  return end >= 2 && end <= 4 ? end + 1 : 0;
}

const zoneBehind = / (?:[A-Z]{3,5}|[+-]\d\d)(?=[ :,])/y;

/**
 * Whether a stamp is PostgreSQL's, `2026-11-23 03:26:55.123 CET`. What stands
 * behind it are names that its clients chose, which may look like a program.
 */
function isDatabaseStamp(line: string, from: number, end: number): boolean {
  if (line.charCodeAt(from + 10) !== 32 || line.charCodeAt(from) > 57) {
    return false;
  }
  zoneBehind.lastIndex = end;
  const zone = zoneBehind.exec(line);
  return zone !== null && zoneOffsetMinutes(zone[0].slice(1)) !== undefined;
}

/** Where the line goes on behind `<auth.info> `, as FreeBSD's `syslogd -v` adds. */
function afterFacility(line: string, from: number): number {
  const end = line.indexOf("> ", from);
  return end > 0 && end - from <= 18 ? end + 2 : from;
}

/** Facility and severity in words. */
const level =
  /(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|ntp|security|console|local[0-7])\.(?:emerg|panic|alert|crit|err|error|warn|warning|notice|info|debug) (?=\S)/y;

/**
 * Where the line goes on behind `auth.info `: BusyBox's syslogd (Alpine) adds
 * it behind the host, OpenWrt's `logread` writes it instead.
 */
function afterLevel(line: string, from: number): number {
  level.lastIndex = from;
  return level.test(line) ? level.lastIndex : from;
}

/** `[host ][level ]program[(tag)][[pid]]: message`. */
function readTagged(
  line: string,
  from: number,
  atMs: number,
  needsPid: boolean,
): LogRecord | undefined {
  let host = "";
  let at = from;
  if (line.charCodeAt(from) !== 91) {
    const space = line.indexOf(" ", from);
    if (space < 0) return undefined;
    // "dropbear[12]:" or "kernel:" directly behind the stamp is no host.
    if (line.charCodeAt(space - 1) !== 58) {
      host = line.slice(from, space);
      at = afterLevel(line, space + 1);
    }
  }
  if (line.charCodeAt(at) === 91) {
    const end = line.indexOf("]", at);
    if (end < 0 || needsPid) return undefined;
    let message = end + 1;
    if (line.charCodeAt(message) === 58) message++;
    if (line.charCodeAt(message) !== 32) return undefined;
    const program = line.slice(at + 1, end);
    return {
      atMs,
      host,
      program,
      tag: "",
      pid: -1,
      message: line.slice(message + 1),
    };
  }
  let start = at;
  let code = line.charCodeAt(at);
  while (isProgramCharacter(code)) {
    if (code === 47) start = at + 1;
    code = line.charCodeAt(++at);
  }
  if (at === start) return undefined;
  const program = line.slice(start, at);
  // As GDM's helpers call themselves: "gdm-password][7]: ".
  if (code === 93) code = line.charCodeAt(++at);
  let tag = "";
  if (code === 40) {
    const end = line.indexOf(")", at);
    if (end < 0) return undefined;
    tag = line.slice(at + 1, end);
    at = end + 1;
    code = line.charCodeAt(at);
  }
  let pid = -1;
  if (code === 91) {
    pid = 0;
    for (code = line.charCodeAt(++at); code >= 48 && code <= 57;) {
      pid = pid * 10 + code - 48;
      code = line.charCodeAt(++at);
    }
    if (code !== 93 || pid > 2 ** 31) return undefined;
    code = line.charCodeAt(++at);
  } else if (needsPid) return undefined;
  if (code === 58) code = line.charCodeAt(++at);
  if (code !== 32) return undefined;
  return { atMs, host, program, tag, pid, message: line.slice(at + 1) };
}

/** Letters, digits, `-` `.` `/` `_`. */
function isProgramCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) ||
    (code >= 45 && code <= 57) || code === 95;
}

/** `host program pid message-id structured-data message` (RFC 5424, section 6). */
const structuredRest =
  /^(\S+) (\S+) (\S+) \S+ (?:-|(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])+)(?: \uFEFF?(.*))?$/s;

function readStructured(
  line: string,
  from: number,
  atMs: number,
): LogRecord | undefined {
  const match = structuredRest.exec(line.slice(from));
  if (!match) return undefined;
  const [, host = "", program = "", pidText = "", message = ""] = match;
  return {
    atMs,
    host: host === "-" ? "" : host,
    program: program.slice(program.lastIndexOf("/") + 1),
    tag: "",
    pid: /^\d{1,9}$/.test(pidText) ? Number(pidText) : -1,
    message,
  };
}
