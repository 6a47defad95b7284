/**
 * Time stamps of log lines, read without `Date.parse`: the classic form of
 * RFC 3164 (`Nov 23 03:26:55`, section 4.1.2), which has neither year nor
 * zone, and that of RFC 3339 / ISO 8601 (RFC 5424, section 6.2.3).
 *
 * The year of a classic stamp is guessed from the lines before it: a log
 * that jumps back by more than a month has passed New Year, and a December
 * line just after a January one is a late one. No stamp is placed after
 * `notAfterMs`, if that is known. Who wrote the line is `syslog_line.ts`'s
 * question.
 *
 * @module
 */

/** What a stamp leaves unsaid. */
export interface SyslogClockOptions {
  /** Year of the first stamp that names none. */
  readonly referenceYear: number;
  /** Wall clock milliseconds that no record can lie far behind of; no bound if absent. */
  readonly notAfterMs?: number;
  /** Minutes that stamps without a zone are ahead of UTC; 0 if absent. */
  readonly zoneOffsetMinutes?: number;
}

const dayMs = 86_400_000;
/** A step back by more than this is New Year, not disorder. Our choice. */
const newYearStepMs = 31 * dayMs;
/** A step ahead by more than this is a late line of last December. Our choice. */
const lateLineStepMs = 300 * dayMs;
/** How far a host's clock and zone may be ahead of ours. Our choice. */
const aheadMsMax = dayMs;
const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Reads the stamps of one log, in its order.
 *
 * @example
 * ```ts
 * import { SyslogClock } from "./syslog_time.ts";
 *
 * const clock = new SyslogClock({ referenceYear: 2026 });
 * clock.read("Nov 23 03:26:55 host sshd[7]: hello", 0); // 15, the stamp's end
 * clock.atMs; // 2026-11-23T03:26:55Z
 * ```
 */
export class SyslogClock {
  /** Wall clock milliseconds of the last stamp that was read. */
  atMs = 0;
  readonly #zoneMs: number;
  readonly #latestMs: number;
  #year: number;
  /** Last classic stamp in place; `undefined` before the first. */
  #lastMs: number | undefined;
  /** First 15 characters of the last classic stamp, and what they meant. */
  #stamp = "";
  #stampMs = 0;

  constructor(options: SyslogClockOptions) {
    this.#year = options.referenceYear;
    this.#zoneMs = (options.zoneOffsetMinutes ?? 0) * 60_000;
    this.#latestMs = (options.notAfterMs ?? Infinity) + aheadMsMax;
  }

  /**
   * Reads the stamp that begins at `from`.
   *
   * @returns Where the stamp ends, or -1 if there is none; `atMs` is its time.
   */
  read(line: string, from: number): number {
    const first = line.charCodeAt(from);
    if (first >= 65 && first <= 90) return this.#classic(line, from);
    if (first >= 48 && first <= 57) return this.#iso(line, from);
    return -1;
  }

