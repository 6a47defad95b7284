import { deepEqual, equal } from "node:assert/strict";
import { Comparison } from "../../mesh/comparison.ts";
import { rosterEntriesMax } from "../../mesh/limits.ts";
import type { Connection } from "../../mesh/link_table.ts";
import { decodeLinkMessage } from "../../mesh/wire/link_message.ts";

function made(): { comparison: Comparison<Uint8Array>; counts: string[] } {
  const counts: string[] = [];
  const comparison = new Comparison<Uint8Array>({
    perPartMax: 2,
    messageOf: (marks, last) => ({ type: "roster_index", marks, last }),
    ownCopy: (mark) => mark.slice(),
    count: (name) => counts.push(name),
  });
  return { comparison, counts };
}

/** Hearing needs nothing of a connection but that it is itself. */
const connection = (): Connection => ({} as Connection);
const mark = (value: number) => new Uint8Array(8).fill(value);

Deno.test("Comparison.hear() keeps what links say apart", () => {
  const { comparison } = made();
  const [a, b] = [connection(), connection()];
  equal(comparison.hear(a, [mark(1)], false), undefined);
  deepEqual(comparison.hear(b, [mark(2)], true), [mark(2)]);
  deepEqual(comparison.hear(a, [mark(3)], true), [mark(1), mark(3)]);
  deepEqual(comparison.hear(a, [], true), []);
});

Deno.test("Comparison.hear() keeps copies: cells are used again", () => {
  const { comparison } = made();
  const from = connection();
  const read = mark(7);
  comparison.hear(from, [read], false);
  read[0] = 0;
  deepEqual(comparison.hear(from, [], true), [mark(7)]);
});

Deno.test("Comparison.hear() counts one without end once, and recovers", () => {
  const { comparison, counts } = made();
  const from = connection();
  const many = Array.from({ length: 1_024 }, () => mark(1));
  for (let at = 0; at <= 2 * rosterEntriesMax; at += many.length) {
    equal(comparison.hear(from, many, false), undefined);
  }
  deepEqual(counts, ["comparisons_oversized"]);
  equal(comparison.hear(from, [], true), undefined);
  deepEqual(comparison.hear(from, [mark(1)], true), [mark(1)]);
  deepEqual(counts, ["comparisons_oversized"]);
});

for (
  const { isOpen, parts } of [
    { isOpen: true, parts: [[1, 2], [3]] },
    { isOpen: false, parts: [] },
  ]
) {
  Deno.test(`Comparison.tell() on ${isOpen ? "an open" : "a closed"} link says ${parts.length} parts`, () => {
    const told: unknown[] = [];
    const push = ({ bytes }: { bytes: Uint8Array }) => {
      const message = decodeLinkMessage(bytes);
      if (message?.type !== "roster_index") throw new Error(message?.type);
      told.push(message.marks.map(([value]) => value));
    };
    const to = { link: { isOpen, push } } as unknown as Connection;
    made().comparison.tell(to, [mark(1), mark(2), mark(3)]);
    deepEqual(told, parts);
  });
}
