/**
 * From the fields of a stamp to a time. What a stamp leaves out is guessed as
 * fail2ban does: a date without year is of this year, or of last year if it
 * would lie more than a day ahead; a time without date is of today, or of
 * yesterday.
 *
 * @module
 */
import { monthNumber, weekdayNumber } from "./stamp_formats.ts";
import { zoneOffsetMinutes } from "../zone_names.ts";

/** What a stamp leaves unsaid. */
export interface StampClock {
  /** Wall clock milliseconds that count as now. */
  readonly nowMs: number;
  /**
   * Minutes that the log's zone is ahead of UTC at a local time, given as if
   * it were UTC.
   */
  offsetMinutesAt(localMs: number): number;
}

const dayMs = 86_400_000;

/**
 * Wall clock milliseconds of a stamp.
 *
 * @param group Text of a field's group.
 * @returns `undefined` for a date that does not exist, or a zone we do not know.
 */
export function stampTime(
  group: (name: string) => string | undefined,
  clock: StampClock,
): number | undefined {
  const localNow = clock.nowMs + clock.offsetMinutesAt(clock.nowMs) * 60_000;
  const now = new Date(localNow);
  const number = (name: string) => {
    const text = group(name);
    return text === undefined ? undefined : Number(text);
  };
  const fullYear = yearOf(number("Y"), number("y"));
  let year = fullYear ?? now.getUTCFullYear();
  let month = monthNumber(group);
  let day = number("d");
  if (month === undefined || day === undefined) {
    const ordinal = number("j") ?? weekOrdinal(year, group);
    if (ordinal !== undefined) {
      const date = new Date(Date.UTC(year, 0, ordinal));
      year = date.getUTCFullYear();
      month = date.getUTCMonth() + 1;
      day = date.getUTCDate();
    }
  }
  const today = month === undefined && day === undefined;
  if (today) {
    month = now.getUTCMonth() + 1;
    day = now.getUTCDate();
  }
  if (month === undefined || day === undefined) return undefined;
  const zone = group("z") ?? group("Z");
  const zoneMinutes = zone === undefined ? undefined : zoneOffsetMinutes(zone);
  if (zone !== undefined && zoneMinutes === undefined) return undefined;
  const time = [
    hourOf(group),
    number("M") ?? 0,
    number("S") ?? 0,
  ] as const;
  const at = (ofYear: number): number | undefined => {
    const localMs = Date.UTC(ofYear, month - 1, day, ...time);
    const date = new Date(localMs);
    if (date.getUTCMonth() !== month - 1) return undefined;
    return localMs - (zoneMinutes ?? clock.offsetMinutesAt(localMs)) * 60_000;
  };
  let atMs = at(year);
  if (atMs !== undefined && today && atMs > clock.nowMs) atMs -= dayMs;
  if (fullYear === undefined && (atMs ?? Infinity) > clock.nowMs + dayMs) {
    atMs = at(year - 1);
  }
  return atMs === undefined || Number.isNaN(atMs) ? undefined : atMs;
}

/** Two digits are of this century. */
function yearOf(
  full: number | undefined,
  short: number | undefined,
): number | undefined {
  return full ?? (short === undefined ? undefined : short + 2_000);
}

function hourOf(group: (name: string) => string | undefined): number {
  const hour = group("H");
  if (hour !== undefined) return Number(hour);
  const twelve = Number(group("I") ?? "0") % 12;
  return group("p")?.toLowerCase() === "pm" ? twelve + 12 : twelve;
}

/** Day of the year, from the week (of Sunday or Monday) and the weekday. */
function weekOrdinal(
  year: number,
  group: (name: string) => string | undefined,
): number | undefined {
  const weekday = weekdayNumber(group);
  const sunday = group("U");
  const week = sunday ?? group("W");
  if (week === undefined || weekday === undefined) return undefined;
  // Days of the week since it began: on Sunday for %U, on Monday for %W.
  const shift = sunday === undefined ? 0 : 1;
  const into = (weekday + shift) % 7;
  const firstInto = (new Date(Date.UTC(year, 0, 1)).getUTCDay() + 6 + shift) %
    7;
  const firstWeek = (7 - firstInto) % 7;
  return 1 + firstWeek + (Number(week) - 1) * 7 + into;
}
