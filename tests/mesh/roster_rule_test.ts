import { equal, ok } from "node:assert/strict";
import { generateKeyMaterial } from "../../mesh/keys.ts";
import { nodeIdOf } from "../../mesh/node_id.ts";
import { profiles } from "../../mesh/profile.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import { startedMesh } from "./virtual_mesh.ts";

Deno.test("startNode() closes a revoked member's sessions everywhere, for good", () => {
  const mesh = startedMesh({ nodes: 4 });
  const [operator, , , bad] = mesh.nodes;
  operator!.running?.send({
    type: "merge_roster",
    entries: [writeRevocation({
      meshId: mesh.meshId,
      signer: mesh.operator,
      by: "operator",
      node: bad!.keys.node,
      nowMs: mesh.clock.wallMs(),
    })],
  });
  mesh.clock.run(2 * profiles.lan.periodMs + 1_000);
  for (const node of mesh.nodes.slice(0, 3)) {
    const peers = node.report().links.map(({ peer }) => peer);
    ok(!peers.includes(bad!.keys.node), node.host);
    const view = node.members.find((member) => member.node === bad!.keys.node);
    equal(view?.revoked, true);
  }
  bad!.say("still here");
  mesh.clock.run(30_000);
  equal(mesh.node(0).heard("still here"), 0);
  ok(mesh.nodes.slice(0, 3).some((n) => n.counter("gate_refused") > 0));
  equal(bad!.report().links.length, 0);
});

Deno.test("startNode() closes the sessions of an expired member", () => {
  const mesh = startedMesh({ nodes: 3 });
  // The founder is admitted for a year, the others for 90 days.
  mesh.clock.wallShiftMs = 91 * 86_400_000;
  mesh.clock.run(3_000);
  equal(mesh.node(0).report().links.length, 0);
});

Deno.test("startNode() rotates keys without dropping a message", () => {
  const mesh = startedMesh({ nodes: 4 });
  const rotating = mesh.node(1);
  let said = 0;
  const talk = (ms: number) => {
    for (let at = 0; at < ms; at += 100) {
      rotating.say(`from ${said}`);
      mesh.node(2).say(`to ${said}`);
      said++;
      mesh.clock.run(100);
    }
  };
  talk(1_000);
  mesh.rotate(rotating);
  talk(10_000);
  mesh.clock.run(20_000);
  for (const node of mesh.nodes) {
    for (let i = 0; i < said; i++) {
      equal(node.heard(`from ${i}`), node === rotating ? 0 : 1);
      equal(node.heard(`to ${i}`), node === mesh.node(2) ? 0 : 1);
    }
    equal(node.report().links.length, 3, node.host);
    const view = node.members.find(({ node }) => node === rotating.keys.node);
    equal(view?.generation, 1);
    ok(node.counter("links_opened") > 3 || node !== rotating);
  }
});

for (const [back, other] of [[0, 1], [1, 0]] as const) {
  Deno.test(`startNode() tells node ${back}, which was away, of a rotation and never unlinks it`, () => {
    const mesh = startedMesh({ nodes: 2 });
    const [away, rotating] = [mesh.node(back), mesh.node(other)];
    away.kill();
    mesh.rotate(rotating);
    mesh.clock.run(10_000);
    away.start();
    mesh.settle(1);
    for (let ms = 0; ms < 10_000; ms += 50) {
      mesh.clock.run(50);
      for (const node of mesh.nodes) {
        ok(node.report().links.length >= 1, `${node.host} after ${ms} ms`);
      }
    }
    equal(
      away.members.find(({ node }) => node === rotating.keys.node)?.generation,
      1,
    );
    // One under the old keys, one under the new, and no other.
    equal(away.counter("links_opened"), 2);
    equal(away.report().links.length, 1);
    rotating.say("under new keys");
    mesh.clock.run(1_000);
    equal(away.heard("under new keys"), 1);
  });
}

Deno.test("startNode() refuses keys of another node", () => {
  const mesh = startedMesh({ nodes: 2 });
  const material = generateKeyMaterial(mesh.random);
  const keys = {
    ...material,
    node: nodeIdOf(material.signing.public),
    generation: 1,
  };
  mesh.node(0).running?.send({ type: "use_keys", keys });
  equal(mesh.node(0).counter("keys_refused"), 1);
});

Deno.test("startNode() counts wrong tokens and lets nobody in", () => {
  const mesh = startedMesh({ nodes: 2 });
  const rows = [new Uint8Array(), new Uint8Array(32), mesh.bytes(32)];
  for (const token of rows) equal(mesh.node(0).running?.admit(token), false);
  equal(mesh.node(0).counter("gate_refused"), rows.length);
});

Deno.test("startNode() closes connections that no admitted token belongs to", () => {
  const mesh = startedMesh({ nodes: 2 });
  const token = mesh.bytes(32);
  mesh.node(0).running?.transport({ type: "accepted", link: -99, token });
  equal(mesh.node(0).counter("connections_refused"), 1);
});
