/**
 * Time stamps of log lines, read without `Date.parse`: the classic form of
 * RFC 3164 (`Nov 23 03:26:55`, section 4.1.2), which has neither year nor
 * zone, and that of RFC 3339 / ISO 8601 (RFC 5424, section 6.2.3); and what
 * others make of them:
 *
 * | stamp | who writes it |
 * | --- | --- |
 * | `Nov 23 2026 03:26:55` | routers, some templates of rsyslog |
 * | `Mon Nov 23 03:26:55 2026` | `logread` of OpenWrt |
 * | `Mon 2026-11-23 03:26:55 CET` | `journalctl -o short-full` |
 * | `1795404415.123456` | `journalctl -o short-unix` |
 * | `Okt 23 03:26:55`, `févr. 23 03:26:55` | `journalctl` in the host's language |
 *
 * The year of a classic stamp is guessed from the lines before it: a log
 * that jumps back by more than a month has passed New Year, and a December
 * line just after a January one is a late one. No stamp is placed after
 * `notAfterMs`, if that is known. Who wrote the line is `syslog_line.ts`'s
 * question.
 *
 * @module
 */
import { type FromLocal, fromLocalIn, type LogZone } from "./log_zone.ts";
import { foreignMonthAt } from "./month_names.ts";
import {
  clockAt,
  daysInMonth,
  daysSinceEpoch,
  digit,
  fourDigits,
  isLeap,
  monthAt,
  pair,
} from "./stamp_fields.ts";

/** What a stamp leaves unsaid. */
export interface SyslogClockOptions extends LogZone {
  /** Year of the first stamp that names none. */
  readonly referenceYear: number;
  /** Wall clock milliseconds that no record can lie far behind of; no bound if absent. */
  readonly notAfterMs?: number;
  /** The same for a log that grows, whose bound moves; asked instead if there. */
  readonly nowMs?: () => number;
}

