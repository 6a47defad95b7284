import { deepEqual, equal, ok } from "node:assert/strict";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { NodeId } from "../../../mesh/node_id.ts";
import {
  degreeOf,
  epochMs,
  epochOf,
  planDials,
} from "../../../mesh/overlay/neighbours.ts";

function members(count: number): NodeId[] {
  return Array.from(
    { length: count },
    (_, i) => sha256(utf8ToBytes(`node ${i}`)).toHex() as NodeId,
  );
}

/** Who dials whom, as undirected pairs. */
function links(nodes: readonly NodeId[], epoch = 1): Set<string> {
  return new Set(nodes.flatMap((self) => {
    const { order, count } = planDials(self, nodes, epoch);
    return order.slice(0, count).map((peer) => [self, peer].sort().join());
  }));
}

const degrees: [number, number][] = [
  [1, 0],
  [3, 2],
  [6, 5],
  [7, 4],
  [10, 4],
  [100, 6],
  [500, 6],
  [1_000, 8],
];

for (const [nodes, degree] of degrees) {
  Deno.test(`degreeOf() is ${degree} at ${nodes} nodes`, () => {
    equal(degreeOf(nodes), degree);
  });
}

for (const count of [2, 3, 4, 5, 6]) {
  Deno.test(`planDials() of ${count} nodes: each pair has one dialler`, () => {
    const nodes = members(count);
    const dials = nodes.flatMap((self) => planDials(self, nodes, 1).order);
    equal(dials.length, count * (count - 1) / 2);
    equal(links(nodes).size, dials.length);
    for (const self of nodes) {
      const { order, awaited } = planDials(self, nodes, 1);
      equal(order.length + awaited.length, count - 1);
      ok(order.length >= Math.floor((count - 1) / 2), "half self-dialled");
    }
  });
}

for (const count of [7, 10, 50, 100]) {
  Deno.test(`planDials() of ${count} nodes is connected and of the degree`, () => {
    const nodes = members(count);
    const pairs = [...links(nodes)].map((pair) => pair.split(","));
    const reached = new Set([nodes[0]!]);
    for (let before = -1; before !== reached.size;) {
      before = reached.size;
      for (const [a, b] of pairs as [NodeId, NodeId][]) {
        if (reached.has(a)) reached.add(b);
        else if (reached.has(b)) reached.add(a);
      }
    }
    equal(reached.size, count);
    const mean = 2 * pairs.length / count;
    ok(mean <= degreeOf(count) && mean > degreeOf(count) - 1, `${mean}`);
  });
}

for (const count of [7, 10, 20, 100, 400]) {
  Deno.test(`planDials() of ${count} nodes leaves nobody on few links`, () => {
    const nodes = members(count);
    const degrees = new Map(nodes.map((node) => [node, 0]));
    for (const pair of links(nodes)) {
      for (const node of pair.split(",") as NodeId[]) {
        degrees.set(node, degrees.get(node)! + 1);
      }
    }
    const least = Math.min(...degrees.values());
    ok(least >= degreeOf(count) - 2, `${least} links`);
  });
}

Deno.test("planDials() names stand-ins, each once, and never itself", () => {
  const nodes = members(100);
  for (const self of nodes) {
    const { order, count } = planDials(self, nodes, 1);
    equal(order.length, 8 * count);
    equal(new Set(order).size, order.length);
    ok(!order.includes(self));
  }
});

Deno.test("planDials() of few nodes names them all", () => {
  const nodes = members(9);
  equal(planDials(nodes[0]!, nodes, 1).order.length, 8);
});

Deno.test("planDials() does not depend on the order of members", () => {
  const nodes = members(20);
  const [self] = nodes;
  deepEqual(
    planDials(self!, nodes, 1),
    planDials(self!, [...nodes].reverse(), 1),
  );
});

Deno.test("planDials() changes its ranked neighbours with the epoch", () => {
  const nodes = members(50);
  ok([...links(nodes, 1)].join() !== [...links(nodes, 2)].join());
});

Deno.test("epochOf() turns every 6 h, each node at its own time", () => {
  const nodes = members(30);
  const wallMs = 1_000 * epochMs;
  for (const self of nodes) {
    equal(epochOf(self, wallMs + epochMs), epochOf(self, wallMs) + 1);
  }
  const later = wallMs + epochMs / 2;
  const turned = nodes.filter((self) =>
    epochOf(self, later) > epochOf(self, wallMs)
  );
  ok(turned.length > 5 && turned.length < 25, `${turned.length}`);
});
