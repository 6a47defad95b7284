import { equal } from "node:assert/strict";
import { TokenBucket } from "../../mesh/token_bucket.ts";

/** Tokens taken by asking so often at one time. */
function taken(bucket: TokenBucket, times: number, nowMs: number): number {
  let count = 0;
  for (let i = 0; i < times; i++) if (bucket.take(nowMs)) count++;
  return count;
}

const rows: { name: string; pauseMs: number; again: number }[] = [
  { name: "at once: none", pauseMs: 0, again: 0 },
  { name: "half a token later: none", pauseMs: 499, again: 0 },
  { name: "after a second: what comes back", pauseMs: 1_000, again: 2 },
  { name: "after a day: the burst", pauseMs: 86_400_000, again: 10 },
  { name: "when the clock goes back: none", pauseMs: -5_000, again: 0 },
];

for (const { name, pauseMs, again } of rows) {
  Deno.test(`TokenBucket.take() gives the burst, then ${name}`, () => {
    const bucket = new TokenBucket({ burst: 10, perSecond: 2 }, 10_000);
    equal(taken(bucket, 100, 10_000), 10);
    equal(taken(bucket, 100, 10_000 + pauseMs), again);
  });
}

Deno.test("TokenBucket.has() takes nothing", () => {
  const bucket = new TokenBucket({ burst: 1, perSecond: 0 }, 0);
  equal(bucket.has(0) && bucket.has(0), true);
  equal(taken(bucket, 5, 0), 1);
  equal(bucket.has(1e9), false);
});

Deno.test("TokenBucket gives nothing back twice when the clock jumps to and fro", () => {
  const bucket = new TokenBucket({ burst: 10, perSecond: 1 }, 0);
  let count = taken(bucket, 100, 0);
  for (let i = 0; i < 100; i++) {
    count += taken(bucket, 100, 1_000) + taken(bucket, 100, 0);
  }
  equal(count, 11);
});
