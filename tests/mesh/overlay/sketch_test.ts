import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  markDigits,
  Sketch,
  sketchBytes,
  sketchSymbols,
} from "../../../mesh/overlay/sketch.ts";
import { sketchBytes as wireBytes } from "../../../mesh/wire/link_message.ts";
import { seededRandom } from "../virtual_world.ts";

function marksOf(seed: string, count: number): string[] {
  const bytes = new Uint8Array(8 * count);
  seededRandom(seed).fill(bytes);
  return Array.from(
    { length: count },
    (_, at) => bytes.subarray(8 * at, 8 * at + 8).toHex(),
  );
}

function sketchOf(marks: readonly string[]): Sketch {
  const sketch = new Sketch();
  for (const mark of marks) sketch.toggle(mark);
  return sketch;
}

/** How many of 1,000 seeds do not decode; the rest must decode exactly. */
function failures(missing: number): number {
  let failed = 0;
  for (let seed = 0; seed < 1_000; seed++) {
    const all = marksOf(`${missing} ${seed}`, 200);
    const lacking = all.slice(0, missing);
    // Each end lacks some of them.
    const cut = seed % (missing + 1);
    const [left, right] = [lacking.slice(0, cut), lacking.slice(cut)];
    const ours = sketchOf(all.filter((mark) => !left.includes(mark)));
    const theirs = sketchOf(all.filter((mark) => !right.includes(mark)));
    const found = ours.difference(theirs.encode());
    if (found) deepEqual(found.toSorted(), lacking.toSorted());
    else failed++;
  }
  return failed;
}

for (
  const { missing, failedMax } of [
    { missing: 0, failedMax: 0 },
    { missing: 1, failedMax: 0 },
    // 0.005 % by calculation: two items of the same five symbols.
    { missing: 10, failedMax: 1 },
    { missing: 25, failedMax: 1 },
    { missing: 40, failedMax: 5 },
  ]
) {
  Deno.test(`Sketch.difference() of ${missing} items fails for at most ${failedMax} of 1,000 seeds`, () => {
    const failed = failures(missing);
    ok(failed <= failedMax, `${failed} of 1,000 seeds failed`);
  });
}

Deno.test("Sketch.difference() of too many items says so", () => {
  equal(failures(sketchSymbols), 1_000);
});

Deno.test("Sketch fits the link message and two cells", () => {
  equal(new Sketch().encode().length, sketchBytes);
  equal(sketchBytes, wireBytes);
  ok(sketchBytes <= 960);
});

Deno.test("Sketch.toggle() twice undoes itself, in any order", () => {
  const marks = marksOf("order", 50);
  const sketch = sketchOf([...marks, ...marks.toReversed()]);
  deepEqual(sketch.encode(), new Sketch().encode());
  deepEqual(
    sketchOf(marks).encode(),
    sketchOf(marks.toSorted()).encode(),
  );
});

Deno.test("Sketch.difference() gives back marks with leading zeros", () => {
  const mark = "0".repeat(markDigits - 1) + "1";
  deepEqual(sketchOf([mark]).difference(new Sketch().encode()), [mark]);
});

Deno.test("Sketch.difference() of any bytes ends, with at most 80 items", () => {
  const poison = fc.uint8Array({
    minLength: sketchBytes,
    maxLength: sketchBytes,
  });
  fc.assert(fc.property(poison, (bytes) => {
    const found = sketchOf(marksOf("ours", 30)).difference(bytes);
    ok(found === undefined || found.length <= sketchSymbols);
  }));
});

const poisons: { name: string; poison: (genuine: Uint8Array) => Uint8Array }[] =
  [
    { name: "nothing", poison: () => new Uint8Array() },
    { name: "a byte less", poison: (bytes) => bytes.slice(1) },
    { name: "a byte more", poison: (bytes) => Uint8Array.of(...bytes, 0) },
    {
      name: "one item in every symbol",
      poison: (bytes) => {
        const item = new Sketch();
        item.toggle("0123456789abcdef");
        const at = item.encode().findIndex((byte) => byte !== 0);
        const symbol = item.encode().slice(
          at - at % 12,
          at - at % 12 + 12,
        );
        return bytes.map((byte, i) => byte ^ symbol[i % 12]!);
      },
    },
    {
      name: "one item in one symbol only",
      poison: (bytes) => {
        const item = new Sketch();
        item.toggle("0123456789abcdef");
        const encoded = item.encode();
        const at = encoded.findIndex((byte) => byte !== 0);
        const first = at - at % 12;
        return bytes.map((byte, i) =>
          i >= first && i < first + 12 ? byte ^ encoded[i]! : byte
        );
      },
    },
    { name: "all ones", poison: (bytes) => bytes.map(() => 255) },
    {
      name: "one bit wrong",
      poison: (bytes) => bytes.with(500, bytes[500]! ^ 1),
    },
  ];

for (const { name, poison } of poisons) {
  Deno.test(`Sketch.difference() refuses ${name}`, () => {
    const sketch = sketchOf(marksOf("ours", 30));
    equal(sketch.difference(poison(sketch.encode())), undefined);
  });
}
