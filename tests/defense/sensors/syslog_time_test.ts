import { equal } from "node:assert/strict";
import fc from "fast-check";
import { SyslogClock } from "../../../defense/sensors/syslog_time.ts";

const rows: { text: string; at?: string; end?: number }[] = [
  { text: "Nov 23 03:26:55 host", at: "2026-11-23T03:26:55.000Z", end: 15 },
  { text: "Nov  2 03:26:55 host", at: "2026-11-02T03:26:55.000Z", end: 15 },
  { text: "Nov 2 15:40:14 host", at: "2026-11-02T15:40:14.000Z", end: 14 },
  { text: "Nov 23 03:26:55.250 x", at: "2026-11-23T03:26:55.250Z", end: 19 },
  { text: "Jun 30 23:59:60 host", at: "2026-07-01T00:00:00.000Z", end: 15 },
  {
    text: "2023-11-14T00:20:42.738197+01:00 x",
    at: "2023-11-13T23:20:42.738Z",
    end: 32,
  },
  { text: "2023-11-14T00:20:42Z x", at: "2023-11-14T00:20:42.000Z", end: 20 },
  { text: "2024-02-29 10:00:00 x", at: "2024-02-29T10:00:00.000Z", end: 19 },
  {
    text: "2023-11-14T00:20:42-0330 x",
    at: "2023-11-14T03:50:42.000Z",
    end: 24,
  },
  {
    text: "Nov 23 2026 03:26:55.5 host",
    at: "2026-11-23T03:26:55.500Z",
    end: 22,
  },
  {
    text: "Mon Nov 23 03:26:55 2015 daemon.info",
    at: "2015-11-23T03:26:55.000Z",
    end: 24,
  },
  {
    text: "Mon Nov  2 03:26:55.25 2015 x",
    at: "2015-11-02T03:26:55.250Z",
    end: 27,
  },
  {
    text: "Mon 2026-11-23 03:26:55 UTC host",
    at: "2026-11-23T03:26:55.000Z",
    end: 27,
  },
  {
    text: "1795404415.123456 host",
    at: "2026-11-23T03:26:55.123Z",
    end: 17,
  },
  { text: "Nov 23 1969 03:26:55 host" },
  { text: "Nov 31 2026 03:26:55 host" },
  { text: "Nov 23 2026" },
  { text: "Mon Nov 23 03:26:55 host" },
  { text: "Mon Nov 23 03:26:55 20261 host" },
  { text: "Mon Feb 29 03:26:55 2026 host" },
  { text: "Mon host" },
  { text: "1795404415.123456" },
  { text: "" },
  { text: "Nov" },
  { text: "Nov 23" },
  { text: "Nov 23 03:26" },
  { text: "Nov 31 03:26:55 host" },
  { text: "Feb 30 03:26:55 host" },
  { text: "Nov 00 03:26:55 host" },
  { text: "Nov 23 24:00:00 host" },
  { text: "Nov 23 03:60:00 host" },
  { text: "ovD 23 03:26:55 host" },
  // In the language of the host, which the C library may write small.
  { text: "Okt 23 03:26:55 host", at: "2026-10-23T03:26:55.000Z", end: 15 },
  { text: "Mär  3 03:26:55 host", at: "2026-03-03T03:26:55.000Z", end: 15 },
  { text: "févr. 3 03:26:55 host", at: "2026-02-03T03:26:55.000Z", end: 16 },
  { text: "août 23 03:26:55 host", at: "2026-08-23T03:26:55.000Z", end: 16 },
  { text: "dic 23 03:26:55 host", at: "2026-12-23T03:26:55.000Z", end: 15 },
  { text: "lip 23 03:26:55 host" },
  { text: "marsch 23 03:26:55 host" },
  { text: "2023-02-29T00:00:00Z" },
  { text: "2023-13-01T00:00:00Z" },
  { text: "2023-00-01T00:00:00Z" },
  { text: "2023-11-14T00:20:42+99:00 x" },
  { text: "2023/11/14 00:20:42" },
  { text: "1700000000 host" },
];

for (const { text, at, end = -1 } of rows) {
  Deno.test(`SyslogClock.read() "${text}" is ${at ?? "no stamp"}`, () => {
    const clock = new SyslogClock({ referenceYear: 2026 });
    equal(clock.read(text, 0), end);
    if (at !== undefined) equal(new Date(clock.atMs).toISOString(), at);
  });
}

