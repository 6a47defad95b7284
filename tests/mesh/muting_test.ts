import { deepEqual, equal, ok } from "node:assert/strict";
import { writeProof } from "../../mesh/equivocation.ts";
import { readMessage } from "../../mesh/message.ts";
import { forge, forgeChain, Liar, signed } from "./liar.ts";
import { VirtualMesh } from "./virtual_mesh.ts";

/** Node 0 lies, the others are honest and linked to it and to each other. */
function meshWithLiar(
  o: { nodes?: number; seed?: string } = {},
): { mesh: VirtualMesh; liar: Liar } {
  const mesh = new VirtualMesh({ nodes: 4, ...o });
  const liar = new Liar(mesh, 0);
  for (const node of mesh.nodes.slice(1)) node.start();
  mesh.settle();
  // The liar's ends open with the first cells of the others.
  mesh.clock.run(1_000);
  return { mesh, liar };
}

function honest(mesh: VirtualMesh) {
  return mesh.nodes.slice(1);
}

const lies: { name: string; say: (mesh: VirtualMesh, liar: Liar) => void }[] = [
  {
    name: "different stories to different peers",
    say: (mesh, liar) => {
      const place = mesh.node(0);
      liar.say(signed(forge(mesh, place, { text: "story" })), mesh.node(1));
      liar.say(signed(forge(mesh, place, { text: "tale" })), mesh.node(2));
    },
  },
  {
    name: "a second story to the same peer",
    say: (mesh, liar) => {
      const place = mesh.node(0);
      liar.say(signed(forge(mesh, place, { text: "story" })), mesh.node(1));
      liar.say(signed(forge(mesh, place, { text: "tale" })), mesh.node(1));
    },
  },
  {
    name: "a chain that forks",
    say: (mesh, liar) => {
      const place = mesh.node(0);
      const [story] = forgeChain(mesh, place, { texts: ["story"] });
      const [, more] = forgeChain(mesh, place, { texts: ["tale", "more"] });
      liar.say(signed(story!), mesh.node(1));
      liar.say(signed(more!), mesh.node(2));
    },
  },
];

for (const { name, say } of lies) {
  Deno.test(`MeshNode mutes a member that tells ${name}, everywhere`, () => {
    const { mesh, liar } = meshWithLiar();
    say(mesh, liar);
    mesh.clock.run(2_000);
    for (const node of honest(mesh)) {
      const { muted } = node.report();
      deepEqual(muted.map((each) => each.node), [liar.node], node.host);
      deepEqual(node.equivocated, [liar.node], "the owner is told once");
    }
    const heard = honest(mesh).map(({ delivered }) => delivered.length);
    // What it says now, under whatever number, is nothing to anybody.
    for (const incarnation of [1, 2, 99]) {
      const later = forge(mesh, mesh.node(0), { text: "later", incarnation });
      liar.say(signed(later));
    }
    mesh.clock.run(3_000);
    deepEqual(honest(mesh).map(({ delivered }) => delivered.length), heard);
    for (const node of honest(mesh)) {
      ok(node.counter("messages_muted") > 0);
      equal(node.report().links.length, 3, "its link is as it was");
    }
    // Muted is not deaf, and others are heard as ever.
    let told = 0;
    liar.onMessage = (_, { type }) => told += type === "signed" ? 1 : 0;
    mesh.node(1).say("alert");
    mesh.clock.run(2_000);
    equal(mesh.node(2).heard("alert"), 1);
    ok(told > 0);
  });
}

Deno.test("MeshNode believes a proof, not who brings it", () => {
  const { mesh, liar } = meshWithLiar();
  const victim = mesh.node(3);
  const [first, second] = forgeChain(mesh, victim, { texts: ["a", "b"] })
    .map((bytes) => readMessage(bytes)!);
  const stranger = {
    counter: 0,
    bytes: forge(mesh, mesh.node(2), { text: "x" }),
  };
  for (
    const proof of [
      writeProof(first!, second!),
      writeProof(first!, first!),
      writeProof(first!, stranger),
      mesh.bytes(300),
    ]
  ) liar.say({ type: "proof", proof });
  mesh.clock.run(3_000);
  for (const node of honest(mesh)) {
    deepEqual(node.report().muted, []);
    equal(node.counter("proofs_rejected"), 4);
  }
});

