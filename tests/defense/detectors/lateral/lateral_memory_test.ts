import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import {
  decodeMemory,
  encodeMemory,
  type LateralMemory,
} from "../../../../defense/detectors/lateral/lateral_memory.ts";

const memory: LateralMemory = {
  startMs: 1_772_359_200_000,
  lastMs: 1_772_445_600_000,
  things: ["10.0.0.9 > 10.0.0.2 ssh", "account ada"],
  places: [["10.0.0.2 ssh", 4]],
  machines: [["10.0.0.9", { way: 3, runs: 1 }]],
  accounts: [["ada", { way: 1 }]],
};

Deno.test("decodeMemory() undoes encodeMemory()", () => {
  deepEqual(decodeMemory(encodeMemory(memory)), memory);
});

Deno.test("decodeMemory() reads what an earlier version kept", () => {
  const { lastMs: _, ...earlier } = memory;
  deepEqual(decodeMemory(encodeMemory(earlier)), earlier);
});

Deno.test("encodeMemory() leaves out a text that is too long", () => {
  const long = { ...memory, things: ["x".repeat(1_000), "account ada"] };
  deepEqual(decodeMemory(encodeMemory(long))?.things, ["account ada"]);
});

const damaged: Record<string, unknown>[] = [
  { version: 2 },
  { startMs: "0" },
  { lastMs: null },
  { things: [7] },
  { places: [["x", -1]] },
  { places: [["x", 0.5]] },
  { machines: [["x", { fly: 1 }]] },
  { machines: [["x", null]] },
  { accounts: {} },
];

for (const change of damaged) {
  Deno.test(`decodeMemory() refuses ${JSON.stringify(change)}`, () => {
    const text = JSON.stringify({ version: 1, ...memory, ...change });
    equal(decodeMemory(new TextEncoder().encode(text)), undefined);
  });
}

Deno.test("decodeMemory() takes any bytes without harm", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    equal(decodeMemory(bytes), undefined);
  }));
});
