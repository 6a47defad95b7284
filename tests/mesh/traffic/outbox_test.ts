import { deepEqual, equal } from "node:assert/strict";
import type { Urgency } from "../../../mesh/mesh.ts";
import { Outbox, outboxMax } from "../../../mesh/traffic/outbox.ts";

function outboxOf(
  ...words: [name: number, urgency: Urgency, replaces?: string][]
): Outbox {
  const outbox = new Outbox();
  for (const [name, urgency, replaces] of words) {
    const payload = Uint8Array.of(name);
    outbox.put({ payload, urgency, ...(replaces ? { replaces } : {}) });
  }
  return outbox;
}

function taken(outbox: Outbox): (number | undefined)[] {
  const names = [];
  while (outbox.size > 0) names.push(outbox.take()?.payload[0]);
  return names;
}

const rows: { name: string; outbox: Outbox; order: number[] }[] = [
  { name: "nothing", outbox: outboxOf(), order: [] },
  {
    name: "urgency first, then age",
    outbox: outboxOf([1, 2], [2, 0], [3, 1], [4, 0]),
    order: [2, 4, 3, 1],
  },
  {
    name: "a newer word in the older one's place",
    outbox: outboxOf([1, 0, "a"], [2, 0, "b"], [3, 0, "a"]),
    order: [3, 2],
  },
  {
    name: "the better urgency of two words on one matter",
    outbox: outboxOf([1, 0, "a"], [2, 1], [3, 2, "a"]),
    order: [3, 2],
  },
  {
    name: "every word without a key",
    outbox: outboxOf([1, 1], [1, 1]),
    order: [1, 1],
  },
];

for (const { name, outbox, order } of rows) {
  Deno.test(`Outbox.take() gives ${name}`, () => {
    deepEqual(taken(outbox), order);
  });
}

Deno.test("Outbox drops the least urgent, youngest when full, and counts", () => {
  const outbox = outboxOf([1, 2], [2, 2]);
  const payload = Uint8Array.of(3);
  for (let i = 0; i < outboxMax; i++) outbox.put({ payload, urgency: 1 });
  equal(outbox.size, outboxMax);
  equal(outbox.dropped, 2);
  equal(taken(outbox).filter((name) => name === 3).length, outboxMax);
  outbox.put({ payload, urgency: 0 });
  deepEqual(taken(outbox), [3]);
});

Deno.test("Outbox.put() merges a storm about one subject into one word", () => {
  const outbox = new Outbox();
  for (let i = 0; i < 10_000; i++) {
    outbox.put({ payload: Uint8Array.of(i), urgency: 1, replaces: "one" });
  }
  equal(outbox.merged, 9_999);
  deepEqual(taken(outbox), [9_999 & 0xff]);
});
