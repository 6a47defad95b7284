import { deepEqual, ok } from "node:assert/strict";
import type { NodeId } from "../../../mesh/node_id.ts";
import { Dialler } from "../../../mesh/overlay/dialler.ts";
import { Backoff } from "../../../mesh/overlay/liveness.ts";

const [a, b, c] = ["a", "b", "c"].map((name) => name as NodeId) as [
  NodeId,
  NodeId,
  NodeId,
];
const nobody = new Set<NodeId>();
const plan = { order: [a, b, c], count: 1, awaited: [] };

Deno.test("Backoff doubles from 1 s to 60 s, half of it drawn", () => {
  const waits = (uniform: number) => {
    const backoff = new Backoff();
    return Array.from({ length: 8 }, () => backoff.failed(uniform) / 1_000);
  };
  deepEqual(waits(1), [1, 2, 4, 8, 16, 32, 60, 60]);
  deepEqual(waits(0), [0.5, 1, 2, 4, 8, 16, 30, 30]);
});

Deno.test("Dialler.due() dials as many as planned, not the linked", () => {
  const dialler = new Dialler();
  deepEqual(dialler.due(plan, nobody, 0), [a]);
  deepEqual(dialler.due(plan, new Set([a]), 0), []);
  deepEqual(dialler.due({ ...plan, count: 2 }, new Set([a]), 0), [b]);
});

Deno.test("Dialler.due() waits after a failure", () => {
  const dialler = new Dialler();
  dialler.due(plan, nobody, 0);
  dialler.failed(a, 0, 1);
  deepEqual(dialler.due(plan, nobody, 999), []);
  deepEqual(dialler.due(plan, nobody, 1_000), [a]);
});

Deno.test("Dialler.due() lets the next stand in for the dead, whom it still tries", () => {
  const dialler = new Dialler();
  for (let i = 0; i < 3; i++) dialler.failed(a, 0, 1);
  deepEqual(dialler.due(plan, nobody, 0), [b]);
  deepEqual(dialler.due(plan, new Set([b]), 4_000), [a]);
  dialler.succeeded(a);
  deepEqual(dialler.due(plan, nobody, 4_000), [a]);
});

Deno.test("Dialler.due() dials whom it awaits only when they do not come", () => {
  const dialler = new Dialler();
  const awaiting = { order: [], count: 0, awaited: [a] };
  deepEqual(dialler.due(awaiting, nobody, 0), []);
  deepEqual(dialler.due(awaiting, nobody, 1_500), [a]);
  deepEqual(dialler.due(awaiting, new Set([a]), 1_500), []);
  deepEqual(dialler.due(awaiting, nobody, 1_501), [], "again after a link");
  ok(dialler.due(awaiting, nobody, 3_000).includes(a));
});

Deno.test("Dialler.due() tries the next beside a dial that nobody answers", () => {
  const dialler = new Dialler();
  const dialling = new Set([a]);
  deepEqual(dialler.due(plan, dialling, 2_000), []);
  deepEqual(dialler.due(plan, dialling, 2_000, dialling), [b]);
  const both = new Set([a, b]);
  deepEqual(dialler.due(plan, both, 4_000, dialling), [], "b is promising");
  deepEqual(dialler.due(plan, both, 4_000, both), [c]);
});
