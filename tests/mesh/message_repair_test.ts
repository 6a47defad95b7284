import { deepEqual, equal, ok } from "node:assert/strict";
import type { Connection } from "../../mesh/link_table.ts";
import { generateKeyMaterial } from "../../mesh/keys.ts";
import { writeRotation } from "../../mesh/roster_entry.ts";
import { MessageRepair, type RepairCount } from "../../mesh/message_repair.ts";
import type { Mutes } from "../../mesh/mutes.ts";
import type { NodeId } from "../../mesh/node_id.ts";
import { Flood, type FloodMessage } from "../../mesh/overlay/flood.ts";
import { repairsPerRoundMax } from "../../mesh/overlay/reconcile.ts";
import { SendQueue, type Waiting } from "../../mesh/traffic/send_queue.ts";
import { wholeRecordBytesMax } from "../../mesh/wire/cell.ts";
import { Cutter } from "../../mesh/wire/fragment.ts";
import {
  decodeLinkMessage,
  encodeLinkMessage,
  haveBytes,
  sketchBytes,
} from "../../mesh/wire/link_message.ts";
import { Liar } from "./liar.ts";
import { startedMesh, type TestNode, VirtualMesh } from "./virtual_mesh.ts";
import { seededRandom } from "./virtual_world.ts";

const alert = new Uint8Array(170);

function messageOf(
  seed: string,
  origin: number,
  counter: number,
): FloodMessage {
  // The mark of a message is as good as random.
  const id = new Uint8Array(16);
  seededRandom(`${seed} ${origin} ${counter}`).fill(id);
  return {
    origin: `${origin}`.padEnd(64, "0") as NodeId,
    incarnation: 1,
    counter,
    urgency: 0,
    bytes: alert,
    id: id.toHex(),
    previous: "",
    key: "",
  };
}

/** One end of a link: what it holds, what it says. */
class End {
  readonly flood = new Flood();
  readonly counts: Record<string, number> = {};
  readonly queue = new SendQueue(wholeRecordBytesMax);
  said: Waiting[] = [];
  readonly connection = {
    link: {
      isOpen: true,
      push: (waiting: Waiting) => {
        this.said.push(waiting);
        this.queue.push(waiting);
      },
    },
  } as unknown as Connection;
  readonly repair = new MessageRepair({
    flood: this.flood,
    mutes: { tellOf: () => false, tellNewest: () => {} } as unknown as Mutes,
    count: (name: RepairCount, times = 1) => {
      this.counts[name] = (this.counts[name] ?? 0) + times;
    },
  });

  constructor(held: readonly FloodMessage[]) {
    for (const each of held) this.flood.accept(each);
  }

  /** Takes what the other end said; returns how many alerts were in it. */
  hear(other: End): number {
    const heard = other.said;
    other.said = [];
    let alerts = 0;
    for (const { bytes } of heard) {
      const message = decodeLinkMessage(bytes);
      if (message?.type === "sketch") {
        this.repair.takeSketch(this.connection, message.sketch);
      } else if (message?.type === "have") {
        this.repair.takeHave(this.connection, message);
      } else if (message?.type === "signed") alerts++;
      else throw new Error(`${message?.type}`);
    }
    return alerts;
  }
}

/** Two ends of which each lacks some of the messages. */
function pair(o: { seed: string; all: number; missing: number }): [End, End] {
  const all = Array.from(
    { length: o.all },
    (_, at) => messageOf(o.seed, at % 7, Math.floor(at / 7)),
  );
  const half = Math.floor(o.missing / 2);
  return [
    new End(all.slice(half)),
    new End(all.slice(0, o.all - o.missing + half)),
  ];
}

/** Cells until a queue is empty. */
function cellsOf(queue: SendQueue): number {
  const cutter = new Cutter(queue);
  let cells = 0;
  while (queue.size > 0 || cutter.busy) {
    cutter.fill();
    cells++;
  }
  return cells;
}

Deno.test("MessageRepair.compare() and the roster's digest are two cells, whatever is held", () => {
  for (const held of [0, 10, 1_500]) {
    const [end] = pair({ seed: "cells", all: held, missing: 0 });
    end.repair.compare(end.connection);
    const bytes = encodeLinkMessage({
      type: "roster_digest",
      digest: new Uint8Array(16),
    });
    end.queue.push({ bytes, urgency: 1, origin: "link" });
    equal(cellsOf(end.queue), 2);
  }
});

