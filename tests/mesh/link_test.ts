import { deepEqual, equal, ok } from "node:assert/strict";
import { generateKeyMaterial, type NodeKeys } from "../../mesh/keys.ts";
import { cellBytes, linkMessageBytesMax } from "../../mesh/limits.ts";
import { Link, type LinkOutcome } from "../../mesh/link.ts";
import { guestHandshake, memberHandshake } from "../../mesh/link_handshake.ts";
import { nodeIdOf } from "../../mesh/node_id.ts";
import { encodeLinkMessage } from "../../mesh/wire/link_message.ts";
import { seededRandom } from "./virtual_world.ts";

const random = seededRandom("link");
const pace = { periodMs: 250, slotted: true };

function bytes(count: number): Uint8Array {
  const filled = new Uint8Array(count);
  random.fill(filled);
  return filled;
}

function newKeys(): NodeKeys {
  const material = generateKeyMaterial(random);
  return {
    ...material,
    node: nodeIdOf(material.signing.public),
    generation: 0,
  };
}

/** Two links wired together on one clock. */
class Pair {
  readonly counts: Record<string, number> = {};
  readonly heard: [LinkOutcome[], LinkOutcome[]] = [[], []];
  readonly links: readonly [Link, Link];
  readonly sizes = new Set<number>();
  nowMs = 0;

  constructor(
    o: { guest?: boolean; psks?: [Uint8Array, Uint8Array] } = {},
  ) {
    const meshId = new Uint8Array(32).fill(1);
    const psk = bytes(32);
    const psks = o.psks ?? [psk, psk];
    const keys = [newKeys(), newKeys()] as const;
    const link = (index: 0 | 1) => {
      const end = { meshId, keys: keys[index], psk: psks[index], random };
      const peer = index === 0 ? keys[1].noise.public : undefined;
      return new Link({
        id: index,
        dialled: index === 0,
        pace,
        handshake: o.guest
          ? guestHandshake(end, index === 0)
          : memberHandshake(end, peer),
        random,
        seed: bytes(32),
        nowMs: 0,
        count: (name, times = 1) => {
          this.counts[name] = (this.counts[name] ?? 0) + times;
        },
      });
    };
    this.links = [link(0), link(1)];
  }

  /** Lets time pass; every cell arrives at once. */
  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [a, b] = this.links;
      const atMs = Math.min(a.wakeAtMs(), b.wakeAtMs());
      if (atMs > endMs) break;
      this.nowMs = atMs;
      for (const end of [0, 1] as const) {
        this.heard[end].push(...this.links[end].compute(atMs));
      }
      for (const [from, to] of [[0, 1], [1, 0]] as const) {
        const cell = this.links[from].pulse(atMs);
        if (!cell) continue;
        this.sizes.add(cell.length);
        this.heard[to].push(...this.links[to].receive(cell, atMs));
      }
    }
    this.nowMs = endMs;
  }
}

for (const guest of [false, true]) {
  const name = guest ? "XXhfs+psk3" : "IKhfs+psk2";
  Deno.test(`Link opens both ends with ${name} in cells of 512 bytes`, () => {
    const pair = new Pair({ guest });
    pair.run(2_000);
    ok(pair.links.every((link) => link.isOpen));
    deepEqual(pair.heard, [[{ type: "opened" }], [{ type: "opened" }]]);
    deepEqual(pair.sizes, new Set([cellBytes]));
    deepEqual(pair.counts, {});
  });

  Deno.test(`Link with another psk never opens with ${name}`, () => {
    const pair = new Pair({ guest, psks: [bytes(32), bytes(32)] });
    pair.run(5_000);
    ok(pair.links.every((link) => !link.isOpen));
    ok((pair.counts.handshakes_rejected ?? 0) > 0);
  });
}

Deno.test("Link fires every slot from the first on, handshake or not", () => {
  const pair = new Pair({ guest: true });
  let cells = 0;
  for (const [at, link] of pair.links.entries()) {
    const pulse = link.pulse.bind(link);
    link.pulse = (nowMs) => {
      const cell = pulse(nowMs);
      if (cell && at === 0) cells++;
      return cell;
    };
  }
  pair.run(10 * pace.periodMs - 1);
  equal(cells, 10);
});

Deno.test("Link carries what is pushed, long and short", () => {
  const pair = new Pair();
  pair.run(2_000);
  const entry = bytes(3_000);
  for (const each of [entry, Uint8Array.of(1)]) {
    pair.links[0].push({
      bytes: encodeLinkMessage({ type: "roster_entry", entry: each }),
      urgency: 1,
      origin: "test",
    });
  }
  pair.run(4_000);
  const entries = pair.heard[1].flatMap((each) =>
    each.type === "message" && each.message.type === "roster_entry"
      ? [each.message.entry]
      : []
  );
  deepEqual(entries, [Uint8Array.of(1), entry]);
});

Deno.test("Link counts messages that are malformed or too long", () => {
  const pair = new Pair();
  pair.run(2_000);
  const rows = [Uint8Array.of(99), new Uint8Array(linkMessageBytesMax + 1)];
  for (const each of rows) {
    pair.links[1].push({ bytes: each, urgency: 0, origin: "test" });
  }
  pair.run(20_000);
  deepEqual(pair.counts, { messages_malformed: 1, messages_oversized: 1 });
  ok(pair.links.every((link) => link.isOpen));
});

Deno.test("Link renews its keys every 90 to 150 s and goes on", () => {
  const pair = new Pair();
  pair.run(89_000);
  equal(pair.counts.rekeys, undefined);
  pair.run(61_500);
  // Each end sent one marker and heard the other's.
  equal(pair.counts.rekeys, 4);
  pair.run(600_000);
  deepEqual(Object.keys(pair.counts), ["rekeys"]);
  ok(pair.nowMs - pair.links[0].lastHeardMs < 2 * pace.periodMs);
});

Deno.test("Link counts any bytes in place of a cell (fuzz)", () => {
  const pair = new Pair();
  pair.run(2_000);
  const rows = 500;
  for (let i = 0; i < rows; i++) {
    const size = i % 3 === 0 ? cellBytes : i;
    deepEqual(pair.links[0].receive(bytes(size), pair.nowMs), []);
  }
  const { cells_rejected = 0, cells_malformed = 0 } = pair.counts;
  equal(cells_rejected + cells_malformed, rows);
  pair.run(1_000);
  ok(pair.nowMs - pair.links[0].lastHeardMs < 2 * pace.periodMs);
});

Deno.test("Link.close() sends and reads nothing any more", () => {
  const pair = new Pair();
  pair.run(2_000);
  pair.links[0].close();
  equal(pair.links[0].wakeAtMs(), Infinity);
  equal(pair.links[0].pulse(10_000), undefined);
  deepEqual(pair.links[0].receive(bytes(cellBytes), 10_000), []);
});