Deno.test("MeshNode learns of a mute it missed from its neighbours' sketches", () => {
  const { mesh, liar } = meshWithLiar();
  lies[0]!.say(mesh, liar);
  mesh.clock.run(2_000);
  // A restart forgets; the neighbours do not.
  mesh.node(3).kill();
  mesh.node(3).start();
  mesh.settle();
  mesh.clock.run(17_000);
  equal(mesh.node(3).report().muted[0]?.node, liar.node);
  // And from then on nobody has anything to send again.
  const repaired = () =>
    honest(mesh).map((node) => node.counter("messages_repaired"));
  const before = repaired();
  mesh.clock.run(60_000);
  deepEqual(repaired(), before);
  deepEqual(
    honest(mesh).map((node) => node.counter("sketches_undecoded")),
    [0, 0, 0],
  );
});

Deno.test("MeshNode takes different incarnations for what they are", () => {
  const { mesh, liar } = meshWithLiar();
  for (const [text, incarnation] of [["one", 5], ["two", 6]] as const) {
    liar.say(signed(forge(mesh, mesh.node(0), { text, incarnation })));
  }
  mesh.clock.run(3_000);
  for (const node of honest(mesh)) {
    deepEqual([node.heard("one"), node.heard("two")], [1, 1]);
    deepEqual(node.report().muted, []);
  }
});

Deno.test("MeshNode refuses a first message that claims a predecessor", () => {
  const { mesh, liar } = meshWithLiar();
  const previous = new Uint8Array(16).fill(1);
  liar.say(signed(forge(mesh, mesh.node(0), { text: "first", previous })));
  mesh.clock.run(2_000);
  for (const node of honest(mesh)) equal(node.heard("first"), 0);
});

Deno.test("MeshNode sends at the same times to a muted and an unmuted peer", () => {
  const times = (lie: boolean) => {
    const { mesh, liar } = meshWithLiar({ seed: "mute" });
    const [story, more] = forgeChain(mesh, mesh.node(0), {
      texts: ["story", "more"],
    });
    const tale = forge(mesh, mesh.node(0), { text: "tale" });
    liar.say(signed(story!), mesh.node(1));
    liar.say(signed(lie ? tale : more!), mesh.node(2));
    mesh.clock.run(30_000);
    equal(mesh.node(3).report().muted.length, lie ? 1 : 0);
    return mesh.network.sent.filter(({ from }) => from !== mesh.node(0).host)
      .map(({ atMs, from, to, cell }) => [atMs, from, to, cell.length]);
  };
  deepEqual(times(true), times(false));
});

Deno.test("MeshNode that is muted itself learns it and publishes no more", () => {
  const mesh = new VirtualMesh({ nodes: 3 });
  const liar = new Liar(mesh, 0);
  const victim = mesh.node(1);
  for (const node of honest(mesh)) node.start();
  mesh.settle();
  victim.say("mine");
  mesh.clock.run(1_000);
  // Somebody with a copy of its keys says something else under its number.
  liar.say(signed(forge(mesh, victim, { text: "copy", incarnation: 1 })));
  mesh.clock.run(2_000);
  deepEqual(victim.equivocated, [victim.keys.node]);
  victim.say("unheard");
  mesh.clock.run(1_000);
  equal(victim.counter("publish_refused"), 1);
  equal(mesh.node(2).heard("unheard"), 0);
});

Deno.test("two copies of one node outdo each other at most once a minute", () => {
  const mesh = new VirtualMesh({ nodes: 3 });
  const liar = new Liar(mesh, 0);
  const victim = mesh.node(1);
  for (const node of honest(mesh)) node.start();
  mesh.settle();
  const minutes = 3;
  for (let second = 0; second < minutes * 60; second++) {
    const incarnation = 2_000_000_000 + second;
    liar.say(signed(forge(mesh, victim, { text: "copy", incarnation })));
    mesh.clock.run(1_000);
  }
  const renewed = victim.counter("incarnations_renewed");
  ok(renewed >= 1 && renewed <= minutes + 1, `${renewed} times`);
  deepEqual(victim.equivocated, []);
});

Deno.test("MeshNode begins a later incarnation when its wall clock jumps ahead", () => {
  const mesh = new VirtualMesh({ nodes: 2 });
  mesh.startAll();
  mesh.settle();
  mesh.clock.run(5_000);
  mesh.clock.wallShiftMs += 60_000;
  mesh.clock.run(3_000);
  for (const node of mesh.nodes) equal(node.counter("incarnations_renewed"), 1);
  mesh.clock.run(10_000);
  for (const node of mesh.nodes) equal(node.counter("incarnations_renewed"), 1);
});
