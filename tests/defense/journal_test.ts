import { deepEqual, equal, notEqual } from "node:assert/strict";
import {
  chain,
  type ChainHead,
  chainStart,
  type KeptEntry,
  retentionCut,
  verifyChain,
} from "../../defense/journal.ts";

function chainOf(count: number, head: ChainHead = chainStart): KeptEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const kept = chain(head, {
      atMs: 1_000 + index,
      stage: "seen",
      subject: "192.0.2.1",
      node: "",
      what: "alert",
      detail: { index },
    });
    head = kept;
    return kept;
  });
}

const rows: {
  name: string;
  tamper: (entries: KeptEntry[]) => KeptEntry[];
  brokenAt: number | undefined;
}[] = [
  { name: "untouched", tamper: (entries) => entries, brokenAt: undefined },
  { name: "empty", tamper: () => [], brokenAt: undefined },
  {
    name: "a changed detail",
    tamper: (entries) =>
      entries.map((entry) =>
        entry.seq === 3 ? { ...entry, detailText: "{}" } : entry
      ),
    brokenAt: 3,
  },
  {
    name: "a changed time",
    tamper: (entries) =>
      entries.map((entry) => entry.seq === 2 ? { ...entry, atMs: 1 } : entry),
    brokenAt: 2,
  },
  {
    name: "a removed entry",
    tamper: (entries) => entries.filter(({ seq }) => seq !== 2),
    brokenAt: 3,
  },
  {
    name: "swapped entries",
    tamper: ([a, b, c, ...rest]) => [a, c, b, ...rest] as KeptEntry[],
    brokenAt: 3,
  },
  {
    name: "a rewritten entry with a hash of its own",
    tamper: ([a, b, ...rest]) => {
      const forged = chain(a as KeptEntry, {
        ...(b as KeptEntry),
        detail: { forged: true },
      });
      return [a, forged, ...rest] as KeptEntry[];
    },
    brokenAt: 3,
  },
  {
    name: "a past cut off without an anchor",
    tamper: (entries) => entries.slice(2),
    brokenAt: 3,
  },
];

for (const { name, tamper, brokenAt } of rows) {
  Deno.test(`verifyChain() ${name}`, () => {
    const verdict = verifyChain(tamper(chainOf(5)));
    equal(verdict.intact ? undefined : verdict.seq, brokenAt);
  });
}

Deno.test("verifyChain() goes on from where retention has cut", () => {
  const entries = chainOf(5);
  const anchor = entries[1] as KeptEntry;
  const verdict = verifyChain(entries.slice(2), anchor);
  equal(verdict.intact && verdict.entries, 3);
});

Deno.test("chain() gives equal details different hashes at different places", () => {
  const [a, b] = chainOf(2);
  notEqual(a?.hash, b?.hash);
  deepEqual(chainOf(2).map(({ hash }) => hash), [a?.hash, b?.hash]);
});

Deno.test("retentionCut() removes a beginning, never everything", () => {
  const rows: [first: number, last: number, old: number, cut: number][] = [
    [1, 100, 0, 0],
    [1, 10_000, 0, 0],
    [1, 10_500, 0, 500],
    [400, 10_300, 0, 0],
    [1, 5_000, 3_000, 3_000],
    // The clock jumped: all is old, and a thousand entries stay.
    [1, 5_000, 5_000, 4_000],
    [1, 900, 900, 0],
    [0, 0, 0, 0],
  ];
  for (const [firstSeq, lastSeq, old, cut] of rows) {
    const range = { firstSeq, lastSeq };
    equal(retentionCut(range, old, { entries: 10_000 }), cut);
  }
});
