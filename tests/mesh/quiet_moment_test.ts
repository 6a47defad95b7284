import { deepEqual, equal, ok } from "node:assert/strict";
import { Link } from "../../mesh/link.ts";
import type { Connection } from "../../mesh/link_table.ts";
import { MeshNode } from "../../mesh/node.ts";
import { workNow } from "../../mesh/quiet_moment.ts";
import { VirtualMesh } from "./virtual_mesh.ts";

const rows: {
  name: string;
  sinceMs?: number;
  nextSlotMs: number;
  works: boolean;
}[] = [
  { name: "nothing to do", nextSlotMs: Infinity, works: false },
  { name: "no slots at all", sinceMs: 100, nextSlotMs: Infinity, works: true },
  { name: "a slot far away", sinceMs: 100, nextSlotMs: 108, works: true },
  { name: "a slot soon", sinceMs: 100, nextSlotMs: 107, works: false },
  { name: "a slot now", sinceMs: 100, nextSlotMs: 100, works: false },
  { name: "a slot missed", sinceMs: 100, nextSlotMs: 40, works: false },
  {
    name: "a slot soon, but waiting for long",
    sinceMs: -150,
    nextSlotMs: 101,
    works: true,
  },
  {
    name: "a slot soon, waiting for almost so long",
    sinceMs: -149,
    nextSlotMs: 101,
    works: false,
  },
];

for (const { name, sinceMs, nextSlotMs, works } of rows) {
  Deno.test(`workNow() with ${name} says ${works}`, () => {
    const connection = { link: { workSinceMs: sinceMs } } as Connection;
    const table = {
      workDue: () => sinceMs === undefined ? undefined : connection,
      nextSlotMs: () => nextSlotMs,
    };
    deepEqual(workNow(table, 100), works ? connection : undefined);
  });
}

/** Runs `scene` while each event of each node is watched. */
function watched(
  scene: () => void,
  onEvent: (node: MeshNode, computed: number, sent: number) => void,
): void {
  const { handle } = MeshNode.prototype;
  const { compute } = Link.prototype;
  let computed = 0;
  Link.prototype.compute = function (nowMs) {
    if (this.workSinceMs !== undefined) computed++;
    return compute.call(this, nowMs);
  };
  MeshNode.prototype.handle = function (...given) {
    computed = 0;
    const effects = handle.apply(this, given);
    const sent = effects.filter(({ type }) => type === "send").length;
    onEvent(this, computed, sent);
    return effects;
  };
  try {
    scene();
  } finally {
    MeshNode.prototype.handle = handle;
    Link.prototype.compute = compute;
  }
}

Deno.test("MeshNode computes handshakes in events of their own, one each", () => {
  const mesh = new VirtualMesh({ nodes: 6, seed: "quiet" });
  let total = 0;
  watched(() => {
    mesh.startAll();
    mesh.settle();
  }, (node, computed, sent) => {
    total += computed;
    ok(computed <= 1);
    if (computed === 0) return;
    equal(sent, 0);
    ok(node.pulseAtMs() >= mesh.clock.nowMs());
  });
  // Fifteen links at least, three computations each.
  ok(total >= 45, `${total}`);
});

Deno.test("MeshNode that is always busy still computes, and never on a slot", () => {
  const mesh = new VirtualMesh({ nodes: 12, seed: "busy" });
  mesh.clock.timersLateMs = 3;
  watched(() => {
    mesh.startAll();
    mesh.settle(2);
  }, (_, computed, sent) => {
    if (computed > 0) equal(sent, 0);
  });
});

Deno.test("MeshNode computes nothing for whoever did not come through the gate", () => {
  const mesh = new VirtualMesh({ nodes: 2, seed: "stranger" });
  mesh.node(0).start();
  const { running } = mesh.node(0);
  let total = 0;
  watched(() => {
    for (let link = -1; link >= -50; link--) {
      running?.transport({ type: "accepted", link, token: mesh.bytes(32) });
      for (const kind of [1, 1, 2]) {
        const cell = mesh.bytes(512).with(0, kind);
        running?.transport({ type: "cell", link, cell });
      }
      mesh.clock.run(100);
    }
  }, (_, computed) => total += computed);
  equal(total, 0);
  equal(mesh.node(0).counter("connections_refused"), 50);
  equal(mesh.node(0).counter("cells_unexpected"), 150);
});

Deno.test("MeshNode links with peers of any profile, the slowest included", () => {
  const mesh = new VirtualMesh({ nodes: 4, seed: "mixed" });
  for (
    const [index, profile] of (["lan", "wan", "metered", "open"] as const)
      .entries()
  ) {
    mesh.node(index).start({ profile });
  }
  mesh.settle(3, 60_000);
  // The slow handshakes were slow, not dead: nobody dialled twice for them.
  for (const node of mesh.nodes) {
    equal(node.counter("links_timed_out"), 0, node.host);
    equal(node.counter("handshakes_rejected"), 0, node.host);
  }
});

Deno.test("MeshNode opens the links of a metered mesh", () => {
  const mesh = new VirtualMesh({ nodes: 3, profile: "metered" });
  mesh.startAll();
  mesh.settle(2, 60_000);
  equal(mesh.node(0).counter("links_timed_out"), 0);
});
