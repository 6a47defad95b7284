import { deepEqual, equal, ok } from "node:assert/strict";
import { cellBytes } from "../../mesh/limits.ts";
import { nodeIdOf } from "../../mesh/node_id.ts";
import { profiles } from "../../mesh/profile.ts";
import { writeRevocation, writeRotation } from "../../mesh/roster_entry.ts";
import { generateKeyMaterial } from "../../mesh/keys.ts";
import { VirtualMesh } from "./virtual_mesh.ts";

const { periodMs } = profiles.lan;

function started(
  o: ConstructorParameters<typeof VirtualMesh>[0],
  linksEach?: number,
): VirtualMesh {
  const mesh = new VirtualMesh(o);
  mesh.startAll();
  mesh.settle(linksEach);
  return mesh;
}

for (const nodes of [2, 3, 4, 6]) {
  Deno.test(`startNode() links ${nodes} nodes to a full mesh, one link per pair`, () => {
    const mesh = started({ nodes });
    mesh.clock.run(10_000);
    for (const node of mesh.nodes) {
      const peers = node.report().links.map(({ peer }) => peer);
      equal(new Set(peers).size, nodes - 1);
      equal(peers.length, nodes - 1);
    }
  });
}

Deno.test("startNode() on lan: an alert is with all in 1.5 T and the delay", () => {
  const delayMs = 5;
  const mesh = started({ nodes: 4, delayMs });
  for (let i = 0; i < 20; i++) {
    const text = `alert ${i}`;
    const saidAtMs = mesh.clock.nowMs();
    mesh.node(i % 4).say(text);
    // A prime, so that the alerts come at all phases of the slots.
    mesh.clock.run(997);
    for (const node of mesh.nodes) {
      if (node === mesh.node(i % 4)) continue;
      const heard = node.delivered.filter((each) => each.text === text);
      equal(heard.length, 1, `${node.host} heard ${text} once`);
      const afterMs = heard[0]!.atMs - saidAtMs;
      ok(afterMs <= 1.5 * periodMs + delayMs + 1, `${afterMs} ms`);
    }
  }
});

Deno.test("startNode() on open: an alert arrives after the delay alone", () => {
  const mesh = started({ nodes: 3, profile: "open", delayMs: 5 });
  const saidAtMs = mesh.clock.nowMs();
  mesh.node(1).say("now");
  mesh.clock.run(50);
  deepEqual(
    [0, 2].map((i) =>
      mesh.node(i).delivered.map(({ atMs }) => atMs - saidAtMs)
    ),
    [[5], [5]],
  );
});

Deno.test("startNode() delivers once, whatever the number of paths", () => {
  const mesh = started({ nodes: 10 }, 2);
  mesh.clock.run(3_000);
  mesh.node(3).say("once");
  mesh.clock.run(5_000);
  for (const node of mesh.nodes) {
    equal(node.heard("once"), node === mesh.node(3) ? 0 : 1, node.host);
  }
  const known = mesh.nodes.map((node) => node.counter("messages_known"));
  ok(known.some((count) => count > 0), "duplicates came and were dropped");
});

Deno.test("startNode() sends only cells of 512 bytes", () => {
  const mesh = started({ nodes: 3 });
  mesh.node(0).say("x".repeat(5_000));
  mesh.clock.run(10_000);
  ok(mesh.network.sent.length > 200);
  deepEqual(
    new Set(mesh.network.sent.map(({ cell }) => cell.length)),
    new Set([cellBytes]),
  );
  equal(mesh.node(2).heard("x".repeat(5_000)), 1);
});

Deno.test("startNode() sends at the same times with and without traffic", () => {
  const timesOf = (talk: boolean) => {
    const mesh = started({ nodes: 3, seed: "times" });
    // A command between a slot and its late timer must not move the cell.
    mesh.clock.timersLateMs = 20;
    for (let i = 0; i < 50; i++) {
      if (talk) mesh.node(i % 3).say(`${i} `.repeat(1 + i * 7));
      mesh.clock.run(173);
    }
    return mesh.network.sent.map(({ atMs, from, to }) => [atMs, from, to]);
  };
  deepEqual(timesOf(true), timesOf(false));
});

