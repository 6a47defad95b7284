import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  filterFields,
  isFiltered,
  isWanted,
  placeOf,
  queryOf,
  readFilter,
} from "../../../dashboard/ui/alert_filter.ts";
import { waysOf } from "../../../dashboard/ui/chart/percentiles.ts";
import { alertQuerySchema } from "../../../dashboard/api/schemas.ts";
import type { AlertRecord, EventRecord } from "../../../dashboard/mod.ts";

const nowMs = 1_800_000_000_000;
const read = (query: string) => readFilter(new URLSearchParams(query));

const rows: [place: string, asked: Record<string, string>][] = [
  ["", {}],
  ["q=192.0.2.7", { subject: "192.0.2.7" }],
  ["q=2001:db8::7", { subject: "2001:db8::7" }],
  ["q=2001:DB8:0::7", { subject: "2001:db8::7" }],
  ["q=010.0.0.1", { text: "010.0.0.1" }],
  ["q=2001:db8:", { text: "2001:db8:" }],
  ["q=::1]/[", { text: "::1]/[" }],
  ["q=192.0.2", { text: "192.0.2" }],
  ["q=192.0.2.700", { text: "192.0.2.700" }],
  ["q=till: root", { text: "till: root" }],
  ["q=%20%20", {}],
  ["technique=T1110.001&evidence=E1", {
    technique: "T1110.001",
    evidence: "E1",
  }],
  ["node=here&state=contained", { node: "", state: "contained" }],
  ["within=24", { sinceMs: String(nowMs - 86_400_000) }],
  ["within=25&node=x&evidence=E9&state=1&technique=1", {}],
];
for (const [place, asked] of rows) {
  Deno.test(`queryOf(${place || "nothing"}) asks for ${JSON.stringify(asked)}`, () => {
    const query = queryOf(read(place), nowMs).replace(/^&/, "");
    deepEqual(Object.fromEntries(new URLSearchParams(query)), asked);
  });
}

Deno.test("queryOf() asks only for what the API takes, whatever the address says", () => {
  const anything = fc.record(
    Object.fromEntries(
      filterFields.map((field) => [field, fc.string({ unit: "binary" })]),
    ),
    { requiredKeys: [] },
  );
  fc.assert(fc.property(anything, (fields) => {
    const params = new URLSearchParams(fields as Record<string, string>);
    const filter = readFilter(params);
    const asked = new URLSearchParams(queryOf(filter, nowMs));
    const verdict = alertQuerySchema.safeParse(Object.fromEntries(asked));
    ok(verdict.success, `${params}: ${asked}`);
    const again = new URL(placeOf(filter), "http://a").searchParams;
    deepEqual(readFilter(again), filter);
    equal(isFiltered(filter), placeOf(filter) !== "/alerts");
  }));
});

const came: AlertRecord = {
  seq: 1,
  atMs: nowMs,
  node: "",
  subject: "192.0.2.7",
  technique: "T1046",
  scenario: "port-scan",
  evidence: "E1",
  score: 9,
  observations: 6,
  summary: "192.0.2.77 tried 6 ports on the till",
};
const wantedRows: [place: string, wanted: boolean][] = [
  ["", true],
  ["q=192.0.2.7", true],
  ["q=The TILL", true],
  // An address is that one, not one that begins alike.
  ["q=192.0.2.77", false],
  ["q=the till", true],
  ["q=the office", false],
  ["technique=T1046&evidence=E1&node=here", true],
  ["technique=T1110", false],
  ["evidence=E2", false],
  [`node=${"a".repeat(64)}`, false],
  ["state=contained&within=1", true],
];
for (const [place, wanted] of wantedRows) {
  Deno.test(`isWanted(${place || "nothing"}) is ${wanted} of an alert that came`, () => {
    equal(isWanted(read(place), came), wanted);
  });
}

Deno.test("isWanted() knows an IPv6 address by its /64", () => {
  const about = { ...came, subject: "2001:db8:1:2::" };
  const wants = (words: string) =>
    isWanted(read(`q=${encodeURIComponent(words)}`), about);
  equal(wants("2001:db8:1:2::"), true);
  equal(wants("2001:DB8:1:2:3:4:5:6"), true);
  equal(wants("2001:db8:1:3::"), false);
});

function claim(tookMs: number, node = "a"): EventRecord {
  return {
    seq: 1,
    atMs: 10_000 + tookMs,
    stage: "claimed",
    subject: "192.0.2.7",
    node,
    what: "claim",
    detail: { observedMs: 10_000 },
  };
}

Deno.test("waysOf() counts what others told, and nothing else", () => {
  equal(waysOf([]), undefined);
  equal(waysOf([claim(5, ""), { ...claim(5), what: "alert" }]), undefined);
  deepEqual(waysOf([claim(-5)]), {
    count: 1,
    withinMs: [0, 0, 0],
    longestMs: 0,
  });
  const hundred = Array.from({ length: 100 }, (_, at) => ({
    ...claim(at + 1),
    subject: `203.0.113.${at}`,
  }));
  deepEqual(waysOf(hundred.toReversed()), {
    count: 100,
    withinMs: [50, 90, 99],
    longestMs: 100,
  });
  // A machine that starts again hears what it knows once more.
  equal(waysOf([claim(5), claim(60_000)])?.longestMs, 5);
});
