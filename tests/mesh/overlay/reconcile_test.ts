import { deepEqual, equal } from "node:assert/strict";
import {
  cutParts,
  entriesMissing,
  entryMark,
  Parts,
  RoundClock,
} from "../../../mesh/overlay/reconcile.ts";

const items = Array.from({ length: 10 }, (_, i) => i);

for (const perPart of [1, 3, 10, 11]) {
  Deno.test(`Parts puts together what cutParts() cut, ${perPart} at a time`, () => {
    const parts = new Parts<number>();
    const wholes = [...cutParts(items, perPart)]
      .map(({ items, last }) => parts.add(items, last));
    deepEqual(wholes.at(-1), items);
    deepEqual(wholes.slice(0, -1).filter((whole) => whole), []);
  });
}

Deno.test("cutParts() of nothing is one last part", () => {
  deepEqual([...cutParts([], 5)], [{ items: [], last: true }]);
});

Deno.test("Parts drops a comparison without end, and then recovers", () => {
  const parts = new Parts<number>();
  for (let i = 0; i < 2_000; i++) parts.add(items, false);
  equal(parts.add(items, true), undefined);
  equal(parts.oversized, 1);
  deepEqual(parts.add(items, true), items);
});

Deno.test("entriesMissing() is what the other did not name", () => {
  const entries = items.map((i) => Uint8Array.of(i));
  const marks = entries.slice(3).map(entryMark);
  deepEqual(entriesMissing(entries, marks), entries.slice(0, 3));
  deepEqual(entriesMissing(entries, entries.map(entryMark)), []);
});

Deno.test("RoundClock.cellSent() is due every 60 cells", () => {
  const round = new RoundClock();
  const due = Array.from({ length: 180 }, () => round.cellSent());
  deepEqual(
    due.flatMap((isDue, at) => isDue ? [at + 1] : []),
    [60, 120, 180],
  );
});