Deno.test("MessageRepair finds ten missing alerts with two cells each way, over 1,000 seeds", () => {
  const seeds = 1_000;
  let failed = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const [a, b] = pair({ seed: `${seed}`, all: 40, missing: 10 });
    a.repair.compare(a.connection);
    b.repair.compare(b.connection);
    const said = a.said.length + b.said.length;
    equal(said, 2, "a sketch each");
    // Both sketches are on the wire before either is answered.
    const [fromA, fromB] = [{ ...a, said: a.said }, { ...b, said: b.said }];
    a.said = [];
    b.said = [];
    b.hear(fromA as End);
    a.hear(fromB as End);
    const alerts = a.hear(b) + b.hear(a);
    if (alerts !== 10) failed++;
  }
  console.log(`ten missing alerts: ${failed} of ${seeds} seeds fell back`);
  ok(failed <= 1, `${failed} of ${seeds} seeds needed more than the sketch`);
});

Deno.test("MessageRepair falls back to streams when too much is missing, and says its bytes", () => {
  const [a, b] = pair({ seed: "far apart", all: 400, missing: 200 });
  a.repair.compare(a.connection);
  b.hear(a);
  equal(b.counts.sketches_undecoded, 1);
  deepEqual(b.said.map(({ bytes }) => bytes[0]), [2], "one `have`");
  const { bytes } = b.said[0]!;
  equal(bytes.length, haveBytes(b.flood.streams()));
  equal(a.hear(b), 0, "it asks, it sends nothing yet");
  equal(b.hear(a), 100, "what only the other end holds");
});

Deno.test("haveBytes() grows with the members that spoke, a sketch does not", () => {
  const bytesOf = (members: number) =>
    haveBytes(
      Array.from({ length: members }, () => ({
        origin: new Uint8Array(8),
        incarnation: 1,
        next: 1,
        map: new Uint8Array(),
      })),
    );
  deepEqual([1, 50, 500].map(bytesOf), [19, 852, 8_504]);
  equal(sketchBytes, 960);
});

const hostile: { name: string; sketches: (end: End) => Uint8Array[] }[] = [
  {
    name: "sketches without end",
    sketches: () =>
      Array.from({ length: 500 }, () => new Flood().sketch.encode()),
  },
  {
    name: "garbage without end",
    sketches: () => {
      const random = seededRandom("garbage");
      return Array.from({ length: 500 }, () => {
        const bytes = new Uint8Array(sketchBytes);
        random.fill(bytes);
        return bytes;
      });
    },
  },
  {
    name: "its own sketch back, one symbol changed each time",
    sketches: (end) =>
      Array.from({ length: 500 }, (_, at) => {
        const bytes = end.flood.sketch.encode();
        return bytes.with(at, bytes[at]! ^ 1);
      }),
  },
];

for (const { name, sketches } of hostile) {
  Deno.test(`MessageRepair answers a peer that sends ${name} within its bounds`, () => {
    const [end] = pair({ seed: "held", all: 40, missing: 0 });
    for (let round = 0; round < 3; round++) {
      end.repair.compare(end.connection);
      end.said = [];
      for (const sketch of sketches(end)) {
        end.repair.takeSketch(end.connection, sketch);
      }
      const kinds = end.said.map(({ bytes }) => bytes[0]);
      ok(kinds.filter((kind) => kind === 2).length <= 1, "one `have`");
      ok(kinds.filter((kind) => kind === 1).length <= 2 * 40);
    }
    ok((end.counts.comparisons_early ?? 0) >= 3 * 490);
  });
}

Deno.test("MessageRepair sends at most 256 messages a round to whoever claims to have none", () => {
  const [end] = pair({ seed: "held", all: 1_500, missing: 0 });
  end.repair.compare(end.connection);
  end.said = [];
  for (let i = 0; i < 100; i++) {
    end.repair.takeHave(end.connection, {
      type: "have",
      streams: [],
      last: true,
    });
  }
  equal(end.said.length, repairsPerRoundMax);
  ok(end.said.every(({ urgency }) => urgency === 2), "behind what is new");
});

// Whole meshes

function held(node: TestNode): Set<string> {
  return new Set(node.delivered.map(({ text }) => text));
}

