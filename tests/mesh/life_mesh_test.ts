/** Whole nodes that stop, stall, are cut off and come back. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { LifeState } from "../../mesh/overlay/suspicion.ts";
import {
  startedMesh,
  type TestNode,
  type VirtualMesh,
} from "./virtual_mesh.ts";

function stateAt(observer: TestNode, about: TestNode): LifeState | undefined {
  return observer.report().health
    .find(({ node }) => node === about.keys.node)?.state;
}

/** States of one node as the running others see it. */
function statesOf(mesh: VirtualMesh, about: TestNode): Set<string | undefined> {
  return new Set(
    mesh.nodes.filter((node) => node !== about && node.running)
      .map((node) => stateAt(node, about)),
  );
}

/** Time until all others see `about` in `state`, in steps of 100 ms. */
function untilAllSee(
  mesh: VirtualMesh,
  about: TestNode,
  state: LifeState,
  msMax: number,
): number | undefined {
  for (let ms = 0; ms <= msMax; ms += 100) {
    const states = statesOf(mesh, about);
    if (states.size === 1 && states.has(state)) return ms;
    mesh.clock.run(100);
  }
  return undefined;
}

const meshes: {
  profile: "open" | "lan" | "wan";
  lateMs: number;
  goneMs: number;
}[] = [
  { profile: "open", lateMs: 3_000, goneMs: 55_000 },
  { profile: "lan", lateMs: 4_500, goneMs: 55_000 },
  { profile: "wan", lateMs: 9_000, goneMs: 65_000 },
];
for (const { profile, lateMs, goneMs } of meshes) {
  Deno.test(`all of ten notice on ${profile} that one is silent within ${lateMs} ms, and call it gone`, () => {
    const mesh = startedMesh({ nodes: 10, profile }, 2);
    mesh.network.recording = false;
    mesh.clock.run(5_000);
    const dead = mesh.node(4);
    deepEqual(statesOf(mesh, dead), new Set(["up"]));
    dead.kill();
    const noticedMs = untilAllSee(mesh, dead, "late", lateMs);
    ok(noticedMs !== undefined, "not all have noticed");
    const goneAt = untilAllSee(mesh, dead, "gone", goneMs);
    ok(goneAt !== undefined, `not gone: ${[...statesOf(mesh, dead)]}`);
    ok(noticedMs + goneAt > 40_000, "gone before a stall could end");
    dead.start();
    ok(untilAllSee(mesh, dead, "up", 30_000) !== undefined, "not up again");
  });
}

Deno.test("both halves of a partition miss each other, and are up again after it", () => {
  const mesh = startedMesh({ nodes: 6 });
  mesh.network.recording = false;
  const cut = (on: boolean) => {
    for (const a of mesh.nodes.slice(0, 3)) {
      for (const b of mesh.nodes.slice(3)) mesh.network.cut(a.host, b.host, on);
    }
  };
  cut(true);
  mesh.clock.run(70_000);
  equal(stateAt(mesh.node(0), mesh.node(5)), "gone");
  equal(stateAt(mesh.node(5), mesh.node(0)), "gone");
  equal(stateAt(mesh.node(0), mesh.node(1)), "up");
  cut(false);
  mesh.clock.run(75_000);
  for (const node of mesh.nodes) {
    deepEqual(statesOf(mesh, node), new Set(["up"]));
  }
});

Deno.test("a link that breaks between two live nodes costs nobody its good name", () => {
  const mesh = startedMesh({ nodes: 6 });
  mesh.network.recording = false;
  mesh.network.cut(mesh.node(0).host, mesh.node(1).host);
  mesh.clock.run(20_000);
  for (let i = 0; i < 120; i++) {
    mesh.clock.run(1_000);
    for (const node of mesh.nodes) {
      deepEqual(
        statesOf(mesh, node),
        new Set(["up"]),
        `${node.host} at ${i} s`,
      );
    }
  }
});

Deno.test("suspicion moves no slot and closes no link of the others", () => {
  const times = (dead: boolean) => {
    const mesh = startedMesh({ nodes: 4 });
    mesh.network.sent.length = 0;
    if (dead) {
      // Its cells are lost from now on, while its links stay.
      mesh.network.tamper = (sent) =>
        sent.from === "n3:443" ? undefined : sent.cell;
    }
    mesh.clock.run(2_900);
    return mesh.network.sent.filter(({ from }) => from !== "n3:443")
      .map(({ atMs, from, to }) => `${atMs} ${from} ${to}`);
  };
  deepEqual(times(true), times(false));
});
