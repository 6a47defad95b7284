import { equal } from "node:assert/strict";
import { Clockwork } from "../../../defense/detectors/clockwork.ts";

/** Seconds between attempts, repeated until there are fifty. */
const rows: { name: string; seconds: number[]; regular: boolean }[] = [
  { name: "a check every minute", seconds: [60], regular: true },
  {
    name: "a check whose start takes a while",
    seconds: [60, 58, 61, 62, 59],
    regular: true,
  },
  {
    name: "a job with three tries at a time",
    seconds: [2, 2, 296],
    regular: true,
  },
  {
    name: "a check that skips a beat",
    seconds: [60, 60, 60, 60, 60, 60, 60, 120],
    regular: true,
  },
  { name: "a nightly job", seconds: [86_400], regular: true },
  {
    name: "a guesser who waits unequally",
    seconds: [60, 80, 41, 99, 52, 70],
    regular: false,
  },
  {
    name: "a guesser who waits up to a fifth longer or shorter",
    seconds: [100, 119, 84, 111, 92, 118, 81],
    regular: false,
  },
  { name: "a guesser without a pause", seconds: [3], regular: false },
  { name: "a check that is too eager", seconds: [15], regular: false },
  {
    name: "ten tries at once every hour",
    seconds: [1, 1, 1, 1, 1, 1, 1, 1, 1, 3_591],
    regular: false,
  },
];

for (const { name, seconds, regular } of rows) {
  Deno.test(`Clockwork.isRegular is ${regular} for ${name}`, () => {
    const clock = new Clockwork();
    let atMs = 1_700_000_000_000;
    for (let turn = 0; turn < 50; turn++) {
      clock.tick(atMs);
      atMs += (seconds[turn % seconds.length] ?? 0) * 1_000;
    }
    equal(clock.isRegular, regular);
  });
}

Deno.test("Clockwork.isRegular takes two intervals that agree, no fewer", () => {
  const clock = new Clockwork();
  const seen = [0, 60, 120, 180].map((second) => {
    clock.tick(second * 1_000);
    return clock.isRegular;
  });
  equal(seen.join(), "false,false,false,true");
});
