import { deepEqual, equal } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import type { EvidenceClass } from "../../../defense/alert.ts";
import type { Claim } from "../../../defense/corroboration/evidence.ts";
import { claimsMax, VoteTable } from "../../../defense/corroboration/votes.ts";

const subject = parseAddress("192.0.2.1");
const nowMs = 10_000_000;

function claim(
  node: string,
  evidence: EvidenceClass,
  agoMs: number,
  about: Address = subject,
): Claim {
  return {
    node,
    subject: about,
    technique: "T1046",
    scenario: "port-scan",
    evidence,
    score: 1,
    observations: 1,
    atMs: nowMs - agoMs,
  };
}

const rows: {
  name: string;
  before?: [EvidenceClass, agoMs: number];
  then: [EvidenceClass, agoMs: number];
  admission: string;
  counted: EvidenceClass | "none";
}[] = [
  { name: "first word", then: ["E0", 0], admission: "new", counted: "E0" },
  {
    name: "10 minutes old",
    then: ["E1", 600_000],
    admission: "new",
    counted: "E1",
  },
  {
    name: "older than 10 minutes",
    then: ["E1", 600_001],
    admission: "stale",
    counted: "none",
  },
  {
    name: "2 minutes ahead",
    then: ["E1", -120_000],
    admission: "new",
    counted: "E1",
  },
  {
    name: "further ahead",
    then: ["E1", -120_001],
    admission: "future",
    counted: "none",
  },
  {
    name: "replayed",
    before: ["E1", 5],
    then: ["E1", 5],
    admission: "repeated",
    counted: "E1",
  },
  {
    name: "older than known",
    before: ["E1", 5],
    then: ["E1", 6],
    admission: "repeated",
    counted: "E1",
  },
  {
    name: "later evidence",
    before: ["E1", 5],
    then: ["E1", 0],
    admission: "renewed",
    counted: "E1",
  },
  {
    name: "words after a vote",
    before: ["E1", 5],
    then: ["E0", 0],
    admission: "repeated",
    counted: "E1",
  },
  {
    name: "a vote after words, even an older one",
    before: ["E0", 5],
    then: ["E1", 9],
    admission: "new",
    counted: "E1",
  },
];

for (const { name, before, then, admission, counted } of rows) {
  Deno.test(`VoteTable.admit() ${name}: ${admission}`, () => {
    const table = new VoteTable();
    if (before) table.admit(claim("a", ...before), nowMs);
    equal(table.admit(claim("a", ...then), nowMs), admission);
    const fresh = table.fresh(subject, nowMs);
    equal(fresh[0]?.evidence ?? "none", counted);
    equal(fresh.length, counted === "none" ? 0 : 1);
  });
}

Deno.test("VoteTable.withdraw() takes back what was said until then", () => {
  const table = new VoteTable();
  table.admit(claim("a", "E1", 100), nowMs);
  equal(table.withdraw("a", subject, nowMs - 200, nowMs), undefined);
  equal(table.fresh(subject, nowMs).length, 1);
  equal(table.withdraw("b", subject, nowMs, nowMs), undefined);
  equal(table.withdraw("a", subject, nowMs, nowMs)?.node, "a");
  deepEqual(table.fresh(subject, nowMs), []);
  equal(table.admit(claim("a", "E1", 50), nowMs), "withdrawn");
  equal(table.admit(claim("a", "E1", -60_000), nowMs), "withdrawn");
  equal(table.admit(claim("a", "E1", -60_001), nowMs), "new");
});

Deno.test("VoteTable.expire() and dismiss() leave nothing behind", () => {
  const table = new VoteTable();
  table.admit(claim("a", "E1", 0), nowMs);
  table.admit(claim("b", "E1", 10), nowMs);
  table.dismiss(subject, nowMs - 10);
  deepEqual(table.fresh(subject, nowMs).map(({ node }) => node), ["a"]);
  table.expire(nowMs + 600_001);
  equal(table.size, 0);
  deepEqual([...table.subjects()], []);
});

Deno.test("VoteTable keeps votes before words when full", () => {
  const table = new VoteTable();
  for (let at = 0; at < claimsMax; at++) {
    const about = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` as Address;
    table.admit(claim("a", "E0", 1, about), nowMs);
  }
  equal(table.admit(claim("b", "E0", 0), nowMs), "full");
  equal(table.admit(claim("b", "E1", 0), nowMs), "new");
  equal(table.size, claimsMax);
});
