/**
 * What one member gone bad can do to the others, one row of bounds per lie.
 * Equivocation has its own file, `muting_test.ts`.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { say } from "../../mesh/link_table.ts";
import { sketchBytes } from "../../mesh/wire/link_message.ts";
import { originPace } from "../../mesh/broadcast.ts";
import { allowanceOf } from "../../mesh/traffic/receive_budget.ts";
import { profiles } from "../../mesh/profile.ts";
import { forge, forgeChain, Liar, signed } from "./liar.ts";
import { type TestNode, VirtualMesh } from "./virtual_mesh.ts";

/** Node 0 lies; it is linked to everyone. */
function meshWithLiar(nodes = 4): { mesh: VirtualMesh; liar: Liar } {
  const mesh = new VirtualMesh({ nodes, seed: "byzantine" });
  mesh.network.recording = false;
  const liar = new Liar(mesh, 0);
  for (const node of mesh.nodes.slice(1)) node.start();
  mesh.settle(nodes === 4 ? 3 : 2);
  mesh.clock.run(1_000);
  return { mesh, liar };
}

function honest(mesh: VirtualMesh): TestNode[] {
  return mesh.nodes.slice(1);
}

/** Milliseconds until all honest nodes heard an alert of node `by`. */
function msToAll(mesh: VirtualMesh, by: number, msMax: number) {
  const text = `alert of ${by} at ${mesh.clock.nowMs()}`;
  mesh.node(by).say(text);
  const others = honest(mesh).filter((node) => node !== mesh.node(by));
  return mesh.clock.runUntil(
    () => others.every((node) => node.heard(text) === 1),
    msMax,
  );
}

/** Alerts of honest nodes arrive as if nothing were the matter. */
function assertHonestHeard(mesh: VirtualMesh): void {
  // One slot in four may be the liar's, and an alert waits for the next.
  const msMax = 3 * 2 * profiles.lan.periodMs;
  for (let by = 1; by <= 3; by++) {
    ok(msToAll(mesh, by, msMax) !== undefined, `alert of ${by} is late`);
  }
}

Deno.test("a member that floods signed messages delays nobody and is held to its budget", () => {
  const { mesh, liar } = meshWithLiar(8);
  const texts = Array.from({ length: 6_000 }, (_, i) => `flood ${i}`);
  const chain = forgeChain(mesh, mesh.node(0), { texts });
  // On every link as many as fit, always the next ones.
  const sent = new Map<number, number>();
  liar.beforeCell = (to) => {
    while ((to.link?.waiting ?? 4) < 4) {
      const at = sent.get(to.id) ?? 0;
      if (at >= chain.length) return;
      sent.set(to.id, at + 1);
      say(to, signed(chain[at]!), { urgency: 0, origin: `${at}` });
    }
  };
  const seconds = 60;
  for (let second = 0; second < seconds; second += 5) {
    mesh.clock.run(3_500);
    assertHonestHeard(mesh);
  }
  for (const node of honest(mesh)) {
    const taken = node.delivered.filter(({ origin }) => origin === liar.node);
    ok(taken.length > 0, "it is a member and may speak");
    const most = originPace.burst +
      originPace.perSecond * mesh.clock.nowMs() / 1_000;
    ok(taken.length <= most, `${taken.length} taken, ${most} allowed`);
    ok(node.report().links.length >= 2);
  }
  // It ends: what was held back is of no lasting effect.
  liar.beforeCell = () => {};
  mesh.clock.run(60_000);
  assertHonestHeard(mesh);
});

Deno.test("a member that sends faster than it said is worked on at its pace, then loses its link", () => {
  const { mesh, liar } = meshWithLiar();
  liar.speed = 20;
  let said = 0;
  liar.beforeCell = (to) => {
    const text = `fast ${said++}`;
    const message = forge(mesh, mesh.node(0), { text, incarnation: said });
    say(to, signed(message), { urgency: 0, origin: text });
  };
  mesh.clock.run(8_000);
  const { burst, perSecond } = allowanceOf(profiles.lan);
  for (const node of honest(mesh)) {
    ok(node.counter("cells_over_budget") > 0);
    ok(node.counter("links_over_budget") > 0);
    const opened = node.counter("links_opened");
    const worked = node.counter("messages_delivered") +
      node.counter("messages_known") + node.counter("messages_over_budget");
    // Each cell brings up to two, and the others' links pass them on.
    ok(worked <= 4 * 3 * opened * (burst + perSecond * 8), `${worked}`);
  }
  liar.speed = 1;
  liar.beforeCell = () => {};
  assertHonestHeard(mesh);
});

