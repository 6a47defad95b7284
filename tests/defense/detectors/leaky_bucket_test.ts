import { deepEqual, equal, throws } from "node:assert/strict";
import {
  type BucketParameters,
  LeakyBucket,
} from "../../../defense/detectors/leaky_bucket.ts";
import { Records } from "../../../defense/detectors/records.ts";

function bucketOf(parameters: BucketParameters): LeakyBucket {
  const records = new Records();
  const bucket = new LeakyBucket(parameters, records);
  records.create();
  return bucket;
}

const rows: { name: string; pours: number[]; overflows: boolean[] }[] = [
  { name: "at once", pours: [0, 0, 0], overflows: [false, false, true] },
  {
    name: "as fast as it leaks",
    pours: [0, 1_000, 2_000, 3_000],
    overflows: [false, false, false, false],
  },
  {
    name: "twice as fast as it leaks",
    pours: [0, 500, 1_000, 1_500],
    overflows: [false, false, false, true],
  },
  {
    name: "with a clock that jumps back",
    pours: [5_000, 0, 0],
    overflows: [false, false, true],
  },
];

for (const { name, pours, overflows } of rows) {
  Deno.test(`LeakyBucket.pour() ${name}`, () => {
    const bucket = bucketOf({ capacity: 2, leakMs: 1_000 });
    deepEqual(pours.map((atMs) => bucket.pour(atMs)), overflows);
  });
}

Deno.test("LeakyBucket.empty() lets everything out", () => {
  const bucket = bucketOf({ capacity: 2, leakMs: 1_000 });
  bucket.pour(0);
  bucket.empty();
  bucket.pour(0);
  equal(bucket.level, 1);
});

Deno.test("LeakyBucket refuses a size or pace of nothing", () => {
  throws(() => bucketOf({ capacity: 0, leakMs: 1 }), RangeError);
  throws(() => bucketOf({ capacity: 1, leakMs: 0 }), RangeError);
  throws(() => bucketOf({ capacity: NaN, leakMs: 1 }), RangeError);
});
