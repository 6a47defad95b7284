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