Deno.test("startNode() heals a partition without losing a message", () => {
  const mesh = started({ nodes: 4 });
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
  const mesh = started({ nodes: 3 });
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

Deno.test("startNode() closes a revoked member's sessions everywhere, for good", () => {
  const mesh = started({ nodes: 4 });
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
  mesh.clock.run(2 * periodMs + 1_000);
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
  const mesh = started({ nodes: 3 });
  // The founder is admitted for a year, the others for 90 days.
  mesh.clock.wallShiftMs = 91 * 86_400_000;
  mesh.clock.run(3_000);
  equal(mesh.node(0).report().links.length, 0);
});

Deno.test("startNode() rotates keys without dropping a message", () => {
  const mesh = started({ nodes: 4 });
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
  const old = rotating.keys;
  const next = {
    ...generateKeyMaterial(mesh.random),
    node: old.node,
    generation: 1,
  };
  const nowMs = mesh.clock.wallMs();
  const entry = writeRotation({ meshId: mesh.meshId, old, next, nowMs });
  rotating.running?.send({ type: "merge_roster", entries: [entry] });
  rotating.running?.send({ type: "use_keys", keys: next });
  talk(10_000);
  mesh.clock.run(20_000);
  for (const node of mesh.nodes) {
    for (let i = 0; i < said; i++) {
      equal(node.heard(`from ${i}`), node === rotating ? 0 : 1);
      equal(node.heard(`to ${i}`), node === mesh.node(2) ? 0 : 1);
    }
    equal(node.report().links.length, 3, node.host);
    const view = node.members.find(({ node }) => node === old.node);
    equal(view?.generation, 1);
    ok(node.counter("links_opened") > 3 || node !== rotating);
  }
});

Deno.test("startNode() tells who was away of a rotation", () => {
  const mesh = started({ nodes: 2 });
  const [away, rotating] = [mesh.node(0), mesh.node(1)];
  away.kill();
  const old = rotating.keys;
  const next = {
    ...generateKeyMaterial(mesh.random),
    node: old.node,
    generation: 1,
  };
  const nowMs = mesh.clock.wallMs();
  const entry = writeRotation({ meshId: mesh.meshId, old, next, nowMs });
  rotating.running?.send({ type: "merge_roster", entries: [entry] });
  rotating.running?.send({ type: "use_keys", keys: next });
  mesh.clock.run(10_000);
  away.start();
  mesh.settle(1);
  mesh.clock.run(10_000);
  equal(away.members.find(({ node }) => node === old.node)?.generation, 1);
  equal(away.report().links.length, 1);
  rotating.say("under new keys");
  mesh.clock.run(1_000);
  equal(away.heard("under new keys"), 1);
});

Deno.test("startNode() refuses keys of another node", () => {
  const mesh = started({ nodes: 2 });
  const material = generateKeyMaterial(mesh.random);
  const keys = {
    ...material,
    node: nodeIdOf(material.signing.public),
    generation: 1,
  };
  mesh.node(0).running?.send({ type: "use_keys", keys });
  equal(mesh.node(0).counter("keys_refused"), 1);
});

Deno.test("startNode() keeps links through many rekeys", () => {
  const mesh = started({ nodes: 2 });
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

Deno.test("startNode() counts wrong tokens and lets nobody in", () => {
  const mesh = started({ nodes: 2 });
  const rows = [new Uint8Array(), new Uint8Array(32), mesh.bytes(32)];
  for (const token of rows) equal(mesh.node(0).running?.admit(token), false);
  equal(mesh.node(0).counter("gate_refused"), rows.length);
});

Deno.test("startNode() closes connections that no admitted token belongs to", () => {
  const mesh = started({ nodes: 2 });
  const token = mesh.bytes(32);
  mesh.node(0).running?.transport({ type: "accepted", link: -99, token });
  equal(mesh.node(0).counter("connections_refused"), 1);
});

Deno.test("startNode() counts garbage, short and replayed cells and goes on", () => {
  const mesh = started({ nodes: 2 });
  const host = mesh.node(0).host;
  const [link] = mesh.network.linksOf(host);
  const replayed = mesh.network.sent.filter(({ to }) => to === host)
    .at(-1)?.cell;
  ok(link !== undefined && replayed);
  mesh.clock.run(1_000);
  mesh.network.inject(host, link, mesh.bytes(cellBytes));
  mesh.network.inject(host, link, replayed);
  mesh.network.inject(host, link, mesh.bytes(100));
  mesh.network.inject(host, link, new Uint8Array());
  mesh.network.inject(host, -12_345, mesh.bytes(cellBytes));
  mesh.node(1).say("still up");
  mesh.clock.run(2_000);
  equal(mesh.node(0).heard("still up"), 1);
  equal(mesh.node(0).counter("cells_rejected"), 2);
  equal(mesh.node(0).counter("cells_malformed"), 2);
  equal(mesh.node(0).counter("cells_unexpected"), 1);
});

Deno.test("startNode() survives any bytes in place of a handshake", () => {
  const mesh = new VirtualMesh({ nodes: 2 });
  mesh.network.tamper = ({ cell, atMs }) =>
    atMs < 8_000
      ? cell.map((byte, at) => at % 40 === 7 ? byte ^ 1 : byte)
      : cell;
  mesh.startAll();
  mesh.clock.run(8_000);
  equal(mesh.node(0).report().links.length, 0);
  mesh.settle(1, 60_000);
  const rejected = mesh.nodes.map((n) => n.counter("handshakes_rejected"));
  ok(rejected.some((count) => count > 0));
});

Deno.test("startNode() rejects and counts equivocation", () => {
  const mesh = started({ nodes: 3 });
  mesh.node(1).say("one story");
  mesh.clock.run(1_000);
  // The same numbers again with other words: a node that lies.
  mesh.node(1).kill();
  mesh.node(1).incarnation--;
  mesh.node(1).start();
  mesh.settle();
  mesh.node(1).say("another story");
  mesh.clock.run(1_000);
  for (const node of [mesh.node(0), mesh.node(2)]) {
    equal(node.heard("one story"), 1);
    equal(node.heard("another story"), 0);
    ok(node.counter("equivocations") > 0);
  }
});

Deno.test("startNode() keeps one link when both ends dial at once", () => {
  const mesh = started({ nodes: 3 });
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
  const mesh = started({ nodes: 12 }, 2);
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
  const mesh = started({ nodes: 10 }, 2);
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

Deno.test("startNode() after a sleep keeps its links and catches no slot up", () => {
  const mesh = started({ nodes: 3 });
  mesh.clock.run(1_000);
  const sentBefore = mesh.network.sent.length;
  mesh.clock.sleep(60_000);
  mesh.clock.run(0);
  ok(mesh.network.sent.length - sentBefore <= 6, "one cell per link at most");
  mesh.clock.run(5_000);
  for (const node of mesh.nodes) {
    equal(node.counter("links_silent"), 0);
    ok(node.counter("slots_skipped") > 400);
  }
});

Deno.test("startNode() bounds its queues under a flood and counts the loss", () => {
  const mesh = started({ nodes: 3 });
  for (let i = 0; i < 3_000; i++) mesh.node(0).say(`flood ${i}`, 2);
  mesh.node(1).say("urgent");
  mesh.clock.run(1_000);
  equal(mesh.node(2).heard("urgent"), 1, "others are heard within a second");
  ok(mesh.node(0).counter("queue_dropped") > 0);
  mesh.node(0).running?.send({ type: "stop" });
  mesh.clock.run(1_000);
  ok(mesh.node(1).delivered.length < 3_000);
});

Deno.test("startNode() refuses a payload that is too long", () => {
  const mesh = started({ nodes: 2 });
  mesh.node(0).say("x".repeat(8_193));
  equal(mesh.node(0).counter("publish_refused"), 1);
});

Deno.test("startNode() stops: links end, nothing is said any more", () => {
  const mesh = started({ nodes: 2 });
  const events: string[] = [];
  mesh.node(0).running?.onEvent(({ type }) => events.push(type));
  mesh.node(0).running?.send({ type: "stop" });
  mesh.node(0).running?.send({ type: "report" });
  mesh.clock.run(100);
  deepEqual(events, ["stopped"]);
  equal(mesh.node(1).report().links.length, 0);
  const sentBefore = mesh.network.sent.length;
  mesh.clock.run(500);
  equal(mesh.network.sent.length, sentBefore);
});
