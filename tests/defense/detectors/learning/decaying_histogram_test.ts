import { equal, ok, throws } from "node:assert/strict";
import { DecayingHistogram } from "../../../../defense/detectors/learning/decaying_histogram.ts";

Deno.test("DecayingHistogram finds the commonest bin not surprising", () => {
  const histogram = new DecayingHistogram(4, 1_000);
  equal(histogram.surprise(0), 0);
  for (let n = 0; n < 90; n++) histogram.add(1);
  for (let n = 0; n < 10; n++) histogram.add(3);
  equal(histogram.surprise(1), 0);
  ok(histogram.surprise(3) > 1.9 && histogram.surprise(3) < 2.3);
  ok(histogram.surprise(0) > 4.3);
  equal(histogram.surprise(99), histogram.surprise(3), "the last bin");
});

Deno.test("DecayingHistogram.shareFrom() is 1 with nothing seen and falls", () => {
  const histogram = new DecayingHistogram(4, 1_000);
  equal(histogram.shareFrom(2), 1);
  for (let n = 0; n < 99; n++) histogram.add(0);
  ok(histogram.shareFrom(1) < 0.02);
  equal(histogram.shareFrom(0), 1);
});

Deno.test("DecayingHistogram forgets, and stays exact for ever", () => {
  const histogram = new DecayingHistogram(2, 10);
  for (let n = 0; n < 100; n++) histogram.add(0);
  for (let n = 0; n < 100; n++) histogram.add(1);
  equal(histogram.surprise(1), 0);
  ok(histogram.surprise(0) > 2);
  for (let n = 0; n < 20_000; n++) histogram.add(n % 2);
  ok(Math.abs(histogram.total - 14.93) < 0.05, `${histogram.total}`);
  ok(histogram.surprise(0) < 0.2);
});

Deno.test("DecayingHistogram refuses to count in nothing", () => {
  throws(() => new DecayingHistogram(0, 1), RangeError);
  throws(() => new DecayingHistogram(1, 0), RangeError);
});
