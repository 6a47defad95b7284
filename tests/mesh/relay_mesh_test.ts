/** Whole nodes whose network has holes: what is told and pinged arrives. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { type TestNode, VirtualMesh } from "./virtual_mesh.ts";

/** A mesh in which only `pairs` can reach each other. */
function meshOf(
  nodes: number,
  pairs: readonly (readonly [number, number])[],
  profile: "lan" | "open" = "lan",
): VirtualMesh {
  const mesh = new VirtualMesh({ nodes, profile });
  for (let a = 0; a < nodes; a++) {
    for (let b = a + 1; b < nodes; b++) {
      if (pairs.some(([x, y]) => x === a && y === b)) continue;
      mesh.network.cut(mesh.node(a).host, mesh.node(b).host);
    }
  }
  mesh.startAll();
  mesh.clock.run(8_000);
  return mesh;
}

const line: [number, number][] = [[0, 1], [1, 2], [2, 3], [3, 4]];
const ring: [number, number][] = [[0, 1], [1, 2], [2, 3], [3, 4], [0, 4]];

function pinged(
  mesh: VirtualMesh,
  from: TestNode,
  to: TestNode,
  msMax = 20_000,
) {
  const id = `${from.host} ${to.host} ${mesh.clock.nowMs()}`;
  from.running?.send({ type: "ping", to: to.keys.node, id });
  mesh.clock.runUntil(() => from.pings.has(id), msMax);
  return from.pings.get(id);
}

Deno.test("a told payload crosses a line of five, and only its receiver reads it", () => {
  const mesh = meshOf(5, line);
  const [first, last] = [mesh.node(0), mesh.node(4)];
  equal(first.report().links.length, 1, "the line is no line");
  first.tell(last, "meet at noon");
  mesh.clock.run(10_000);
  deepEqual(last.told, [{ from: first.keys.node, text: "meet at noon" }]);
  for (const node of mesh.nodes.slice(0, 4)) deepEqual(node.told, []);
  equal(first.counter("tells_answered"), 1);
  equal(mesh.nodes.reduce((sum, node) => sum + node.delivered.length, 0), 0);
});

Deno.test("a ping crosses a line and says how far it came, and over whom", () => {
  const mesh = meshOf(5, line);
  const outcome = pinged(mesh, mesh.node(0), mesh.node(3));
  ok(outcome?.answered);
  equal(outcome.hops, 3);
  equal(outcome.via, mesh.node(1).keys.node);
  ok(outcome.roundTripMs > 6 && outcome.roundTripMs < 4_000);
  ok(Math.abs(outcome.clockAheadMs) <= outcome.roundTripMs / 2 + 1);
});

Deno.test("a ring that loses a link goes the other way round", () => {
  const mesh = meshOf(5, ring);
  const [from, to] = [mesh.node(0), mesh.node(2)];
  ok(pinged(mesh, from, to)?.answered);
  mesh.network.cut(mesh.node(1).host, to.host);
  const outcome = pinged(mesh, from, to);
  ok(outcome?.answered);
  equal(outcome.hops, 3);
});

Deno.test("what the flood taught is used: one way instead of all", () => {
  const mesh = meshOf(5, ring);
  mesh.node(2).say("this way");
  mesh.clock.run(3_000);
  const outcome = pinged(mesh, mesh.node(0), mesh.node(2));
  ok(outcome?.answered);
  equal(outcome.hops, 2);
  const forwarded = mesh.nodes
    .reduce((sum, node) => sum + node.counter("relay_forwarded"), 0);
  // There over one relay; the way back may not be known, then it is flooded.
  ok(forwarded <= 1 + 4, `${forwarded} forwards`);
});

Deno.test("a ping of a member that is down is told to be silent, in bounded time", () => {
  const mesh = meshOf(4, [[0, 1], [1, 2], [2, 3]]);
  mesh.node(3).kill();
  const outcome = pinged(mesh, mesh.node(0), mesh.node(3));
  deepEqual(outcome, { answered: false, reason: "silent" });
});

Deno.test("a ping of oneself or of a stranger is refused at once", () => {
  const mesh = meshOf(2, [[0, 1]]);
  const node = mesh.node(0);
  const stranger = mesh.newKeys().node;
  for (const to of [node.keys.node, stranger]) {
    node.running?.send({ type: "ping", to, id: to });
    deepEqual(node.pings.get(to), { answered: false, reason: "stranger" });
  }
});

Deno.test("the largest payload passes, a larger one is refused and counted", () => {
  const mesh = meshOf(3, [[0, 1], [1, 2]], "open");
  mesh.node(0).tell(mesh.node(2), "x".repeat(8_000));
  mesh.node(0).tell(mesh.node(2), "x".repeat(8_193));
  mesh.clock.run(3_000);
  deepEqual(mesh.node(2).told.map(({ text }) => text.length), [8_000]);
  equal(mesh.node(0).counter("tells_refused"), 1);
});

Deno.test("relaying moves no slot: the same cells leave at the same times", () => {
  const times = (tells: number) => {
    const mesh = meshOf(4, [[0, 1], [1, 2], [2, 3]]);
    mesh.network.sent.length = 0;
    for (let i = 0; i < tells; i++) mesh.node(0).tell(mesh.node(3), `${i}`);
    mesh.clock.run(20_000);
    equal(mesh.node(3).told.length, tells);
    return mesh.network.sent.map(({ atMs, from, to }) =>
      `${atMs} ${from} ${to}`
    );
  };
  deepEqual(times(20), times(0));
});
