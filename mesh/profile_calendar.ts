/**
 * Which profile the calendar wants: one for each day of the week, each from a
 * time of day that is the same for all. So a calendar cannot ask for more than
 * one change a day (design §5), whatever is written in it.
 *
 * A day begins `beginsAtMinute` after local midnight, in real minutes: on the
 * two days a year on which clocks are put forward or back, an hour early or
 * late by the wall. The time zone is named, so the same calendar means the same
 * on every host; where it names none, its owner hands in the host's.
 *
 * The calendar is no secret, but it is not on the wire either: what a change by
 * it tells is counted as log2 of the number of its profiles.
 *
 * @module
 */
import type { ProfileName } from "./profile.ts";

/** Days of the week as calendars write them. */
export const weekdays = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
] as const;
/** One of them. */
export type Weekday = typeof weekdays[number];

/** One profile for each day. */
export interface ProfileCalendar {
  /** For each day of the week. */
  readonly days: Readonly<Record<Weekday, ProfileName>>;
  /** Minutes after midnight, 0 to 1439, at which a day's profile begins. */
  readonly beginsAtMinute: number;
  /** IANA name, such as `Europe/Zurich`. */
  readonly timeZone: string;
}

/** A change to come. */
export interface ProfileChange {
  /** Wall clock milliseconds, to the minute. */
  readonly atMs: number;
  /** What it changes to. */
  readonly profile: ProfileName;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** After a week everything repeats; the day more is for changes of the clock. */
const lookAheadHours = 8 * 24;

/** The calendar's profile at a moment. */
export function profileAt(
  calendar: ProfileCalendar,
  wallMs: number,
): ProfileName {
  const { days, beginsAtMinute, timeZone } = calendar;
  const text = dayFormat(timeZone).format(wallMs - beginsAtMinute * minuteMs);
  const day = weekdays.find((name) => name === text.toLowerCase());
  // `en-GB` writes Mon to Sun.
  if (!day) throw new TypeError(`Cannot read weekday "${text}"`);
  return days[day];
}

/** The next change; undefined if every day has the same profile. */
export function nextChange(
  calendar: ProfileCalendar,
  wallMs: number,
): ProfileChange | undefined {
  const now = profileAt(calendar, wallMs);
  for (let hour = 1; hour <= lookAheadHours; hour++) {
    let after = wallMs + hour * hourMs;
    const profile = profileAt(calendar, after);
    if (profile === now) continue;
    let before = after - hourMs;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (profileAt(calendar, middle) === now) before = middle;
      else after = middle;
    }
    return { atMs: after, profile };
  }
  return undefined;
}

/** How many profiles the calendar chooses among. */
export function choicesOf({ days }: ProfileCalendar): number {
  return new Set(Object.values(days)).size;
}

/** Making one takes longer than asking it; two are enough for a host. */
const formats = new Map<string, Intl.DateTimeFormat>();
const formatsMax = 2;

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
  });
  if (formats.size >= formatsMax) formats.clear();
  formats.set(timeZone, format);
  return format;
}
