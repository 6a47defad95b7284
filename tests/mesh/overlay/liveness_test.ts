import { equal, ok } from "node:assert/strict";
import {
  openByMs,
  openWithinMs,
  silenceMaxMs,
} from "../../../mesh/overlay/liveness.ts";
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

const opening = [
  { name: "no cell yet", lastCellMs: 1_000, byMs: 14_000 },
  { name: "a cell after 5 s", lastCellMs: 6_000, byMs: 19_000 },
  // A peer on `metered` says little, but it says it all the time.
  { name: "a cell after 40 s", lastCellMs: 41_000, byMs: 54_000 },
  { name: "a cell after 59 s", lastCellMs: 60_000, byMs: 61_000 },
];
for (const { name, lastCellMs, byMs } of opening) {
  Deno.test(`openByMs() on lan with ${name}`, () => {
    equal(openByMs(1_000, lastCellMs, 250), byMs);
  });
}

Deno.test("openByMs() leaves the slowest profile time for its handshake", () => {
  const { periodMs } = profiles.metered;
  // Seven cells and two slots of waiting, each up to half a slot late.
  ok(openByMs(0, 9 * periodMs, periodMs) > (9 + 0.5) * periodMs);
});
