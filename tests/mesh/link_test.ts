import { deepEqual, equal, ok } from "node:assert/strict";
import { cellBytes, linkMessageBytesMax } from "../../mesh/limits.ts";
import { encodeLinkMessage } from "../../mesh/wire/link_message.ts";
import { drawBytes as bytes, LinkPair, pairPace } from "./link_pair.ts";

const { periodMs } = pairPace;

for (const guest of [false, true]) {
  const name = guest ? "XXhfs+psk3" : "IKhfs+psk2";
  Deno.test(`Link opens both ends with ${name} in cells of 512 bytes`, () => {
    const pair = new LinkPair({ guest });
    pair.run(2_000);
    ok(pair.links.every((link) => link.isOpen));
    deepEqual(pair.heard, [[{ type: "opened" }], [{ type: "opened" }]]);
    deepEqual(pair.sizes, new Set([cellBytes]));
    deepEqual(pair.counts, {});
  });

  Deno.test(`Link with another psk never opens with ${name}`, () => {
    const pair = new LinkPair({ guest, psks: [bytes(32), bytes(32)] });
    pair.run(5_000);
    ok(pair.links.every((link) => !link.isOpen));
    ok((pair.counts.handshakes_rejected ?? 0) > 0);
  });
}

Deno.test("Link fires every slot from the first on, handshake or not", () => {
  const pair = new LinkPair({ guest: true });
  let cells = 0;
  for (const [at, link] of pair.links.entries()) {
    const pulse = link.pulse.bind(link);
    link.pulse = (nowMs) => {
      const cell = pulse(nowMs);
      if (cell && at === 0) cells++;
      return cell;
    };
  }
  pair.run(10 * periodMs - 1);
  equal(cells, 10);
});

Deno.test("Link carries what is pushed, long and short", () => {
  const pair = new LinkPair();
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
  const pair = new LinkPair();
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
  const pair = new LinkPair();
  pair.run(89_000);
  equal(pair.counts.rekeys, undefined);
  pair.run(61_500);
  // Each end sent one marker and heard the other's.
  equal(pair.counts.rekeys, 4);
  pair.run(600_000);
  deepEqual(Object.keys(pair.counts), ["rekeys"]);
  ok(pair.nowMs - pair.links[0].lastHeardMs < 2 * periodMs);
});

Deno.test("Link counts any bytes in place of a cell (fuzz)", () => {
  const pair = new LinkPair();
  pair.run(2_000);
  const rows = 500;
  for (let i = 0; i < rows; i++) {
    const size = i % 3 === 0 ? cellBytes : i;
    deepEqual(pair.links[0].receive(bytes(size), pair.nowMs), []);
  }
  const { cells_rejected = 0, cells_malformed = 0 } = pair.counts;
  equal(cells_rejected + cells_malformed, rows);
  pair.run(1_000);
  ok(pair.nowMs - pair.links[0].lastHeardMs < 2 * periodMs);
});

Deno.test("Link.close() sends and reads nothing any more", () => {
  const pair = new LinkPair();
  pair.run(2_000);
  pair.links[0].close();
  equal(pair.links[0].wakeAtMs(), Infinity);
  equal(pair.links[0].pulse(10_000), undefined);
  deepEqual(pair.links[0].receive(bytes(cellBytes), 10_000), []);
});