  #classic(line: string, from: number): number {
    if (this.#stamp !== "" && line.startsWith(this.#stamp, from)) {
      this.atMs = this.#stampMs;
      return this.#fraction(line, from + 15);
    }
    const month = monthAt(line, from);
    if (month < 0 || line.charCodeAt(from + 3) !== 32) return -1;
    // The day is "23", " 2" or, from sloppy writers, "2".
    let at = from + 4;
    if (line.charCodeAt(at) === 32) at++;
    let day = digit(line, at++);
    const second = digit(line, at);
    if (second >= 0) {
      day = day * 10 + second;
      at++;
    }
    if (day < 1 || line.charCodeAt(at) !== 32) return -1;
    const clockMs = clockAt(line, at + 1);
    if (clockMs < 0) return -1;
    const atMs = this.#place(month, day, clockMs - this.#zoneMs);
    if (atMs === undefined) return -1;
    this.atMs = atMs;
    const end = at + 9;
    if (end === from + 15) {
      this.#stamp = line.slice(from, end);
      this.#stampMs = this.atMs;
    }
    return this.#fraction(line, end);
  }

  /** Chooses the year of a classic stamp; `undefined` if no year has that day. */
  #place(month: number, day: number, clockMs: number): number | undefined {
    const inYear = (year: number) =>
      daysSinceEpoch(year, month, day) * dayMs + clockMs;
    if (day > (month === 1 ? 29 : monthDays[month] ?? 0)) return undefined;
    let atMs = inYear(this.#year);
    const lastMs = this.#lastMs;
    if (lastMs === undefined) {
      if (atMs > this.#latestMs) atMs = inYear(--this.#year);
    } else if (atMs < lastMs - newYearStepMs) {
      const next = inYear(this.#year + 1);
      if (next <= this.#latestMs) {
        this.#year++;
        atMs = next;
      }
    } else if (atMs > lastMs + lateLineStepMs || atMs > this.#latestMs) {
      return inYear(this.#year - 1);
    }
    this.#lastMs = atMs;
    return atMs;
  }

  #iso(line: string, from: number): number {
    const year = pair(line, from) * 100 + pair(line, from + 2);
    const month = pair(line, from + 5) - 1;
    const day = pair(line, from + 8);
    const between = line.charCodeAt(from + 10);
    if (
      line.charCodeAt(from + 4) !== 45 || line.charCodeAt(from + 7) !== 45 ||
      (between !== 84 && between !== 116 && between !== 32)
    ) return -1;
    const clockMs = clockAt(line, from + 11);
    if (
      clockMs < 0 || !(year >= 1970) || !(month >= 0) || month > 11 ||
      !(day >= 1) || day > daysInMonth(year, month)
    ) return -1;
    this.atMs = daysSinceEpoch(year, month, day) * dayMs + clockMs;
    return this.#zone(line, this.#fraction(line, from + 19));
  }

  /** Adds `.123456` at `from`, if it stands there; microseconds are dropped. */
  #fraction(line: string, from: number): number {
    const point = line.charCodeAt(from);
    if (point !== 46 && point !== 44) return from;
    let at = from + 1;
    let unitMs = 100;
    let fractionMs = 0;
    for (let value = digit(line, at); value >= 0; value = digit(line, ++at)) {
      fractionMs += value * unitMs;
      unitMs = unitMs > 1 ? unitMs / 10 : 0;
    }
    if (at === from + 1) return from;
    this.atMs += fractionMs;
    return at;
  }

  /** Takes `Z`, `+01:00`, `+0100` or, if none stands there, the host's zone. */
  #zone(line: string, from: number): number {
    const sign = line.charCodeAt(from);
    if (sign === 90 || sign === 122) return from + 1;
    if (sign !== 43 && sign !== 45) {
      this.atMs -= this.#zoneMs;
      return from;
    }
    const colon = line.charCodeAt(from + 3) === 58 ? 1 : 0;
    const hours = pair(line, from + 1);
    const minutes = pair(line, from + 3 + colon);
    if (!(hours <= 23) || !(minutes <= 59)) return -1;
    const offsetMs = (hours * 60 + minutes) * 60_000;
    this.atMs += sign === 43 ? -offsetMs : offsetMs;
    return from + 5 + colon;
  }
}

/** 0 to 11, or -1 where no English month name stands. */
function monthAt(line: string, from: number): number {
  const at = monthNames.indexOf(line.slice(from, from + 3));
  return at >= 0 && at % 3 === 0 ? at / 3 : -1;
}

/** The digit at `at`, or -1. */
function digit(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return code >= 48 && code <= 57 ? code - 48 : -1;
}

/** Two digits as a number, or NaN. */
function pair(line: string, at: number): number {
  const tens = digit(line, at);
  const ones = digit(line, at + 1);
  return tens >= 0 && ones >= 0 ? tens * 10 + ones : NaN;
}

/** Milliseconds since midnight of `HH:MM:SS`, or -1; allows a leap second. */
function clockAt(line: string, from: number): number {
  const hours = pair(line, from);
  const minutes = pair(line, from + 3);
  const seconds = pair(line, from + 6);
  return line.charCodeAt(from + 2) === 58 && line.charCodeAt(from + 5) === 58 &&
      hours <= 23 && minutes <= 59 && seconds <= 60
    ? ((hours * 60 + minutes) * 60 + seconds) * 1_000
    : -1;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  return month === 1 && isLeap(year) ? 29 : monthDays[month] ?? 0;
}

/** Days from 1970-01-01 to a day of the Gregorian calendar; `month` 0 to 11. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  return Date.UTC(year, month, day) / dayMs;
}