Deno.test("a member that replays the whole history delivers nothing twice", () => {
  const { mesh, liar } = meshWithLiar();
  const history: Uint8Array[] = [];
  liar.onMessage = (_, message) => {
    if (message.type === "signed") history.push(message.message.slice());
  };
  for (let i = 0; i < 30; i++) {
    mesh.node(1 + i % 3).say(`alert ${i}`);
    mesh.clock.run(500);
  }
  ok(history.length >= 30);
  for (const message of history) liar.say(signed(message));
  mesh.clock.run(20_000);
  for (const node of honest(mesh)) {
    const texts = node.delivered.map(({ text }) => text);
    equal(new Set(texts).size, texts.length, node.host);
    ok(node.counter("messages_known") >= history.length);
    deepEqual(node.report().muted, []);
  }
  assertHonestHeard(mesh);
});

const garbage: {
  name: string;
  counter: string;
  say: (mesh: VirtualMesh, liar: Liar, i: number) => void;
}[] = [
  {
    name: "garbage for messages",
    counter: "messages_malformed",
    say: (mesh, liar) => liar.say(signed(mesh.bytes(150))),
  },
  {
    name: "messages of nobody",
    counter: "messages_of_strangers",
    say: (mesh, liar, i) => {
      const stranger = mesh.newKeys();
      const place = { keys: stranger } as TestNode;
      liar.say(signed(forge(mesh, place, { text: `${i}` })));
    },
  },
  {
    name: "messages in another's name",
    counter: "messages_unsigned",
    say: (mesh, liar, i) => {
      const keys = { ...mesh.node(0).keys, node: mesh.node(2).keys.node };
      const place = { keys } as TestNode;
      liar.say(signed(forge(mesh, place, { text: `${i}`, incarnation: 9 })));
    },
  },
  {
    name: "garbage for proofs",
    counter: "proofs_rejected",
    say: (mesh, liar) => liar.say({ type: "proof", proof: mesh.bytes(300) }),
  },
  {
    name: "garbage for sketches",
    counter: "sketches_undecoded",
    say: (mesh, liar) =>
      liar.say({ type: "sketch", sketch: mesh.bytes(sketchBytes) }),
  },
  {
    name: "sketches of nothing",
    counter: "comparisons_early",
    say: (_, liar) =>
      liar.say({ type: "sketch", sketch: new Uint8Array(sketchBytes) }),
  },
  {
    name: "streams that lack everything",
    counter: "comparisons_early",
    say: (_, liar) => liar.say({ type: "have", streams: [], last: true }),
  },
];

for (const { name, counter, say } of garbage) {
  Deno.test(`a member that sends ${name} costs a count, and nobody else their word`, () => {
    const { mesh, liar } = meshWithLiar();
    mesh.node(1).say("something to repair");
    for (let i = 0; i < 100; i++) {
      say(mesh, liar, i);
      if (i % 20 === 0) assertHonestHeard(mesh);
    }
    mesh.clock.run(30_000);
    for (const node of honest(mesh)) {
      ok(node.counter(counter) > 0, `${node.host} counted no ${counter}`);
      deepEqual(node.report().muted, []);
    }
    const repaired = honest(mesh)
      .map((node) => node.counter("messages_repaired"));
    ok(repaired.every((count) => count <= 4 * 60), `${repaired} sent again`);
    assertHonestHeard(mesh);
  });
}

Deno.test("a member that jumps to the last number and incarnation harms only itself", () => {
  const { mesh, liar } = meshWithLiar();
  const place = mesh.node(0);
  const last = 2 ** 32 - 1;
  const previous = new Uint8Array(16).fill(7);
  const numbers: [number, number][] = [[last, last], [last, 5], [1, 1_000], [
    2,
    last,
  ], [last, 2]];
  for (const [incarnation, counter] of numbers) {
    const text = `${incarnation} ${counter}`;
    liar.say(
      signed(forge(mesh, place, { text, incarnation, counter, previous })),
    );
    mesh.clock.run(1_000);
  }
  assertHonestHeard(mesh);
  for (const node of honest(mesh)) equal(node.heard(`${last} ${last}`), 1);
});

Deno.test("a member of ten thousand incarnations is remembered with two", () => {
  const { mesh, liar } = meshWithLiar();
  let incarnation = 0;
  liar.beforeCell = (to) => {
    while ((to.link?.waiting ?? 4) < 4) {
      incarnation += 1;
      const text = `life ${incarnation}`;
      const message = forge(mesh, mesh.node(0), { text, incarnation });
      say(to, signed(message), { urgency: 0, origin: text });
    }
  };
  for (let i = 0; i < 10; i++) {
    mesh.clock.run(4_000);
    assertHonestHeard(mesh);
  }
  liar.beforeCell = () => {};
  mesh.clock.run(40_000);
  // What all hold of it is the same again: comparisons find nothing.
  const repaired = () =>
    honest(mesh).map((node) => node.counter("messages_repaired"));
  const before = repaired();
  mesh.clock.run(40_000);
  deepEqual(repaired(), before);
});
