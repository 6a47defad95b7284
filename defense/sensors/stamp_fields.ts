/**
 * The fields of a stamp at their places in a line, read without cutting the
 * line up, and the days of the Gregorian calendar.
 *
 * @module
 */

const dayMs = 86_400_000;
const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** 0 to 11, or -1 where no English month name stands. */
export function monthAt(line: string, from: number): number {
  const at = monthNames.indexOf(line.slice(from, from + 3));
  return at >= 0 && at % 3 === 0 ? at / 3 : -1;
}

/** The digit at `at`, or -1. */
export function digit(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return code >= 48 && code <= 57 ? code - 48 : -1;
}

/** Two digits as a number, or NaN. */
export function pair(line: string, at: number): number {
  const tens = digit(line, at);
  const ones = digit(line, at + 1);
  return tens >= 0 && ones >= 0 ? tens * 10 + ones : NaN;
}

/** Four digits as a number, or NaN. */
export function fourDigits(line: string, at: number): number {
  return pair(line, at) * 100 + pair(line, at + 2);
}

/** Milliseconds since midnight of `HH:MM:SS`, or -1; allows a leap second. */
export function clockAt(line: string, from: number): number {
  const hours = pair(line, from);
  const minutes = pair(line, from + 3);
  const seconds = pair(line, from + 6);
  return line.charCodeAt(from + 2) === 58 && line.charCodeAt(from + 5) === 58 &&
      hours <= 23 && minutes <= 59 && seconds <= 60
    ? ((hours * 60 + minutes) * 60 + seconds) * 1_000
    : -1;
}

/** Whether a year of the Gregorian calendar has a 29 February. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month, 0 to 11. */
export function daysInMonth(year: number, month: number): number {
  return month === 1 && isLeap(year) ? 29 : monthDays[month] ?? 0;
}

/** Days from 1970-01-01 to a day of the Gregorian calendar; `month` 0 to 11. */
export function daysSinceEpoch(
  year: number,
  month: number,
  day: number,
): number {
  return Date.UTC(year, month, day) / dayMs;
}
