import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { LeaseTable } from "../../../defense/containment/lease_table.ts";
import { heldMax } from "../../../defense/containment/ruleset.ts";

const [one, two] = [parseAddress("10.0.0.1"), parseAddress("10.0.0.2")];

function holding(subject = one, endsAtMs = 100) {
  return { subject, measure: "block", cause: "own", endsAtMs } as const;
}

Deno.test("LeaseTable.expire() forgets at the very millisecond", () => {
  const table = new LeaseTable();
  table.set(holding());
  table.expire(99);
  equal(table.all().length, 1);
  table.expire(100);
  equal(table.all().length, 0);
});

Deno.test("LeaseTable.set() holds one of each kind per subject", () => {
  const table = new LeaseTable();
  table.set(holding(one, 100));
  table.set(holding(one, 200));
  table.set({ ...holding(one, 300), measure: "caution" });
  deepEqual(table.all().map(({ endsAtMs }) => endsAtMs), [200, 300]);
  equal(table.get({ subject: one, measure: "throttle" }), undefined);
  table.set({ ...holding(one, 400), service: { protocol: "tcp", port: 22 } });
  equal(table.all().length, 3);
});

Deno.test("LeaseTable.release() forgets a subject, or everybody", () => {
  const table = new LeaseTable();
  table.set(holding(one));
  table.set(holding(two));
  table.set({ ...holding(one), measure: "caution" });
  table.release(one);
  deepEqual(table.all().map(({ subject }) => subject), [two]);
  table.release("all");
  equal(table.all().length, 0);
});

Deno.test("LeaseTable.hasRoomFor() ends at its bound", () => {
  const table = new LeaseTable();
  for (let index = 0; index < heldMax - 1; index++) {
    table.set(holding(parseAddress(`10.1.${index >> 8}.${index & 255}`)));
  }
  deepEqual([table.hasRoomFor(1), table.hasRoomFor(2)], [true, false]);
});
