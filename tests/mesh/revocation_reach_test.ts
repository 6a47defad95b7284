/**
 * Design §5: sessions of a revoked key die everywhere within 2T + 1 s, and
 * after a healed partition too.
 */
import { equal, ok } from "node:assert/strict";
import type { NodeId } from "../../mesh/node_id.ts";
import { type ProfileName, profiles } from "../../mesh/profile.ts";
import { writeCard } from "../../mesh/roster_entry.ts";
import { writeRevocation } from "../../mesh/office_entry.ts";
import {
  startedMesh,
  type TestNode,
  type VirtualMesh,
} from "./virtual_mesh.ts";

const nodes = 12;

function reachMs(profile: ProfileName): number {
  return 2 * profiles[profile].periodMs + 1_000;
}

function revocation(mesh: VirtualMesh, node: NodeId): Uint8Array {
  return writeRevocation({
    meshId: mesh.meshId,
    signer: mesh.operator,
    by: "operator",
    node,
    nowMs: mesh.clock.wallMs(),
  });
}

function revoke(mesh: VirtualMesh, at: TestNode, whom: TestNode): void {
  const entries = [revocation(mesh, whom.keys.node)];
  at.running?.send({ type: "merge_roster", entries });
}

function linksTo(whom: TestNode, among: readonly TestNode[]): number {
  const { node } = whom.keys;
  return among.filter((each) =>
    each !== whom && each.report().links.some(({ peer }) => peer === node)
  ).length;
}

function cutHalves(mesh: VirtualMesh, cut: boolean): TestNode[][] {
  const halves = [mesh.nodes.slice(0, 6), mesh.nodes.slice(6)];
  for (const a of halves[0]!) {
    for (const b of halves[1]!) mesh.network.cut(a.host, b.host, cut);
  }
  return halves;
}

function linksAcross(halves: readonly TestNode[][]): number {
  const far = new Set(halves[1]!.map(({ keys }) => keys.node));
  return halves[0]!.flatMap((each) => each.report().links)
    .filter(({ peer }) => far.has(peer)).length;
}

for (const profile of ["lan", "wan"] as const) {
  for (const seed of ["one", "two", "three"]) {
    Deno.test(`startNode() cuts a revoked member off within 2T + 1 s: ${profile}, ${nodes} nodes, seed ${seed}`, () => {
      const mesh = startedMesh({ nodes, profile, seed }, 2);
      mesh.network.recording = false;
      const bad = mesh.node(nodes - 1);
      ok(linksTo(bad, mesh.nodes) > 0);
      revoke(mesh, mesh.node(0), bad);
      mesh.clock.run(reachMs(profile));
      equal(linksTo(bad, mesh.nodes), 0);
    });

    Deno.test(`startNode() cuts a revoked member off within 2T + 1 s of the first link across a healed partition: ${profile}, seed ${seed}`, () => {
      const mesh = startedMesh({ nodes, profile, seed }, 2);
      mesh.network.recording = false;
      const halves = cutHalves(mesh, true);
      const parted = mesh.clock.runUntil(
        () => mesh.clock.nowMs() % 100 === 0 && linksAcross(halves) === 0,
        120_000,
      );
      ok(parted !== undefined);
      const bad = mesh.node(nodes - 1);
      revoke(mesh, mesh.node(0), bad);
      mesh.clock.run(10_000);
      ok(linksTo(bad, halves[1]!) > 0, "the far half cannot know yet");
      cutHalves(mesh, false);
      const across = mesh.clock.runUntil(
        () => mesh.clock.nowMs() % 10 === 0 && linksAcross(halves) > 0,
        120_000,
      );
      ok(across !== undefined);
      mesh.clock.run(reachMs(profile));
      equal(linksTo(bad, mesh.nodes), 0);
    });
  }
}

Deno.test("startNode() cuts a member off that floods alerts and roster entries", () => {
  const mesh = startedMesh({ nodes, profile: "wan" }, 2);
  mesh.network.recording = false;
  const bad = mesh.node(nodes - 1);
  const flood = () => {
    for (let at = 0; at < 200; at++) bad.say(`${mesh.clock.nowMs()} ${at}`);
    const entries = Array.from({ length: 60 }, (_, at) =>
      writeCard({
        meshId: mesh.meshId,
        // Its own card, and cards of nobody.
        keys: at % 2 ? bad.keys : mesh.newKeys(),
        seq: mesh.clock.nowMs() + at,
        name: "flood",
        addresses: [bad.host],
        certificate: new Uint8Array(1_500),
      }));
    bad.running?.send({ type: "merge_roster", entries });
  };
  for (let at = 0; at < 10; at++) {
    flood();
    mesh.clock.run(1_000);
  }
  revoke(mesh, mesh.node(0), bad);
  for (let ms = 0; ms < reachMs("wan"); ms += 1_000) {
    flood();
    mesh.clock.run(1_000);
  }
  equal(linksTo(bad, mesh.nodes), 0);
});
