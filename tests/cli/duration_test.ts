import { equal, throws } from "node:assert/strict";
import { formatDuration, parseDuration } from "../../cli/duration.ts";

for (
  const [text, ms] of [
    ["90s", 90_000],
    ["10m", 600_000],
    ["4h", 14_400_000],
    ["7d", 604_800_000],
    ["1s", 1_000],
  ] as const
) {
  Deno.test(`parseDuration() reads ${text}`, () =>
    equal(parseDuration(text), ms));
}

for (
  const text of ["", "0m", "10", "m", "1.5h", "-1m", "10 m", "1h30m", "１0m"]
    .concat("9999999d", "1w", "10M", "10m\n")
) {
  Deno.test(`parseDuration() refuses ${JSON.stringify(text)}`, () => {
    throws(() => parseDuration(text), {
      name: "SyntaxError",
      message: /^Cannot parse duration /,
    });
  });
}

for (
  const [ms, text] of [
    [-5, "0ms"],
    [250, "250ms"],
    [1_000, "1s"],
    [570_000, "9m 30s"],
    [3_600_000, "1h"],
    [90_061_000, "1d 1h"],
    [3_601_000, "1h"],
  ] as const
) {
  Deno.test(`formatDuration() writes ${ms} ms as ${text}`, () =>
    equal(formatDuration(ms), text));
}
