import { deepEqual, notDeepEqual } from "node:assert/strict";
import { SeededRandom } from "../../../sims/world/random.ts";

function bytes(random: SeededRandom, count: number): number[] {
  const drawn = new Uint8Array(count);
  random.fill(drawn);
  return [...drawn];
}

Deno.test("SeededRandom gives the same stream for the same seed, however it is cut", () => {
  const once = bytes(new SeededRandom("7"), 10_000);
  const random = new SeededRandom("7");
  const parts = [
    ...bytes(random, 1),
    ...bytes(random, 4_096),
    ...bytes(random, 5_903),
  ];
  deepEqual(parts, once);
});

Deno.test("SeededRandom gives other streams for other seeds and forks", () => {
  const streams = [
    new SeededRandom("7"),
    new SeededRandom("8"),
    new SeededRandom("7").fork("a"),
    new SeededRandom("7").fork("b"),
  ].map((random) => bytes(random, 16).join());
  deepEqual(new Set(streams).size, streams.length);
});

Deno.test("SeededRandom.fork() does not depend on what was drawn before", () => {
  const random = new SeededRandom("7");
  bytes(random, 100);
  deepEqual(
    bytes(random.fork("a"), 16),
    bytes(new SeededRandom("7").fork("a"), 16),
  );
});

Deno.test("SeededRandom.uniform() fills [0, 1) evenly", () => {
  const random = new SeededRandom("even");
  const bins = new Array<number>(10).fill(0);
  for (let at = 0; at < 10_000; at++) {
    const bin = Math.floor(random.uniform() * 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  deepEqual(bins.length, 10);
  for (const bin of bins) deepEqual(bin > 850 && bin < 1_150, true);
});

Deno.test("SeededRandom.shuffled() keeps every item", () => {
  const items = Array.from({ length: 50 }, (_, at) => at);
  const shuffled = new SeededRandom("cards").shuffled(items);
  notDeepEqual(shuffled, items);
  deepEqual(shuffled.toSorted((a, b) => a - b), items);
});
