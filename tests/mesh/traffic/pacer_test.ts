import { deepEqual, equal, ok } from "node:assert/strict";
import { Pacer } from "../../../mesh/traffic/pacer.ts";

const seed = new Uint8Array(32).fill(3);
const pace = { periodMs: 250, slotted: true };
const open = { periodMs: 1_000, slotted: false };

/** Wakes a pacer exactly at its slots; the times at which cells leave. */
function times(pacer: Pacer, count: number, waiting: boolean): number[] {
  return Array.from({ length: count }, () => {
    const atMs = pacer.wakeAtMs(waiting);
    ok(pacer.take(atMs, waiting));
    return atMs;
  });
}

Deno.test("Pacer fires slot k in t0 + k·T + [0, T/2)", () => {
  const shifts = times(new Pacer(pace, 1_000, seed), 400, false)
    .map((atMs, k) => atMs - 1_000 - k * pace.periodMs);
  ok(shifts.every((shift) => shift >= 0 && shift < pace.periodMs / 2));
  const mean = shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length;
  ok(Math.abs(mean - pace.periodMs / 4) < 8, `mean shift ${mean}`);
});

Deno.test("Pacer's slots depend on the seed alone", () => {
  const quiet = times(new Pacer(pace, 0, seed), 50, false);
  deepEqual(times(new Pacer(pace, 0, seed), 50, true), quiet);
  const other = new Uint8Array(32).fill(4);
  ok(times(new Pacer(pace, 0, other), 50, false).join() !== quiet.join());
});

Deno.test("Pacer.take() gives one cell per slot", () => {
  const pacer = new Pacer(pace, 0, seed);
  const atMs = pacer.wakeAtMs(true);
  deepEqual([pacer.take(atMs - 0.01, true), pacer.take(atMs, true)], [
    false,
    true,
  ]);
  equal(pacer.take(atMs, true), false);
});

const lateness: { lateMs: number; leaves: boolean; skipped: number }[] = [
  { lateMs: 10, leaves: true, skipped: 0 },
  { lateMs: 62, leaves: true, skipped: 0 },
  { lateMs: 63, leaves: false, skipped: 1 },
];

for (const { lateMs, leaves, skipped } of lateness) {
  Deno.test(`Pacer.take() ${lateMs} ms late ${leaves ? "sends" : "skips"}`, () => {
    const pacer = new Pacer(pace, 0, seed);
    equal(pacer.take(pacer.wakeAtMs(true) + lateMs, true), leaves);
    equal(pacer.skipped, skipped);
  });
}

Deno.test("Pacer never catches up after a long sleep", () => {
  const pacer = new Pacer(pace, 0, seed);
  const nowMs = 30 * 86_400_000;
  const first = pacer.take(nowMs, true);
  equal(pacer.take(nowMs, true), false);
  const slots = nowMs / pace.periodMs;
  const passed = pacer.skipped + (first ? 1 : 0);
  ok(Math.abs(passed - slots) <= 1, `${passed} of ${slots}`);
  ok(pacer.wakeAtMs(true) > nowMs);
  ok(pacer.wakeAtMs(true) < nowMs + 1.5 * pace.periodMs);
});

Deno.test("Pacer on open sends at once, and a dummy after T of silence", () => {
  const pacer = new Pacer(open, 0, seed);
  equal(pacer.take(10, false), false);
  equal(pacer.take(10, true), true);
  equal(pacer.take(10, true), true, "as many as wait");
  equal(pacer.wakeAtMs(false), 1_010);
  equal(pacer.take(1_009, false), false);
  equal(pacer.take(1_010, false), true);
});
