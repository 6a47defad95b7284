/**
 * Times as exports of events write them (ISO 8601, RFC 3339, or seconds or
 * milliseconds since 1970). Stamps of syslog are `syslog_time.ts`'s.
 *
 * @module
 */
import type { FromLocal } from "./log_zone.ts";

const isoTime =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?$/;
/** Seconds, or milliseconds, since 1970. */
const epochTime = /^\d{10}(?:\d{3})?(?:\.\d{1,9})?$/;
/** As PowerShell 5 and .NET before it write a time in JSON, in milliseconds. */
const dateTime = /^\/Date\((\d{12,14})(?:[+-]\d{4})?\)\/$/;

/**
 * Reads a time as exports write it: ISO 8601 with `T` or a blank, up to nine
 * decimals, with or without zone; or seconds or milliseconds since 1970.
 *
 * @param fromLocal For a time that names no zone; it is in UTC if absent.
 * @returns Milliseconds; `undefined` for anything else.
 */
export function readEventTime(
  text: string,
  fromLocal?: FromLocal,
): number | undefined {
  const parts = isoTime.exec(text);
  if (!parts) {
    const date = dateTime.exec(text);
    if (date) return Number(date[1]);
    if (!epochTime.test(text)) return undefined;
    const value = Number(text);
    return Math.floor(value < 1e11 ? value * 1_000 : value);
  }
  const [, date, time, fraction = "", zone] = parts;
  const plain = `${date}T${time}${fraction.slice(0, 4)}`;
  const atMs = Date.parse(`${plain}${zone ?? "Z"}`);
  if (Number.isNaN(atMs)) return undefined;
  return zone === undefined && fromLocal ? fromLocal(atMs) : atMs;
}

/** Whether a time names its zone. */
export function namesZone(text: string): boolean {
  return isoTime.exec(text)?.[4] !== undefined || epochTime.test(text) ||
    dateTime.test(text);
}
