import { deepEqual, match } from "node:assert/strict";
import { cellBytes } from "../../mesh/mod.ts";
import { MeshInvariants } from "../../sims/mesh_invariants.ts";
import { randomScenario } from "../../sims/mesh_scenario.ts";
import { MeshWorld } from "../../sims/world/mesh_world.ts";

/** Three members with links to each other, under watch. */
function watched() {
  const world = new MeshWorld({
    seed: "three",
    profile: "lan",
    delay: { baseMs: 1, jitterMs: 0 },
    members: [0, 1, 2].map(() => ({ driftPpm: 0, dialsOnly: false })),
  });
  const scenario = { ...randomScenario("1"), troubled: false };
  const invariants = new MeshInvariants(world, scenario);
  world.watch = (event, member) => invariants.take(event, member);
  for (const member of world.members) member.start();
  while (world.step(5_000));
  const [first, second] = world.members;
  if (!first || !second) throw new Error("three members");
  return { world, invariants, first, second };
}

type Scene = ReturnType<typeof watched>;

const payload = new TextEncoder().encode("0.0 word");

const rows: { name: string; harm: (scene: Scene) => void; breach: RegExp }[] = [
  {
    name: "a word told twice",
    harm({ invariants, first, second }) {
      const origin = second.keys.node;
      invariants.take({ type: "delivered", origin, payload }, first);
      invariants.take({ type: "delivered", origin, payload }, first);
    },
    breach: /m0 was told "0.0" twice/,
  },
  {
    name: "a cell of another size",
    harm({ invariants, first }) {
      const cell = new Uint8Array(cellBytes - 1);
      invariants.take({ type: "sent", link: 1, hostMs: 9e9, cell }, first);
    },
    breach: /sent 511 bytes/,
  },
  {
    name: "a cell beside its slot",
    harm({ invariants, first }) {
      const cell = new Uint8Array(cellBytes);
      invariants.take({ type: "connected", link: 77, hostMs: 0 }, first);
      invariants.take({ type: "sent", link: 77, hostMs: 240, cell }, first);
    },
    breach: /240 ms into slot 0/,
  },
  {
    name: "a session of somebody who was put out",
    harm({ world, invariants, second }) {
      invariants.revoked(second.keys.node);
      while (world.step(30_000));
    },
    breach: /still has a session/,
  },
  {
    name: "timers without end",
    harm({ first }) {
      for (let timer = 0; timer < 3; timer++) first.clock.after(1e6, () => {});
    },
    breach: /m0 waits for 6 timers/,
  },
  {
    name: "events without end",
    harm({ world }) {
      for (let at = 0; at < 70_000; at++) world.clock.after(1e6, () => {});
    },
    breach: /events are to come/,
  },
  {
    name: "a word that is lost",
    harm({ world, invariants, first }) {
      invariants.take({ type: "published", payload }, first);
      while (world.step(60_000)) invariants.checkDeadlines();
      invariants.checkDeadlines();
    },
    breach: /"0.0" of m0 did not reach m1/,
  },
];

for (const { name, harm, breach } of rows) {
  Deno.test(`MeshInvariants notice ${name}`, () => {
    const scene = watched();
    scene.invariants.inspect();
    deepEqual(scene.invariants.breaches, []);
    harm(scene);
    scene.invariants.inspect();
    match(scene.invariants.breaches.join("\n"), breach);
  });
}
