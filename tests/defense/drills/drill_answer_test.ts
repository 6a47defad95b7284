import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  decodeDrillAnswer,
  type DrillAnswer,
  encodeDrillAnswer,
} from "../../../defense/drills/drill_answer.ts";
import { type CborValue, encodeCbor } from "../../../mesh/mod.ts";

const answers: fc.Arbitrary<DrillAnswer> = fc.record({
  drill: fc.uint8Array({ minLength: 8, maxLength: 8 })
    .map((bytes) => bytes.toHex()),
  heardMs: fc.nat(8_000_000_000_000),
  mode: fc.constantFrom("observe", "enforce"),
  would: fc.constantFrom("none", "caution", "throttle", "steer", "block"),
  needed: fc.nat(1_024),
  protected: fc.boolean(),
});

Deno.test("an answer to a drill is read as it was written, in 32 bytes", () => {
  fc.assert(fc.property(answers, (answer) => {
    const bytes = encodeDrillAnswer(answer);
    ok(bytes.length <= 32, `${bytes.length}`);
    deepEqual(decodeDrillAnswer(bytes), answer);
  }));
});

Deno.test("decodeDrillAnswer() accepts or rejects any bytes, and never throws", () => {
  const damaged = fc.tuple(answers, fc.nat(31), fc.nat(255)).map(
    ([answer, at, byte]) => {
      const bytes = encodeDrillAnswer(answer);
      bytes[at % bytes.length] = byte;
      return bytes;
    },
  );
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), damaged);
  fc.assert(
    fc.property(bytes, (each) => {
      const answer = decodeDrillAnswer(each);
      if (answer) deepEqual(encodeDrillAnswer(answer), each);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("decodeDrillAnswer() rejects what is out of bounds", () => {
  const good: CborValue[] = [1, 0, new Uint8Array(8), 5, 1, 2, 2, false];
  ok(decodeDrillAnswer(encodeCbor(good)));
  const bad: [number, CborValue][] = [
    [0, 2],
    [1, 1],
    [2, new Uint8Array(7)],
    [2, "0".repeat(8)],
    [3, -1],
    [4, 2],
    [5, 9],
    [6, 1_025],
    [7, 0],
  ];
  for (const [at, value] of bad) {
    const fields = good.map((field, place) => place === at ? value : field);
    equal(decodeDrillAnswer(encodeCbor(fields)), undefined, `${at}`);
  }
  equal(decodeDrillAnswer(encodeCbor([...good, 1])), undefined);
});
