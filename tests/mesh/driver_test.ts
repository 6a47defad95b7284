import { deepEqual, equal, ok } from "node:assert/strict";
import { cellBytes } from "../../mesh/limits.ts";
import { profiles } from "../../mesh/profile.ts";
import { startedMesh, VirtualMesh } from "./virtual_mesh.ts";

const { periodMs } = profiles.lan;

Deno.test("startNode() on lan: an alert is with all in 1.5 T and the delay", () => {
  const delayMs = 5;
  const mesh = startedMesh({ nodes: 4, delayMs });
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
  const mesh = startedMesh({ nodes: 3, profile: "open", delayMs: 5 });
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
  const mesh = startedMesh({ nodes: 10 }, 2);
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
  const mesh = startedMesh({ nodes: 3 });
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
    const mesh = startedMesh({ nodes: 3, seed: "times" });
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

Deno.test("startNode() dials at the same times whatever members say", () => {
  const dialsOf = (talk: boolean) => {
    const mesh = new VirtualMesh({ nodes: 4, seed: "dials" });
    const { clock, network } = mesh;
    const dials: [number, string][] = [];
    const transportOf = network.transportOf.bind(network);
    network.transportOf = (host) => {
      const transport = transportOf(host);
      return {
        ...transport,
        dial(request) {
          dials.push([clock.nowMs(), `${host} ${request.address}`]);
          transport.dial(request);
        },
      };
    };
    mesh.startAll();
    mesh.settle();
    // Nobody answers, so the others dial it again and again.
    mesh.node(3).kill();
    clock.timersLateMs = 20;
    for (let i = 0; i < 200; i++) {
      const [from, to] = [mesh.node(i % 3), mesh.node((i + 1) % 4)];
      if (talk) {
        from.tell(to, `${i}`);
        from.running?.send({ type: "ping", to: to.keys.node, id: `${i}` });
        from.say(`${i}`);
      }
      clock.run(173.37);
    }
    return dials;
  };
  const quiet = dialsOf(false);
  ok(quiet.length > 12, "it was dialled again");
  deepEqual(dialsOf(true), quiet);
});

Deno.test("startNode() sends on the slot itself where the clock can hold", () => {
  const timesOf = (o: { lateMs: number; talk: boolean; holds: boolean }) => {
    const mesh = startedMesh({ nodes: 2, seed: "hold" });
    const { clock, network } = mesh;
    const holdUntil = (atMs: number) => clock.sleep(atMs - clock.nowMs());
    if (o.holds) Object.assign(clock, { holdUntil });
    clock.timersLateMs = o.lateMs;
    clock.run(1_000);
    const before = network.sent.length;
    for (let i = 0; i < 100; i++) {
      if (o.talk) mesh.node(i % 2).say(`${i} `.repeat(1 + i));
      clock.run(97);
    }
    return network.sent.slice(before).map(({ atMs }) => atMs);
  };
  const exact = timesOf({ lateMs: 0, talk: false, holds: true });
  ok(exact.length > 70);
  // Timers are whole milliseconds, slots are not.
  ok(exact.every((atMs) => atMs % 1 !== 0));
  deepEqual(timesOf({ lateMs: 1, talk: true, holds: true }), exact);
  const rounded = timesOf({ lateMs: 1, talk: false, holds: false });
  ok(rounded.every((atMs) => atMs % 1 === 0));
});

Deno.test("startNode() counts garbage, short and replayed cells and goes on", () => {
  const mesh = startedMesh({ nodes: 2 });
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

Deno.test("startNode() with a restored disk begins a later incarnation, unmuted", () => {
  const mesh = startedMesh({ nodes: 3 });
  mesh.node(1).say("before");
  mesh.clock.run(1_000);
  // The same numbers again, as the state directory has them.
  mesh.node(1).kill();
  mesh.node(1).incarnation--;
  mesh.node(1).start();
  mesh.settle();
  mesh.clock.run(1_000);
  mesh.node(1).say("after");
  mesh.clock.run(1_000);
  for (const node of [mesh.node(0), mesh.node(2)]) {
    equal(node.heard("before"), 1);
    equal(node.heard("after"), 1);
    deepEqual(node.report().muted, []);
  }
  equal(mesh.node(1).counter("incarnations_renewed"), 1);
});

Deno.test("startNode() after a sleep keeps its links and catches no slot up", () => {
  const mesh = startedMesh({ nodes: 3 });
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
  const mesh = startedMesh({ nodes: 3 });
  for (let i = 0; i < 3_000; i++) mesh.node(0).say(`flood ${i}`, 2);
  mesh.node(1).say("urgent");
  mesh.clock.run(1_000);
  equal(mesh.node(2).heard("urgent"), 1, "others are heard within a second");
  ok(mesh.node(0).counter("publish_dropped") > 0);
  mesh.node(0).running?.send({ type: "stop" });
  mesh.clock.run(1_000);
  ok(mesh.node(1).delivered.length < 3_000);
});

Deno.test("startNode() refuses a payload that is too long", () => {
  const mesh = startedMesh({ nodes: 2 });
  mesh.node(0).say("x".repeat(8_193));
  equal(mesh.node(0).counter("publish_refused"), 1);
});

Deno.test("startNode() stops: links end, nothing is said any more", () => {
  const mesh = startedMesh({ nodes: 2 });
  const events: string[] = [];
  mesh.node(0).running?.onEvent(({ type }) => events.push(type));
  mesh.node(0).running?.send({ type: "stop" });
  mesh.node(0).running?.send({ type: "report" });
  mesh.clock.run(100);
  deepEqual(events, ["leakage", "stopped"]);
  equal(mesh.node(1).report().links.length, 0);
  const sentBefore = mesh.network.sent.length;
  mesh.clock.run(500);
  equal(mesh.network.sent.length, sentBefore);
});