const dayMs = 86_400_000;
/** A step back by more than this is New Year, not disorder. Our choice. */
const newYearStepMs = 31 * dayMs;
/** A step ahead by more than this is a late line of last December. Our choice. */
const lateLineStepMs = 300 * dayMs;
/** How far a host's clock and zone may be ahead of ours. Our choice. */
const aheadMsMax = dayMs;
const weekday = /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? {1,2}(?=[A-Z2])/y;
/** A zone's name; the log was written in it, so it is the host's own, or UTC. */
const zoneName = / (UTC|GMT|[A-Z]{3,5}|[+-]\d\d)(?= )/y;
const epoch = /(\d{10})\.(\d{3})\d{0,6}(?= )/y;

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
  readonly #fromLocal: FromLocal;
  readonly #nowMs: () => number;
  #year: number;
  /** Last classic stamp in place; `undefined` before the first. */
  #lastMs: number | undefined;
  /** First 15 characters of the last classic stamp, and what they meant. */
  #stamp = "";
  #stampMs = 0;
  /** The last stamp that named its year, as if it were in UTC. */
  #localMs = 0;

  constructor(options: SyslogClockOptions) {
    this.#year = options.referenceYear;
    this.#fromLocal = fromLocalIn(options);
    const { notAfterMs = Infinity, nowMs = () => notAfterMs } = options;
    this.#nowMs = nowMs;
  }

  /**
   * Reads the stamp that begins at `from`.
   *
   * @returns Where the stamp ends, or -1 if there is none; `atMs` is its time.
   */
  read(line: string, from: number): number {
    const first = line.charCodeAt(from);
    if (first >= 65 && first <= 90) {
      const end = this.#classic(line, from);
      return end >= 0 ? end : this.#withWeekday(line, from);
    }
    if (first >= 97 && first <= 122) return this.#classic(line, from);
    if (first < 48 || first > 57) return -1;
    return line.charCodeAt(from + 4) === 45
      ? this.#iso(line, from)
      : this.#epoch(line, from);
  }

  /** `Mon Nov 23 03:26:55 2026`, `Mon 2026-11-23 03:26:55 CET`. */
  #withWeekday(line: string, from: number): number {
    weekday.lastIndex = from;
    if (!weekday.test(line)) return -1;
    const at = weekday.lastIndex;
    if (line.charCodeAt(at) >= 65) return this.#classic(line, at, true);
    const end = this.#iso(line, at);
    zoneName.lastIndex = end;
    const name = end < 0 ? null : zoneName.exec(line);
    if (!name) return end;
    const localMs = this.#localMs;
    if (name[1] === "UTC" || name[1] === "GMT") this.atMs = localMs;
    return end + name[0].length;
  }

  #epoch(line: string, from: number): number {
    epoch.lastIndex = from;
    const match = epoch.exec(line);
    if (!match) return -1;
    this.atMs = Number(match[1]) * 1_000 + Number(match[2]);
    return from + match[0].length;
  }

  /** @param namesYear The year stands behind the time. */
  #classic(line: string, from: number, namesYear = false): number {
    if (
      !namesYear && this.#stamp !== "" && line.startsWith(this.#stamp, from)
    ) {
      this.atMs = this.#stampMs;
      return this.#fraction(line, from + 15);
    }
    let month = monthAt(line, from);
    // The day is "23", " 2" or, from sloppy writers, "2".
    let at = from + 4;
    if (month < 0 || line.charCodeAt(from + 3) !== 32) {
      const named = foreignMonthAt(line, from);
      if (named === undefined) return -1;
      month = named.month;
      at = named.end + 1;
    }
    if (line.charCodeAt(at) === 32) at++;
    let day = digit(line, at++);
    const second = digit(line, at);
    if (second >= 0) {
      day = day * 10 + second;
      at++;
    }
    if (day < 1 || line.charCodeAt(at) !== 32) return -1;
    const clockMs = clockAt(line, at + 1);
    if (clockMs < 0) return this.#behindYear(line, at, month, day);
    if (namesYear) return this.#beforeYear(line, at + 9, month, day, clockMs);
    const atMs = this.#place(month, day, clockMs);
    if (atMs === undefined) return -1;
    this.atMs = atMs;
    const end = at + 9;
    if (end === from + 15) {
      this.#stamp = line.slice(from, end);
      this.#stampMs = this.atMs;
    }
    return this.#fraction(line, end);
  }

  /** `Nov 23 2026 03:26:55`: the year stands at `at`. */
  #behindYear(line: string, at: number, month: number, day: number): number {
    const year = fourDigits(line, at + 1);
    const clockMs = clockAt(line, at + 6);
    if (clockMs < 0 || line.charCodeAt(at + 5) !== 32) return -1;
    return this.#inYear(year, month, day, clockMs)
      ? this.#fraction(line, at + 14)
      : -1;
  }

  /** `Nov 23 03:26:55 2026`: the time ends at `at`. */
  #beforeYear(
    line: string,
    at: number,
    month: number,
    day: number,
    clockMs: number,
  ): number {
    this.atMs = 0;
    const yearAt = this.#fraction(line, at);
    const fractionMs = this.atMs;
    const year = fourDigits(line, yearAt + 1);
    if (line.charCodeAt(yearAt) !== 32 || digit(line, yearAt + 5) >= 0) {
      return -1;
    }
    return this.#inYear(year, month, day, clockMs + fractionMs)
      ? yearAt + 5
      : -1;
  }

  /** Takes a day of a year that was named; whether there is such a day. */
  #inYear(year: number, month: number, day: number, clockMs: number): boolean {
    if (!(year >= 1970) || day > daysInMonth(year, month)) return false;
    this.#localMs = daysSinceEpoch(year, month, day) * dayMs + clockMs;
    this.atMs = this.#fromLocal(this.#localMs);
    return true;
  }

  /** Chooses the year of a classic stamp; `undefined` if no year has that day. */
  #place(month: number, day: number, clockMs: number): number | undefined {
    const inYear = (year: number) =>
      this.#fromLocal(daysSinceEpoch(year, month, day) * dayMs + clockMs);
    if (day > daysInMonth(2000, month)) return undefined;
    const latestMs = this.#nowMs() + aheadMsMax;
    const lastMs = this.#lastMs;
    let atMs = inYear(this.#year);
    if (lastMs === undefined) {
      const isLeapDay = month === 1 && day === 29;
      while (
        this.#year > 1970 &&
        (atMs > latestMs || isLeapDay && !isLeap(this.#year))
      ) atMs = inYear(--this.#year);
    } else if (atMs < lastMs - newYearStepMs) {
      const next = inYear(this.#year + 1);
      if (next <= latestMs) {
        this.#year++;
        atMs = next;
      }
    } else if (atMs > lastMs + lateLineStepMs || atMs > latestMs) {
      return inYear(this.#year - 1);
    }
    this.#lastMs = atMs;
    return atMs;
  }

  #iso(line: string, from: number): number {
    const year = fourDigits(line, from);
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
    const end = this.#fraction(line, from + 19);
    this.#localMs = this.atMs;
    return this.#zone(line, end);
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
      this.atMs = this.#fromLocal(this.atMs);
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