const years: { name: string; notAfter?: string; stamps: [string, number][] }[] =
  [
    {
      name: "goes on after New Year",
      stamps: [["Dec 31 23:59:59", 2026], ["Jan  1 00:00:01", 2027]],
    },
    {
      name: "knows a late line of last December",
      stamps: [
        ["Dec 31 23:59:59", 2026],
        ["Jan  1 00:00:01", 2027],
        ["Dec 31 23:59:58", 2026],
        ["Jan  1 00:00:02", 2027],
      ],
    },
    {
      name: "does not take a little disorder for a year",
      stamps: [["Mar  3 10:00:00", 2026], ["Mar  1 10:00:00", 2026]],
    },
    {
      name: "begins in the past when the reference year would be the future",
      notAfter: "2026-03-01T00:00:00Z",
      stamps: [["Dec 24 10:00:00", 2025], ["Jan  2 10:00:00", 2026]],
    },
    {
      name: "never runs ahead of the present",
      notAfter: "2026-11-23T00:00:00Z",
      stamps: [["Feb 12 10:00:00", 2026], ["Dec 22 10:00:00", 2025]],
    },
  ];

for (const { name, notAfter, stamps } of years) {
  Deno.test(`SyslogClock.read() ${name}`, () => {
    const clock = new SyslogClock({
      referenceYear: 2026,
      ...(notAfter === undefined ? {} : { notAfterMs: Date.parse(notAfter) }),
    });
    for (const [stamp, year] of stamps) {
      clock.read(stamp, 0);
      equal(new Date(clock.atMs).getUTCFullYear(), year, stamp);
    }
  });
}

Deno.test("SyslogClock.read() puts stamps without a zone into the host's", () => {
  const clock = new SyslogClock({ referenceYear: 2026, zoneOffsetMinutes: 60 });
  for (const stamp of ["Nov 23 03:26:55", "2026-11-23 03:26:55"]) {
    clock.read(stamp, 0);
    equal(new Date(clock.atMs).toISOString(), "2026-11-23T02:26:55.000Z");
  }
  clock.read("2026-11-23T03:26:55Z", 0);
  equal(new Date(clock.atMs).toISOString(), "2026-11-23T03:26:55.000Z");
});

Deno.test("SyslogClock.read() reads back every time that Date writes", () => {
  const first = Date.UTC(1970, 0, 1);
  const last = Date.UTC(2200, 0, 1);
  fc.assert(fc.property(fc.integer({ min: first, max: last }), (atMs) => {
    const clock = new SyslogClock({ referenceYear: 2026 });
    const text = new Date(atMs).toISOString();
    equal(clock.read(text, 0), text.length);
    equal(clock.atMs, atMs);
  }));
});

Deno.test("SyslogClock.read() asks what the zone was at that time", () => {
  const zoneOffsetMinutesAt = (localMs: number) =>
    localMs < Date.UTC(2026, 9, 25, 3) ? 120 : 60;
  const clock = new SyslogClock({ referenceYear: 2026, zoneOffsetMinutesAt });
  const at = (line: string) => {
    clock.read(line, 0);
    return new Date(clock.atMs).toISOString().slice(0, 19);
  };
  equal(at("Oct 25 01:00:00 host"), "2026-10-24T23:00:00");
  equal(at("Oct 25 04:00:00 host"), "2026-10-25T03:00:00");
  equal(at("2026-07-01 12:00:00 host"), "2026-07-01T10:00:00");
  equal(at("Wed 2026-07-01 12:00:00 CEST host"), "2026-07-01T10:00:00");
  equal(at("Wed 2026-07-01 12:00:00 UTC host"), "2026-07-01T12:00:00");
  equal(at("2026-07-01 12:00:00Z host"), "2026-07-01T12:00:00");
});

Deno.test("SyslogClock.read() looks for the leap year of a 29 February", () => {
  const nowMs = Date.UTC(2028, 0, 5);
  const clock = new SyslogClock({ referenceYear: 2028, notAfterMs: nowMs });
  equal(clock.read("Feb 29 12:00:00 host", 0), 15);
  equal(clock.atMs, Date.UTC(2024, 1, 29, 12));
});

Deno.test("SyslogClock.read() of a log that grows goes on with the present", () => {
  let nowMs = Date.UTC(2026, 11, 30);
  const clock = new SyslogClock({ referenceYear: 2026, nowMs: () => nowMs });
  clock.read("Dec 30 00:00:00 host", 0);
  nowMs = Date.UTC(2027, 0, 3);
  clock.read("Jan  3 00:00:00 host", 0);
  equal(clock.atMs, nowMs);
});
