import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import type { EvidenceClass } from "../../../defense/alert.ts";
import {
  blockQuorum,
  faultBound,
  networkAnswer,
} from "../../../defense/corroboration/quorum.ts";

/** Every host is a domain of its own, every vote weighs one. */
const equals = { domainOf: (node: string) => node, weightOf: () => 1 };

Deno.test("faultBound() is design §7's table", () => {
  const rows: [members: number, f: number][] = [
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 1],
    [4, 1],
    [6, 1],
    [7, 2],
    [49, 2],
    [50, 3],
    [199, 3],
    [200, 5],
    [500, 5],
  ];
  deepEqual(rows.map(([n]) => [n, faultBound(n)]), rows);
  for (const [n, f] of rows) equal(blockQuorum(n), f + 1);
});

const rows: {
  name: string;
  members: number;
  claims: [node: string, evidence: EvidenceClass][];
  answer: string | undefined;
}[] = [
  { name: "nobody", members: 3, claims: [], answer: undefined },
  { name: "only we", members: 3, claims: [["me", "E2"]], answer: undefined },
  { name: "words", members: 3, claims: [["a", "E0"]], answer: "caution" },
  {
    name: "many words",
    members: 3,
    claims: [["a", "E0"], ["b", "E0"], ["me", "E0"]],
    answer: "caution",
  },
  { name: "one vote", members: 3, claims: [["a", "E1"]], answer: "throttle" },
  {
    name: "our vote and another's words",
    members: 3,
    claims: [["a", "E0"], ["me", "E1"]],
    answer: "caution",
  },
  {
    name: "a vote and our own spoofable word",
    members: 3,
    claims: [["a", "E1"], ["me", "E0"]],
    answer: "throttle",
  },
  {
    name: "a vote and ours, f=1",
    members: 3,
    claims: [["a", "E1"], ["me", "E1"]],
    answer: "block",
  },
  {
    name: "two votes, f=1",
    members: 6,
    claims: [["a", "E1"], ["b", "E2"]],
    answer: "block",
  },
  {
    name: "two votes, f=2",
    members: 7,
    claims: [["a", "E1"], ["b", "E2"]],
    answer: "throttle",
  },
  {
    name: "the other of a pair alone",
    members: 2,
    claims: [["a", "E2"]],
    answer: "throttle",
  },
  {
    name: "both of a pair",
    members: 2,
    claims: [["a", "E1"], ["me", "E1"]],
    answer: "block",
  },
];

for (const { name, members, claims, answer } of rows) {
  Deno.test(`networkAnswer() ${name}: ${answer ?? "nothing"}`, () => {
    const full = claims.map(([node, evidence]) => ({
      node,
      evidence,
      subject: parseAddress("192.0.2.1"),
      technique: "T1046",
      scenario: "port-scan",
      score: 1,
      observations: 1,
      atMs: 0,
    }));
    equal(networkAnswer(full, "me", members, equals), answer);
  });
}
