import { deepEqual, equal, ok } from "node:assert/strict";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { keptPerOriginMax } from "../../../mesh/limits.ts";
import type { NodeId } from "../../../mesh/node_id.ts";
import {
  Flood,
  type FloodMessage,
  keptBytesMax,
} from "../../../mesh/overlay/flood.ts";

const alice = "a".repeat(64) as NodeId;
const bob = "b".repeat(64) as NodeId;

function message(
  counter: number,
  o: {
    origin?: NodeId;
    incarnation?: number;
    fill?: number;
    size?: number;
    key?: string;
  } = {},
): FloodMessage {
  const origin = o.origin ?? alice;
  const incarnation = o.incarnation ?? 1;
  const bytes = new Uint8Array(o.size ?? 8).fill(o.fill ?? counter);
  const id = (n: number) => idOf(`${origin} ${incarnation} ${n}`);
  return {
    origin,
    incarnation,
    counter,
    urgency: 0,
    bytes,
    id: o.fill === undefined ? id(counter) : idOf(`${o.fill}`),
    previous: id(counter - 1),
    key: o.key ?? "key",
  };
}

function idOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 32);
}

function floodOf(...messages: FloodMessage[]): Flood {
  const flood = new Flood();
  for (const each of messages) flood.accept(each);
  return flood;
}

function counters(missing: readonly FloodMessage[]): number[] {
  return missing.map(({ counter }) => counter);
}

const rows: { name: string; next: FloodMessage; standing: string }[] = [
  { name: "another number", next: message(9), standing: "new" },
  { name: "a gap before it", next: message(3), standing: "new" },
  { name: "the same again", next: message(1), standing: "known" },
  {
    name: "one number, two contents",
    next: message(1, { fill: 99 }),
    standing: "conflict",
  },
  {
    name: "another origin",
    next: message(1, { origin: bob }),
    standing: "new",
  },
  {
    name: "a newer incarnation",
    next: message(1, { incarnation: 2 }),
    standing: "new",
  },
  {
    name: "an older incarnation",
    next: message(1, { incarnation: 0 }),
    standing: "new",
  },
];

for (const { name, next, standing } of rows) {
  Deno.test(`Flood.look() at ${name}: ${standing}`, () => {
    equal(floodOf(message(0), message(1), message(4)).look(next), standing);
  });
}

Deno.test("Flood.look() takes the third newest incarnation as known", () => {
  const flood = floodOf(
    message(0, { incarnation: 5 }),
    message(0, { incarnation: 7 }),
  );
  equal(flood.look(message(0, { incarnation: 4 })), "known");
  equal(flood.look(message(0, { incarnation: 6 })), "new");
});

Deno.test("Flood forgets the oldest messages and never takes them again", () => {
  const flood = new Flood();
  const count = keptPerOriginMax + 50;
  for (let i = 0; i < count; i++) flood.accept(message(i));
  equal(flood.missing([], 10_000).length, keptPerOriginMax);
  for (let i = 0; i < count; i++) equal(flood.look(message(i)), "known");
});

Deno.test("Flood bounds the bytes it keeps per stream", () => {
  const flood = new Flood();
  for (let i = 0; i < 100; i++) flood.accept(message(i, { size: 8_000 }));
  const kept = flood.missing([], 10_000);
  const bytes = kept.reduce((sum, each) => sum + each.bytes.length, 0);
  ok(bytes <= keptBytesMax && kept.length >= 16);
  equal(kept.at(-1)?.counter, 99, "the newest stay");
});

Deno.test("Flood survives an origin that jumps to the last number", () => {
  const flood = floodOf(message(0), message(2 ** 32 - 1));
  equal(flood.look(message(5)), "known");
  equal(flood.look(message(2 ** 32 - 2)), "new");
  equal(flood.streams().length, 1);
});

Deno.test("Flood.missing() sends exactly what the other's streams lack", () => {
  const numbers = fc.uniqueArray(fc.nat(keptPerOriginMax - 1));
  fc.assert(fc.property(numbers, numbers, (here, there) => {
    const missing = floodOf(...here.map((n) => message(n)))
      .missing(floodOf(...there.map((n) => message(n))).streams(), 1_000);
    const lacking = here.filter((n) => !there.includes(n));
    deepEqual(counters(missing), lacking.sort((a, b) => a - b));
  }));
});

Deno.test("Flood.missing() lets origins take turns and keeps to its bound", () => {
  const flood = new Flood();
  for (let i = 0; i < 10; i++) flood.accept(message(i));
  for (let i = 0; i < 10; i++) flood.accept(message(i, { origin: bob }));
  const missing = flood.missing([], 5);
  deepEqual(counters(missing), [0, 0, 1, 1, 2]);
});

Deno.test("Flood.missing() spares a peer incarnations it would not take", () => {
  const flood = floodOf(message(0, { incarnation: 1 }));
  const there = floodOf(
    message(0, { incarnation: 5 }),
    message(0, { incarnation: 7 }),
  );
  deepEqual(flood.missing(there.streams(), 10), []);
});

