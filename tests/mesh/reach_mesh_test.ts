/** Whole nodes that nobody can dial, or that have more than one address. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { writeCard } from "../../mesh/roster_entry.ts";
import { certificateLike, type TestNode, VirtualMesh } from "./virtual_mesh.ts";

/** The next card of a node, with these addresses. */
function cardOf(
  mesh: VirtualMesh,
  { keys, host }: TestNode,
  addresses: readonly string[],
): Uint8Array {
  return writeCard({
    meshId: mesh.meshId,
    keys,
    seq: 2,
    name: host.split(":")[0]!,
    addresses,
    certificate: certificateLike,
  });
}

for (const nodes of [5, 10]) {
  Deno.test(`of ${nodes}, one that only dials out is dialled by nobody, linked and told`, () => {
    const mesh = new VirtualMesh({ nodes });
    mesh.network.recording = false;
    const shut = mesh.node(2);
    mesh.roster.push(cardOf(mesh, shut, []));
    mesh.startAll();
    mesh.clock.run(12_000);
    const { links } = shut.report();
    ok(links.length >= 4, `${links.length} links`);
    ok(links.every(({ dialled }) => dialled), "somebody dialled it");
    equal(shut.counter("gate_admitted") + shut.counter("gate_refused"), 0);
    mesh.node(0).say("to all");
    for (const node of mesh.nodes) {
      if (node !== shut) node.tell(shut, node.host);
    }
    mesh.clock.run(8_000);
    equal(shut.heard("to all"), 1);
    equal(shut.told.length, nodes - 1);
  });
}

Deno.test("two that only dial out have no link and reach each other", () => {
  const mesh = new VirtualMesh({ nodes: 4 });
  mesh.network.recording = false;
  const [a, b] = [mesh.node(1), mesh.node(2)];
  mesh.roster.push(cardOf(mesh, a, []), cardOf(mesh, b, []));
  mesh.startAll();
  mesh.clock.run(8_000);
  const peers = a.report().links.map(({ peer }) => peer);
  deepEqual(peers.includes(b.keys.node), false);
  equal(peers.length, 2);
  a.tell(b, "hello");
  mesh.clock.run(4_000);
  deepEqual(b.told.map(({ text }) => text), ["hello"]);
});

Deno.test("addresses that nobody answers are passed by within seconds", () => {
  const mesh = new VirtualMesh({ nodes: 2 });
  for (const node of mesh.nodes) {
    mesh.roster.push(
      cardOf(mesh, node, ["[2001:db8::9]:443", "192.0.2.9:443", node.host]),
    );
  }
  mesh.startAll();
  const tookMs = mesh.clock.runUntil(
    () => mesh.nodes.every((node) => node.report().links.length === 1),
    10_000,
  );
  // Two dials with a quarter of a second after each, then a handshake.
  ok(tookMs !== undefined && tookMs < 5_000, `${tookMs} ms`);
});

Deno.test("a node that moves while it runs is found at its new address", () => {
  const mesh = new VirtualMesh({ nodes: 3 });
  mesh.startAll();
  mesh.settle();
  const moved = mesh.node(2);
  const card = cardOf(mesh, moved, ["moved:443"]);
  moved.running?.send({ type: "merge_roster", entries: [card] });
  mesh.clock.run(3_000);
  for (const node of mesh.nodes) {
    const member = node.members.find((each) => each.node === moved.keys.node);
    deepEqual(member?.addresses, ["moved:443"]);
  }
  // It is gone from the old place and answers at the new one.
  mesh.network.kill(moved.host);
  mesh.network.listen("moved:443", moved.running!);
  mesh.clock.run(1_000);
  const dialledFor = new Set(
    mesh.network.sent.filter(({ to }) => to === "moved:443")
      .map(({ from }) => from),
  );
  mesh.clock.run(15_000);
  for (const { from, to } of mesh.network.sent) {
    if (to === "moved:443") dialledFor.add(from);
  }
  ok(dialledFor.size > 0, "nobody dialled the new address");
});
