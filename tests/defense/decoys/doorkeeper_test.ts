import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import {
  Doorkeeper,
  heldMax,
  heldPerSourceMax,
  opensPerSecondMax,
} from "../../../defense/decoys/doorkeeper.ts";

/** Lets in as many as it may, each in a second of its own where `slowly`. */
function crowd(sources: number, each: number, slowly: boolean): Doorkeeper {
  const keeper = new Doorkeeper();
  let nowMs = 0;
  for (let source = 0; source < sources; source++) {
    for (let client = 0; client < each; client++) {
      if (slowly) nowMs += 1_000;
      keeper.enter(parseAddress(`10.0.0.${source}`), nowMs);
    }
  }
  return keeper;
}

const rows = [
  { name: "one address", sources: 1, each: 300, held: heldPerSourceMax },
  { name: "everybody", sources: 5, each: 256, held: heldMax },
];
for (const { name, sources, each, held } of rows) {
  Deno.test(`enter() holds ${held} of ${name}`, () => {
    const keeper = crowd(sources, each, true);
    deepEqual([keeper.held, keeper.turnedAway], [held, sources * each - held]);
  });
}

Deno.test("enter() takes 200 in a second, and more in the next", () => {
  const keeper = crowd(2, 150, false);
  equal(keeper.held, opensPerSecondMax);
  equal(keeper.enter(parseAddress("10.0.0.9"), 1_000), true);
});

Deno.test("leave() makes room, and nobody can leave twice", () => {
  const keeper = crowd(1, 300, true);
  const source = parseAddress("10.0.0.0");
  keeper.leave(source);
  keeper.leave(parseAddress("10.0.0.99"));
  equal(keeper.held, heldPerSourceMax - 1);
  equal(keeper.enter(source, 1e9), true);
});
