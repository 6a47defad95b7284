import { deepEqual, equal, ok } from "node:assert/strict";
import { alertHours } from "../../../dashboard/ui/chart/alert_hours.ts";
import { ForceLayout } from "../../../dashboard/ui/topology/force_layout.ts";
import { momentOf, wordsAbout } from "../../../dashboard/ui/topology/spread.ts";
import type { EventRecord } from "../../../dashboard/mod.ts";

const hourMs = 3_600_000;
const nowMs = 1_800_000_000_000;

Deno.test("alertHours() counts a day, and leaves out what is older or ahead", () => {
  const alert = (agoMs: number, technique = "T1046") => ({
    atMs: nowMs - agoMs,
    technique,
  });
  const { totals, series, startsMs } = alertHours([
    alert(0),
    alert(hourMs),
    alert(hourMs, "T1110"),
    alert(25 * hourMs),
    alert(-2 * hourMs),
  ], nowMs);
  equal(totals.length, 24);
  deepEqual(totals.slice(-3), [0, 2, 1]);
  deepEqual(series.map(({ technique }) => technique), ["T1046", "T1110"]);
  ok(startsMs.at(-1)! <= nowMs && nowMs - startsMs.at(-1)! < hourMs);
});

Deno.test("alertHours() counts what is rare together", () => {
  const alerts = Array.from(
    { length: 9 },
    (_, kind) =>
      Array.from({ length: 9 - kind }, () => ({
        atMs: nowMs,
        technique: `T${kind}`,
      })),
  ).flat();
  const { series } = alertHours(alerts, nowMs);
  deepEqual(series.map(({ technique }) => technique), [
    ...["T0", "T1", "T2", "T3"],
    "",
  ]);
  equal(series.at(-1)!.counts.at(-1), 5 + 4 + 3 + 2 + 1);
});

function spread(layout: ForceLayout): number {
  let nearest = Infinity;
  for (let a = 0; a < layout.x.length; a++) {
    for (let b = 0; b < a; b++) {
      const far = Math.hypot(
        layout.x[a]! - layout.x[b]!,
        layout.y[a]! - layout.y[b]!,
      );
      nearest = Math.min(nearest, far);
    }
  }
  return nearest;
}

function settled(count: number, springs: { from: number; to: number }[]) {
  const layout = new ForceLayout(count, springs);
  let steps = 0;
  while (!layout.calm && steps < 1_000) {
    layout.step();
    steps++;
  }
  ok(layout.calm);
  return layout;
}

Deno.test("ForceLayout comes to rest, the same each time, with room between points", () => {
  const star = Array.from({ length: 8 }, (_, place) => ({
    from: 0,
    to: place + 1,
  }));
  for (const [count, springs] of [[3, []], [9, star], [200, star]] as const) {
    const layout = settled(count, [...springs]);
    ok(layout.x.every(Number.isFinite) && layout.y.every(Number.isFinite));
    ok(spread(layout) > 8, `${spread(layout)}`);
    deepEqual(settled(count, [...springs]).x, layout.x);
  }
});

Deno.test("ForceLayout keeps the point that is held, and those it knew", () => {
  const layout = settled(5, [{ from: 0, to: 1 }]);
  layout.hold(2, 500, 500);
  layout.step();
  deepEqual([layout.x[2], layout.y[2]], [500, 500]);
  const next = new ForceLayout(6, []);
  next.adopt(layout, (place) => place < 5 ? place : undefined);
  deepEqual(next.x.slice(0, 5), layout.x);
  equal(next.calm, false);
});

function event(
  seq: number,
  node: string,
  observedMs: number,
  atMs: number,
): EventRecord {
  return {
    seq,
    atMs,
    stage: node === "" ? "seen" : "claimed",
    subject: "192.0.2.7",
    node,
    what: node === "" ? "alert" : "claim",
    detail: { observedMs },
  };
}

Deno.test("wordsAbout() keeps the first word of each, in order", () => {
  const words = wordsAbout([
    event(4, "b", 0, 900),
    event(3, "", 300, 300),
    event(2, "b", 200, 250),
    event(1, "a", 900, 150),
  ], "self");
  deepEqual(words, [
    { node: "a", seenMs: 150, heardMs: 150 },
    { node: "b", seenMs: 200, heardMs: 250 },
    { node: "self", seenMs: 300, heardMs: 300 },
  ]);
});

Deno.test("momentOf() plays words in their order, whatever the waits", () => {
  const words = wordsAbout([
    event(1, "a", 0, 100),
    event(2, "b", 50, 10_000_000),
  ], "self");
  const ways = (progress: number) =>
    momentOf(words, progress).map(({ seen, way }) => seen ? way : -1);
  deepEqual(ways(0), [-1, -1]);
  deepEqual(ways(0.2), [0, -1]);
  deepEqual(ways(1), [1, 1]);
  for (let progress = 0; progress <= 1; progress += 0.05) {
    for (const way of ways(progress)) ok(way === -1 || (way >= 0 && way <= 1));
  }
  deepEqual(momentOf([], 0.5), []);
});
