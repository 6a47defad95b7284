import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  NewcomerTally,
  tallyBytes,
} from "../../../defense/detectors/newcomer_tally.ts";

const news = fc.array(
  fc.oneof(
    fc.constant("in" as const),
    fc.array(fc.string({ maxLength: 6 }), { maxLength: 4 }),
  ),
  { maxLength: 40 },
);

function tallyOf(events: readonly ("in" | string[])[]): NewcomerTally {
  const tally = new NewcomerTally();
  for (const event of events) {
    if (event === "in") tally.resolve();
    else tally.giveUp(event);
  }
  return tally;
}

Deno.test("NewcomerTally.merge() is counting all together, in any order", () => {
  fc.assert(fc.property(news, news, (one, other) => {
    const together = tallyOf([...one, ...other]);
    const merged = tallyOf(other);
    merged.merge(tallyOf(one));
    deepEqual(merged.encode(), together.encode());
  }));
});

Deno.test("NewcomerTally.decode() undoes encode() and takes nothing shorter", () => {
  fc.assert(fc.property(news, (events) => {
    const bytes = tallyOf(events).encode();
    equal(bytes.length, tallyBytes);
    deepEqual(NewcomerTally.decode(bytes)?.encode(), bytes);
    equal(NewcomerTally.decode(bytes.subarray(1)), undefined);
  }));
});

Deno.test("NewcomerTally.triesOf() never says too few", () => {
  const tally = tallyOf([["ada"], ["ada", "bob"], ["ada"]]);
  ok(tally.triesOf("ada") >= 3);
  ok(tally.triesOf("bob") >= 1);
});

Deno.test("NewcomerTally stops at its largest counts", () => {
  const tally = tallyOf([]);
  for (let turn = 0; turn < 70_000; turn++) tally.giveUp(["ada"]);
  equal(tally.unresolved, 65_535);
  equal(tally.triesOf("ada"), 255);
  tally.merge(tally);
  equal(tally.unresolved, 65_535);
  tally.clear();
  equal(tally.isEmpty, true);
});

const counts = ({ resolved, unresolved }: NewcomerTally) => [
  resolved,
  unresolved,
];

const rows: {
  name: string;
  told: [resolved: number, unresolved: number][];
  distrusted: number;
  sum: [resolved: number, unresolved: number];
}[] = [
  { name: "of nobody", told: [], distrusted: 0, sum: [0, 0] },
  {
    name: "of all, distrusting none",
    told: [[1, 2], [3, 4]],
    distrusted: 0,
    sum: [4, 6],
  },
  {
    name: "two liars alone",
    told: [[900, 900], [900, 900]],
    distrusted: 2,
    sum: [0, 0],
  },
  {
    name: "two liars beside silence",
    told: [[0, 900], [0, 900], [0, 0], [0, 0]],
    distrusted: 2,
    sum: [0, 0],
  },
  {
    name: "two liars beside one who saw one",
    told: [[0, 900], [0, 900], [7, 1]],
    distrusted: 2,
    sum: [0, 3],
  },
  {
    name: "the honest, one of whom saw more",
    told: [[5, 2], [4, 9], [6, 3], [5, 3]],
    distrusted: 1,
    sum: [19, 11],
  },
];

for (const { name, told, distrusted, sum } of rows) {
  Deno.test(`NewcomerTally.levelSum() ${name}`, () => {
    const tallies = told.map(([resolved, unresolved]) =>
      tallyOf([
        ...Array<"in">(resolved).fill("in"),
        ...Array<string[]>(unresolved).fill(["ada"]),
      ])
    );
    const level = NewcomerTally.levelSum(tallies, distrusted);
    deepEqual(counts(level), sum);
    equal(level.triesOf("ada"), Math.min(255, sum[1]));
  });
}

Deno.test("NewcomerTally.levelSum() grows by what beyond() says, whatever liars tell", () => {
  const word = fc.uint8Array({ minLength: tallyBytes, maxLength: tallyBytes });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), word, (others, more) => {
      const read = (bytes: Uint8Array) => NewcomerTally.decode(bytes)!;
      const before = NewcomerTally.levelSum(others.map(read), 2);
      const after = NewcomerTally.levelSum([...others, more].map(read), 2);
      const sum = NewcomerTally.decode(before.encode())!;
      sum.merge(after.beyond(before));
      deepEqual(sum.encode(), after.encode());
      // Two, and nobody else, are not heard.
      if (others.length < 2) equal(after.isEmpty, true);
    }),
    { numRuns: 100 },
  );
});
