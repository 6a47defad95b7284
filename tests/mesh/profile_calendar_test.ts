import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  choicesOf,
  nextChange,
  profileAt,
  type ProfileCalendar,
  weekdays,
} from "../../mesh/profile_calendar.ts";
import type { ProfileName } from "../../mesh/profile.ts";

const hourMs = 3_600_000;

/** `lan` from Monday to Friday, `metered` at the weekend, from 06:00. */
const office: ProfileCalendar = {
  days: {
    mon: "lan",
    tue: "lan",
    wed: "lan",
    thu: "lan",
    fri: "lan",
    sat: "metered",
    sun: "metered",
  },
  beginsAtMinute: 6 * 60,
  timeZone: "Europe/Zurich",
};

/** Local times in Zurich: UTC+1 in winter, +2 in summer. */
const moments: { utc: string; is: ProfileName; why: string }[] = [
  { utc: "2026-01-09T12:00Z", is: "lan", why: "Friday noon" },
  { utc: "2026-01-10T04:59Z", is: "lan", why: "Saturday 05:59 is Friday's" },
  { utc: "2026-01-10T05:00Z", is: "metered", why: "Saturday 06:00" },
  { utc: "2026-01-12T04:59Z", is: "metered", why: "Monday 05:59" },
  { utc: "2026-01-12T05:00Z", is: "lan", why: "Monday 06:00" },
  { utc: "2026-07-11T03:59Z", is: "lan", why: "Saturday 05:59 in summer" },
  { utc: "2026-07-11T04:00Z", is: "metered", why: "Saturday 06:00 in summer" },
];

for (const { utc, is, why } of moments) {
  Deno.test(`profileAt() ${why} is ${is}`, () =>
    equal(profileAt(office, Date.parse(utc)), is));
}

Deno.test("nextChange() is the next begin of a day with another profile", () => {
  const wednesday = Date.parse("2026-01-07T10:00Z");
  deepEqual(nextChange(office, wednesday), {
    atMs: Date.parse("2026-01-10T05:00Z"),
    profile: "metered",
  });
  deepEqual(nextChange(office, Date.parse("2026-01-10T05:00Z")), {
    atMs: Date.parse("2026-01-12T05:00Z"),
    profile: "lan",
  });
});

Deno.test("nextChange() of a calendar with one profile is none", () => {
  const same = { ...office, days: { ...office.days, sat: "lan", sun: "lan" } };
  equal(nextChange(same as ProfileCalendar, 0), undefined);
  equal(choicesOf(same as ProfileCalendar), 1);
  equal(choicesOf(office), 2);
});

const anyCalendar = fc.record({
  names: fc.array(fc.constantFrom<ProfileName>("lan", "wan", "metered"), {
    minLength: 7,
    maxLength: 7,
  }),
  beginsAtMinute: fc.nat(1_439),
  timeZone: fc.constantFrom(
    "UTC",
    "Europe/Zurich",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
  ),
}).map(({ names, ...rest }): ProfileCalendar => ({
  ...rest,
  days: Object.fromEntries(
    weekdays.map((day, index) => [day, names[index]!]),
  ) as ProfileCalendar["days"],
}));

Deno.test("nextChange() never comes twice in 22 hours, whatever the calendar", () => {
  const year = fc.integer({
    min: Date.UTC(2026, 0, 1),
    max: Date.UTC(2026, 11, 31),
  });
  fc.assert(
    fc.property(anyCalendar, year, (calendar, startMs) => {
      let atMs = startMs;
      let lastMs = -Infinity;
      for (let i = 0; i < 4; i++) {
        const next = nextChange(calendar, atMs);
        if (!next) return;
        equal(profileAt(calendar, next.atMs), next.profile);
        ok(profileAt(calendar, next.atMs - 1) !== next.profile);
        ok(next.atMs - lastMs >= 22 * hourMs, `${next.atMs - lastMs} ms`);
        lastMs = atMs = next.atMs;
      }
    }),
    { numRuns: 25 },
  );
});