Deno.test("two Floods that exchange what is missing hold the same", () => {
  const texts = fc.array(fc.tuple(fc.nat(40), fc.constantFrom(alice, bob)));
  fc.assert(fc.property(texts, texts, (left, right) => {
    const fill = (flood: Flood, list: [number, NodeId][]) => {
      for (const [n, origin] of list) {
        const each = message(n, { origin });
        if (flood.look(each) === "new") flood.accept(each);
      }
      return flood;
    };
    const a = fill(new Flood(), left);
    const b = fill(new Flood(), right);
    for (const each of a.missing(b.streams(), 1_000)) b.accept(each);
    for (const each of b.missing(a.streams(), 1_000)) a.accept(each);
    deepEqual(a.missing(b.streams(), 1_000), []);
    deepEqual(b.missing(a.streams(), 1_000), []);
  }));
});

/** What two ends compare: equal sketches hold equal sets. */
function sketchHex(flood: Flood): string {
  return flood.sketch.encode().toHex();
}

Deno.test("Flood keeps the same, whatever the order messages came in", () => {
  // Long and short streams, gaps, two origins, three incarnations, big and
  // small messages: everything that makes something be dropped.
  const numbers = fc.array(
    fc.record({
      counter: fc.oneof(fc.nat(40), fc.nat(3 * keptPerOriginMax)),
      incarnation: fc.integer({ min: 1, max: 3 }),
      origin: fc.constantFrom(alice, bob),
      size: fc.constantFrom(100, 8_000, 40_000),
    }),
    { maxLength: 80 },
  );
  fc.assert(fc.property(numbers, fc.infiniteStream(fc.nat()), (list, draws) => {
    const unique = [
      ...new Map(list.map((each) => [
        `${each.origin} ${each.incarnation} ${each.counter}`,
        each,
      ])).values(),
    ];
    const shuffled = unique.map((each) => ({
      each,
      rank: draws.next().value as number,
    })).sort((a, b) => a.rank - b.rank).map(({ each }) => each);
    const [a, b] = [unique, shuffled].map((order) => {
      const flood = new Flood();
      for (const { counter, ...o } of order) {
        const next = message(counter, o);
        if (flood.look(next) === "new") flood.accept(next);
      }
      return flood;
    });
    equal(sketchHex(a!), sketchHex(b!));
    equal(a!.size, b!.size);
    const streams = (flood: Flood) =>
      flood.streams().map((stream) => JSON.stringify(stream)).sort();
    deepEqual(streams(a!), streams(b!));
  }));
});

Deno.test("Flood.sketch is empty again when everything was let go of", () => {
  const flood = new Flood();
  for (let i = 0; i < 2 * keptPerOriginMax; i++) flood.accept(message(i));
  flood.retain(() => false);
  equal(flood.size, 0);
  equal(sketchHex(flood), sketchHex(new Flood()));
  deepEqual(flood.missing([], 10), []);
});

Deno.test("Flood.retain() lets go of what an old key signed, and stays so", () => {
  const flood = floodOf(
    ...[0, 1, 2].map((n) => message(n, { key: "old" })),
    ...[3, 4].map((n) => message(n, { key: "new" })),
    message(0, { origin: bob, key: "old" }),
  );
  flood.retain((origin, key) => origin === alice && key === "new");
  equal(
    sketchHex(flood),
    sketchHex(
      floodOf(...[3, 4].map((n) => message(n, { key: "new" }))),
    ),
  );
  equal(flood.look(message(1, { key: "old" })), "known");
  equal(flood.look(message(5)), "new");
});

Deno.test("Flood.kept() finds what the sketch names", () => {
  const flood = floodOf(message(0), message(1));
  equal(flood.kept(message(1).id.slice(0, 16))?.counter, 1);
  equal(flood.kept(message(2).id.slice(0, 16)), undefined);
});

const rivals: { name: string; next: FloodMessage; rival?: number }[] = [
  { name: "its successor", next: message(3) },
  { name: "its predecessor", next: { ...message(0) } },
  { name: "the same message", next: message(1) },
  { name: "one far away", next: { ...message(9), previous: "elsewhere" } },
  {
    name: "another incarnation's",
    next: { ...message(1, { incarnation: 2, fill: 7 }) },
  },
  { name: "another's number", next: message(1, { origin: bob, fill: 7 }) },
  { name: "one number, two contents", next: message(1, { fill: 7 }), rival: 1 },
  {
    name: "a successor of something else",
    next: { ...message(3), previous: "elsewhere" },
    rival: 2,
  },
  {
    name: "a predecessor that was not the one",
    next: { ...message(0), id: "elsewhere" },
    rival: 1,
  },
];

for (const { name, next, rival } of rivals) {
  Deno.test(`Flood.rival() of ${name}: ${rival ?? "none"}`, () => {
    equal(floodOf(message(1), message(2)).rival(next)?.counter, rival);
  });
}

Deno.test("Flood takes in ten thousand messages of one origin without sorting them", () => {
  const flood = new Flood();
  // Backwards and with jumps: the floor never goes down, nothing is kept twice.
  for (let jump = 0; jump < 40; jump++) {
    for (let i = 255; i >= 0; i--) flood.accept(message(jump * 1_000 + i));
    ok(flood.size <= keptPerOriginMax);
  }
  flood.accept(message(2 ** 32 - 1));
  equal(flood.size, 1);
});
