/**
 * `keys rotate` under load: every node talks all the time, nodes rotate one
 * after another, one of them twice and two at once, and nothing is lost.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ProfileName } from "../../mesh/profile.ts";
import { startedMesh, type VirtualMesh } from "./virtual_mesh.ts";

/** Who rotates when; milliseconds after the first word. */
type Plan = readonly (readonly [atMs: number, node: number])[];

const plans: {
  name: string;
  nodes: number;
  profile: ProfileName;
  sayEveryMs: number;
  plan: Plan;
}[] = [
  {
    name: "one after another, all of them",
    nodes: 5,
    profile: "lan",
    sayEveryMs: 300,
    plan: [[1_000, 0], [7_000, 1], [13_000, 2], [19_000, 3], [25_000, 4]],
  },
  {
    name: "one twice, before the first has settled",
    nodes: 4,
    profile: "lan",
    sayEveryMs: 300,
    plan: [[1_000, 1], [1_900, 1], [9_000, 1]],
  },
  {
    name: "two at the same moment",
    nodes: 4,
    profile: "lan",
    sayEveryMs: 300,
    plan: [[1_000, 0], [1_000, 3], [9_000, 1], [9_050, 2]],
  },
  {
    name: "all at once",
    nodes: 4,
    profile: "lan",
    sayEveryMs: 300,
    plan: [[1_000, 0], [1_000, 1], [1_000, 2], [1_000, 3]],
  },
  {
    name: "on open links",
    nodes: 4,
    profile: "open",
    sayEveryMs: 100,
    plan: [[500, 0], [2_000, 1], [2_000, 2], [3_000, 1]],
  },
  {
    name: "on slow links",
    nodes: 3,
    profile: "wan",
    sayEveryMs: 1_500,
    plan: [[2_000, 0], [14_000, 1], [16_000, 2]],
  },
];

/** Says and rotates as planned; the texts that were said, by node. */
function play(
  mesh: VirtualMesh,
  plan: Plan,
  sayEveryMs: number,
): string[] {
  const startMs = mesh.clock.nowMs();
  const lastMs = (plan.at(-1)?.[0] ?? 0) + 10_000;
  const due = [...plan];
  const said: string[] = [];
  for (let ms = 0; ms < lastMs; ms += 50) {
    while (due[0] && due[0][0] <= ms) mesh.rotate(mesh.node(due.shift()![1]));
    if (ms % sayEveryMs === 0) {
      for (const node of mesh.nodes) {
        const text = `${node.host} at ${ms}`;
        said.push(text);
        node.say(text);
      }
    }
    mesh.clock.run(startMs + ms + 50 - mesh.clock.nowMs());
  }
  equal(due.length, 0);
  return said;
}

for (const { name, nodes, profile, sayEveryMs, plan } of plans) {
  Deno.test(`use_keys under load loses nothing: ${name}`, () => {
    const mesh = startedMesh({ nodes, profile, seed: `rotation ${name}` });
    mesh.network.recording = false;
    const said = play(mesh, plan, sayEveryMs);
    // Time for the last words and one comparison on every link.
    mesh.clock.run(profile === "wan" ? 90_000 : 30_000);
    ok(said.length > 50);
    for (const node of mesh.nodes) {
      const others = said.filter((text) => !text.startsWith(node.host));
      const heard = node.delivered.map(({ text }) => text);
      deepEqual(heard.toSorted(), others.toSorted(), node.host);
      const rotations = plan.filter(([, at]) => mesh.node(at) === node).length;
      for (const each of mesh.nodes) {
        const view = each.members.find((m) => m.node === node.keys.node);
        equal(view?.generation, rotations, `${node.host} at ${each.host}`);
      }
      equal(node.report().links.length, nodes - 1, node.host);
      equal(node.counter("handshakes_rejected"), 0, node.host);
      equal(node.counter("queue_dropped"), 0, node.host);
    }
  });
}
