import { equal } from "node:assert/strict";
import { openWithinMs, silenceMaxMs } from "../../../mesh/overlay/liveness.ts";
import { profiles } from "../../../mesh/profile.ts";

const rows = [
  { profile: profiles.lan, silentMs: 3_000 },
  { profile: profiles.open, silentMs: 3_000 },
  { profile: profiles.wan, silentMs: 4_000 },
  { profile: profiles.metered, silentMs: 20_000 },
];

for (const { profile, silentMs } of rows) {
  Deno.test(`silenceMaxMs() on ${profile.name} is ${silentMs} ms`, () => {
    equal(silenceMaxMs(profile.periodMs), silentMs);
    equal(openWithinMs(profile.periodMs), silentMs + 10_000);
  });
}
