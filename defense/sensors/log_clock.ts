/**
 * Time stamps of log files that are no syslog, each in the form that its
 * service writes. Where a stamp names no zone, it is in the host's own.
 *
 * @module
 */
import { type FromLocal, fromLocalIn, type LogZone } from "./log_zone.ts";

export type { LogZone } from "./log_zone.ts";

/** A time, and where in the line its stamp ends. */
export interface Stamp {
  /** Wall clock milliseconds. */
  readonly atMs: number;
  /** Index of the first character behind the stamp. */
  readonly end: number;
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

const ctime =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4})/y;
const numeric =
  /(\d{4})[-/](\d\d)[-/](\d\d)(?:T| {1,2})(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?![A-Za-z0-9]))?/y;
const request =
  /(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?: ([+-]\d{4}))?/y;
const dayFirst =
  /(\d{1,2})[- ]([A-Z][a-z]{2})[- ](\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (UTC|GMT|[+-]\d{4})(?!\w))?/y;
const twoDigitYear = /(\d\d)(\d\d)(\d\d) +(\d{1,2}):(\d\d):(\d\d)/y;
const compact = /(\d{4})(\d\d)(\d\d)-(\d\d):(\d\d):(\d\d)/y;

/** Reads stamps of one log. */
export class LogClock {
  readonly #fromLocal: FromLocal;

  constructor(zone: LogZone) {
    this.#fromLocal = fromLocalIn(zone);
  }

  /** `Sun Dec 04 04:47:44.123456 2005`: vsftpd, Apache's error log. */
  ctime(line: string, from: number): Stamp | undefined {
    ctime.lastIndex = from;
    const match = ctime.exec(line);
    if (!match) return undefined;
    const [all, month = "", day, hour, minute, second, fraction, year] = match;
    return this.#stamp(
      from + all.length,
      [year, monthOf(month), day, hour, minute, second],
      fraction,
    );
  }

  /** `2026/11/23 03:26:55`, `2026-11-23T3:26:55.123+01:00`: most others. */
  numeric(line: string, from: number): Stamp | undefined {
    numeric.lastIndex = from;
    const match = numeric.exec(line);
    if (!match) return undefined;
    const [all, year, month, day, hour, minute, second, fraction, zone] = match;
    return this.#stamp(
      from + all.length,
      [year, Number(month), day, hour, minute, second],
      fraction,
      zone,
    );
  }

  /** `23/Nov/2026:03:26:55 +0100`: access logs. */
  request(line: string, from: number): Stamp | undefined {
    request.lastIndex = from;
    const match = request.exec(line);
    if (!match) return undefined;
    const [all, day, month = "", year, hour, minute, second, zone] = match;
    return this.#stamp(
      from + all.length,
      [year, monthOf(month), day, hour, minute, second],
      undefined,
      zone,
    );
  }

  /** `23-Nov-2026 03:26:55.123`: BIND; with spaces and a zone: Samba. */
  dayFirst(line: string, from: number): Stamp | undefined {
    dayFirst.lastIndex = from;
    const match = dayFirst.exec(line);
    if (!match) return undefined;
    const [all, day, month = "", year, hour, minute, second, fraction, zone] =
      match;
    return this.#stamp(
      from + all.length,
      [year, monthOf(month), day, hour, minute, second],
      fraction,
      zone,
    );
  }

  /** `261123  3:26:55`: MySQL up to 5.6. */
  twoDigitYear(line: string, from: number): Stamp | undefined {
    twoDigitYear.lastIndex = from;
    const match = twoDigitYear.exec(line);
    if (!match) return undefined;
    const [all, year, month, day, hour, minute, second] = match;
    return this.#stamp(
      from + all.length,
      [`20${year}`, Number(month), day, hour, minute, second],
    );
  }

  /** `20261123-03:26:55`: xrdp. */
  compact(line: string, from: number): Stamp | undefined {
    compact.lastIndex = from;
    const match = compact.exec(line);
    if (!match) return undefined;
    const [all, year, month, day, hour, minute, second] = match;
    return this.#stamp(
      from + all.length,
      [year, Number(month), day, hour, minute, second],
    );
  }

  #stamp(
    end: number,
    fields: readonly (string | number | undefined)[],
    fraction?: string,
    zone?: string,
  ): Stamp | undefined {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
      fields.map(Number);
    const midnightMs = Date.UTC(year, month - 1, day);
    // `Date.UTC` would carry 31 April over into May.
    const isDay = new Date(midnightMs).getUTCDate() === day;
    if (
      !(year >= 1970) || !(month >= 1 && month <= 12) || !isDay || hour > 23 ||
      minute > 59 || second > 60
    ) return undefined;
    const fractionMs = fraction === undefined
      ? 0
      : Number(fraction.padEnd(3, "0").slice(0, 3));
    const localMs = midnightMs + ((hour * 60 + minute) * 60 + second) * 1_000 +
      fractionMs;
    return {
      atMs: zone === undefined
        ? this.#fromLocal(localMs)
        : localMs - zoneMsOf(zone),
      end,
    };
  }
}

/** 1 to 12; NaN where no English month is named. */
function monthOf(name: string): number {
  const at = months.indexOf(name);
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : NaN;
}

function zoneMsOf(zone: string): number {
  const sign = zone.charCodeAt(0);
  if (sign !== 43 && sign !== 45) return 0;
  const digits = zone.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (sign === 43 ? minutes : -minutes) * 60_000;
}
