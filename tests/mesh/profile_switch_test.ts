import { deepEqual } from "node:assert/strict";
import type { ProfileName } from "../../mesh/profile.ts";
import {
  judgeSwitch,
  switchGapMs,
  type SwitchVerdict,
} from "../../mesh/profile_switch.ts";

const nowMs = 1_000 * 86_400_000;
const hourMs = 3_600_000;

const rows: {
  name: string;
  wanted: ProfileName;
  switchedAtMs: number | undefined;
  force?: true;
  is: SwitchVerdict;
}[] = [
  {
    name: "allows the first",
    wanted: "wan",
    switchedAtMs: undefined,
    is: { type: "allowed", forced: false },
  },
  {
    name: "allows one a day after the last",
    wanted: "wan",
    switchedAtMs: nowMs - 24 * hourMs,
    is: { type: "allowed", forced: false },
  },
  {
    name: "allows the same time of day when clocks go forward",
    wanted: "wan",
    switchedAtMs: nowMs - switchGapMs,
    is: { type: "allowed", forced: false },
  },
  {
    name: "refuses one a moment too soon",
    wanted: "wan",
    switchedAtMs: nowMs - switchGapMs + 1,
    is: { type: "refused", notBeforeMs: nowMs + 1 },
  },
  {
    name: "refuses going back at once",
    wanted: "open",
    switchedAtMs: nowMs,
    is: { type: "refused", notBeforeMs: nowMs + switchGapMs },
  },
  {
    name: "lets force through, and says that it was",
    wanted: "open",
    switchedAtMs: nowMs - hourMs,
    force: true,
    is: { type: "allowed", forced: true },
  },
  {
    name: "calls nothing forced that was allowed",
    wanted: "open",
    switchedAtMs: nowMs - 48 * hourMs,
    force: true,
    is: { type: "allowed", forced: false },
  },
  {
    name: "changes nothing for the one in force, forced or not",
    wanted: "lan",
    switchedAtMs: nowMs,
    force: true,
    is: { type: "unchanged" },
  },
  {
    name: "is not held up by a switch in the future",
    wanted: "wan",
    switchedAtMs: nowMs + 365 * 24 * hourMs,
    is: { type: "allowed", forced: false },
  },
];

for (const { name, wanted, switchedAtMs, force, is } of rows) {
  Deno.test(`judgeSwitch() ${name}`, () => {
    const state = { profile: "lan" as const, switchedAtMs };
    deepEqual(judgeSwitch(state, wanted, nowMs, force ?? false), is);
  });
}