Deno.test("a mesh whose fifth is silent misses nothing after one repair round", () => {
  const mesh = new VirtualMesh({ nodes: 20, seed: "silent" });
  const silent = new Set([3, 7, 11, 15]);
  for (const index of silent) new Liar(mesh, index);
  const honest = mesh.nodes.filter((_, index) => !silent.has(index));
  for (const node of honest) node.start();
  mesh.network.recording = false;
  mesh.settle(2);
  mesh.clock.run(20_000);
  const said = honest.map((node, index) => {
    node.say(`alert ${index}`);
    return `alert ${index}`;
  });
  // A round is 60 slots; its answers take a few more.
  mesh.clock.run(70 * 250);
  for (const node of honest) {
    const own = said[honest.indexOf(node)]!;
    const missing = said.filter((text) =>
      text !== own && !held(node).has(text)
    );
    deepEqual(missing, [], node.host);
  }
});

Deno.test("a partition of an hour that heals loses nothing within 70 slots", () => {
  const mesh = startedMesh(
    { nodes: 10, profile: "metered", seed: "halves" },
    2,
  );
  const slotMs = 5_000;
  mesh.network.recording = false;
  mesh.clock.run(60_000);
  const sides = [mesh.nodes.slice(0, 5), mesh.nodes.slice(5)] as const;
  const cut = (is: boolean) => {
    for (const a of sides[0]) {
      for (const b of sides[1]) mesh.network.cut(a.host, b.host, is);
    }
  };
  cut(true);
  const said: { text: string; by: TestNode }[] = [];
  // Both sides under attack: an alert a minute each, from all nodes in turn.
  for (let minute = 0; minute < 60; minute++) {
    for (const [index, side] of sides.entries()) {
      const by = side[minute % 5]!;
      const text = `side ${index} minute ${minute}`;
      by.say(text);
      said.push({ text, by });
    }
    mesh.clock.run(60_000);
  }
  const lacks = () =>
    mesh.nodes.map((node) =>
      said.filter(({ text, by }) => by !== node && !held(node).has(text)).length
    );
  ok(lacks().every((count) => count >= 50), `${lacks()} missing while cut`);
  cut(false);
  let slots = 0;
  for (; slots < 70 && lacks().some((count) => count > 0); slots++) {
    mesh.clock.run(slotMs);
  }
  console.log(`an hour's partition: healed after ${slots} slots`);
  deepEqual(lacks(), mesh.nodes.map(() => 0), "missing after 70 slots");
  for (const node of mesh.nodes) {
    for (const { text } of said) ok(node.heard(text) <= 1, "once each");
  }
});

Deno.test("nodes that heard the same compare without a word more, also after a restart", () => {
  const mesh = startedMesh({ nodes: 4, seed: "quiet" });
  for (let i = 0; i < 40; i++) {
    mesh.node(i % 4).say(`alert ${i}`);
    mesh.clock.run(500);
  }
  mesh.node(2).kill();
  mesh.clock.run(1_000);
  mesh.node(2).start();
  mesh.settle();
  mesh.clock.run(40_000);
  const counters = () =>
    mesh.nodes.map((node) => [
      node.counter("messages_repaired"),
      node.counter("sketches_undecoded"),
      node.counter("comparisons_early"),
    ]);
  const before = counters();
  mesh.clock.run(120_000);
  deepEqual(counters(), before);
});

Deno.test("messages of a key whose grace is over are let go of alike by all", () => {
  const mesh = startedMesh({ nodes: 4, profile: "metered", seed: "old keys" });
  const [old, talker, restarted] = [
    mesh.node(1).keys,
    mesh.node(1),
    mesh.node(2),
  ];
  for (let i = 0; i < 60; i++) talker.say(`alert ${i}`);
  mesh.clock.run(300_000);
  const next = {
    ...generateKeyMaterial(mesh.random),
    node: old.node,
    generation: 1,
  };
  const nowMs = mesh.clock.wallMs();
  const entry = writeRotation({ meshId: mesh.meshId, old, next, nowMs });
  talker.running?.send({ type: "merge_roster", entries: [entry] });
  talker.running?.send({ type: "use_keys", keys: next });
  talker.say("under new keys");
  mesh.clock.run(60_000);
  mesh.clock.wallShiftMs += 25 * 3_600_000;
  mesh.clock.run(700_000);
  // A newcomer could verify nothing that the old key signed.
  restarted.kill();
  restarted.start();
  mesh.settle(3, 120_000);
  mesh.clock.run(700_000);
  const counters = () =>
    mesh.nodes.map((node) => [
      node.counter("messages_repaired"),
      node.counter("sketches_undecoded"),
      node.counter("messages_unsigned"),
    ]);
  const before = counters();
  mesh.clock.run(700_000);
  deepEqual(counters(), before);
  deepEqual(restarted.counter("messages_unsigned"), 0);
  // Once before the restart, once by repair after it.
  equal(restarted.heard("under new keys"), 2);
});
