import { deepEqual } from "node:assert/strict";
import type { NodeId } from "../../../mesh/node_id.ts";
import { Routes, staleMs } from "../../../mesh/overlay/routes.ts";

const [a, b, c, d, target] = ["a", "b", "c", "d", "t"]
  .map((letter) => letter.repeat(64) as NodeId) as [
    NodeId,
    NodeId,
    NodeId,
    NodeId,
    NodeId,
  ];
const all = new Set([a, b, c, d]);

const rows: {
  name: string;
  heard: NodeId[];
  linked?: Set<NodeId>;
  atMs?: number;
  ways: NodeId[];
}[] = [
  { name: "nothing where nothing was heard", heard: [], ways: [] },
  { name: "the one that was first more often", heard: [a, b, b], ways: [b, a] },
  {
    name: "what changed a few messages ago",
    heard: [a, a, a, b, b],
    ways: [b, a],
  },
  { name: "at most three", heard: [a, b, c, d], ways: [d, c, b] },
  {
    name: "nobody without a link",
    heard: [a, b],
    linked: new Set([a]),
    ways: [a],
  },
  { name: "nothing stale", heard: [a], atMs: staleMs, ways: [] },
  {
    name: "a link to the target first",
    heard: [a],
    linked: new Set([a, target]),
    ways: [target, a],
  },
];
for (const { name, heard, linked = all, atMs = 1, ways } of rows) {
  Deno.test(`Routes.towards() gives ${name}`, () => {
    const routes = new Routes();
    for (const neighbour of heard) routes.heard(target, neighbour, 0);
    deepEqual(routes.towards(target, linked, atMs), ways);
  });
}

Deno.test("Routes.failed() lets the others go first", () => {
  const routes = new Routes();
  for (const neighbour of [b, a]) routes.heard(target, neighbour, 0);
  routes.failed(target, a);
  deepEqual(routes.towards(target, all, 1), [b, a]);
});
