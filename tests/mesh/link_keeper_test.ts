import { equal, ok } from "node:assert/strict";
import { startedMesh } from "./virtual_mesh.ts";

for (const nodes of [2, 3, 4, 6]) {
  Deno.test(`startNode() links ${nodes} nodes to a full mesh, one link per pair`, () => {
    const mesh = startedMesh({ nodes });
    mesh.clock.run(10_000);
    for (const node of mesh.nodes) {
      const peers = node.report().links.map(({ peer }) => peer);
      equal(new Set(peers).size, nodes - 1);
      equal(peers.length, nodes - 1);
    }
  });
}

Deno.test("startNode() keeps one link when both ends dial at once", () => {
  const mesh = startedMesh({ nodes: 3 });
  // Every link breaks at both ends and both ends are free to dial.
  for (let round = 0; round < 5; round++) {
    for (const [a, b] of [[0, 1], [0, 2], [1, 2]] as const) {
      const hosts = [mesh.node(a).host, mesh.node(b).host] as const;
      mesh.network.cut(...hosts);
      mesh.clock.run(5_000 + 317 * round);
      mesh.network.cut(...hosts, false);
    }
    mesh.settle(2, 70_000);
    mesh.clock.run(5_000);
    for (const node of mesh.nodes) equal(node.report().links.length, 2);
  }
});

Deno.test("startNode() of 12 nodes: everybody hears everybody", () => {
  const mesh = startedMesh({ nodes: 12 }, 2);
  mesh.network.recording = false;
  mesh.clock.run(2_000);
  for (const [i, node] of mesh.nodes.entries()) node.say(`I am ${i}`);
  mesh.clock.run(10_000);
  for (const node of mesh.nodes) {
    equal(node.delivered.length, 11, node.host);
    ok(node.report().links.length <= 10, "few links beyond the degree");
  }
});

Deno.test("startNode() changes neighbours by the calendar and drops the old", () => {
  const mesh = startedMesh({ nodes: 10 }, 2);
  mesh.network.recording = false;
  const peersOf = () =>
    mesh.nodes.map((node) =>
      node.report().links.map(({ peer }) => peer).sort()
    );
  const before = peersOf();
  for (let epoch = 0; epoch < 4; epoch++) {
    mesh.clock.wallShiftMs += 6 * 3_600_000;
    mesh.clock.run(5_000);
  }
  for (const node of mesh.nodes) {
    const dialled = node.report().links.filter(({ dialled }) => dialled);
    ok(dialled.length <= 2, `${node.host} dialled ${dialled.length}`);
  }
  ok(peersOf().join() !== before.join());
  mesh.node(4).say("new ways");
  mesh.clock.run(3_000);
  for (const node of mesh.nodes) {
    equal(node.heard("new ways"), node === mesh.node(4) ? 0 : 1);
  }
});

Deno.test("startNode() heals a partition without losing a message", () => {
  const mesh = startedMesh({ nodes: 4 });
  const sides = [[0, 1], [2, 3]] as const;
  const cut = (on: boolean) => {
    for (const a of sides[0]) {
      for (const b of sides[1]) {
        mesh.network.cut(mesh.node(a).host, mesh.node(b).host, on);
      }
    }
  };
  cut(true);
  const texts = Array.from({ length: 40 }, (_, i) => `part ${i}`);
  for (const [i, text] of texts.entries()) {
    mesh.node(i % 4).say(text);
    mesh.clock.run(500);
  }
  equal(mesh.node(2).heard("part 0"), 0);
  ok(mesh.node(0).counter("links_silent") > 0);
  cut(false);
  mesh.clock.run(90_000);
  for (const [i, text] of texts.entries()) {
    for (const node of mesh.nodes) {
      const expected = node === mesh.node(i % 4) ? 0 : 1;
      equal(node.heard(text), expected, `${node.host} ${text}`);
    }
  }
});

Deno.test("startNode() brings a restarted node what it missed", () => {
  const mesh = startedMesh({ nodes: 3 });
  mesh.node(2).kill();
  mesh.clock.run(1_000);
  mesh.node(0).say("while you were away");
  mesh.clock.run(10_000);
  equal(mesh.node(0).report().links.length, 1, "the dead link is gone");
  mesh.node(2).start();
  mesh.settle();
  mesh.clock.run(2_000);
  equal(mesh.node(2).heard("while you were away"), 1);
  mesh.node(2).say("back");
  mesh.clock.run(1_000);
  equal(mesh.node(0).heard("back"), 1);
});

Deno.test("startNode() keeps links through many rekeys", () => {
  const mesh = startedMesh({ nodes: 2 });
  mesh.network.recording = false;
  mesh.clock.run(20 * 60_000);
  const [view] = mesh.node(0).report().links;
  ok(view && view.upMs > 19 * 60_000);
  // 120 s ± 30 s, both directions, both ends: 8 to 14 of each in 20 minutes.
  const rekeys = mesh.node(0).counter("rekeys");
  ok(rekeys >= 16 && rekeys <= 28, `${rekeys}`);
  mesh.node(0).say("after rekeys");
  mesh.clock.run(1_000);
  equal(mesh.node(1).heard("after rekeys"), 1);
  equal(mesh.node(1).counter("cells_rejected"), 0);
});
