import { deepEqual, equal, ok } from "node:assert/strict";
import type { Urgency } from "../../../mesh/mesh.ts";
import { SendQueue } from "../../../mesh/traffic/send_queue.ts";

const wholeBytesMax = 494;

function message(
  name: number,
  origin: string,
  urgency: Urgency = 0,
  length = 100,
): { bytes: Uint8Array; origin: string; urgency: Urgency } {
  return { bytes: new Uint8Array(length).fill(name), origin, urgency };
}

/** One message per cell, by its fill byte. */
function served(queue: SendQueue, cells: number): (number | undefined)[] {
  return Array.from({ length: cells }, () => {
    queue.beginCell();
    return queue.takeWhole(wholeBytesMax)?.[0];
  });
}

Deno.test("SendQueue serves urgency first, then age", () => {
  const queue = new SendQueue(wholeBytesMax);
  queue.push(message(1, "a", 2));
  queue.push(message(2, "b", 1));
  queue.push(message(3, "c", 0));
  queue.push(message(4, "d", 0));
  deepEqual(served(queue, 5), [3, 4, 2, 1, undefined]);
});

Deno.test("SendQueue gives one origin one slot in four while others wait", () => {
  const queue = new SendQueue(wholeBytesMax);
  for (let i = 0; i < 8; i++) queue.push(message(1, "loud", 0));
  for (let i = 0; i < 3; i++) {
    for (const [name, origin] of [[2, "b"], [3, "c"], [4, "d"]] as const) {
      queue.push(message(name, origin, 2));
    }
  }
  const order = served(queue, 12);
  for (let from = 0; from + 4 <= order.length; from += 4) {
    const window = order.slice(from, from + 4);
    equal(window.filter((name) => name === 1).length, 1, `${order}`);
  }
});

Deno.test("SendQueue serves a lone origin in every slot", () => {
  const queue = new SendQueue(wholeBytesMax);
  for (let i = 1; i <= 4; i++) queue.push(message(i, "a"));
  deepEqual(served(queue, 4), [1, 2, 3, 4]);
});

Deno.test("SendQueue puts two alerts of one origin into one cell", () => {
  const queue = new SendQueue(wholeBytesMax);
  queue.push(message(1, "a"));
  queue.push(message(2, "a"));
  queue.beginCell();
  equal(queue.takeWhole(494)?.[0], 1);
  equal(queue.takeWhole(392)?.[0], 2);
});

Deno.test("SendQueue.takeWhole() leaves what does not fit", () => {
  const queue = new SendQueue(wholeBytesMax);
  queue.push(message(1, "a", 0, 300));
  queue.push(message(2, "b", 0, 100));
  queue.beginCell();
  equal(queue.takeWhole(200)?.[0], 2);
  equal(queue.takeWhole(200), undefined);
  equal(queue.takeLong(), undefined);
  equal(queue.size, 1);
});

Deno.test("SendQueue.takeLong() hands out what needs several cells", () => {
  const queue = new SendQueue(wholeBytesMax);
  queue.push(message(1, "a", 0, 495));
  queue.beginCell();
  equal(queue.takeWhole(494), undefined);
  equal(queue.takeLong()?.length, 495);
  equal(queue.size, 0);
});

Deno.test("SendQueue.push() queues a key once, and again after it left", () => {
  const queue = new SendQueue(wholeBytesMax);
  queue.push({ ...message(1, "a"), key: "k" });
  queue.push({ ...message(2, "a"), key: "k" });
  equal(queue.size, 1);
  deepEqual(served(queue, 1), [1]);
  queue.push({ ...message(3, "a"), key: "k" });
  equal(queue.size, 1);
});

Deno.test("SendQueue is bounded, and a flood drops the flooder's own", () => {
  const queue = new SendQueue(wholeBytesMax, 10);
  queue.push(message(7, "quiet", 2));
  for (let i = 0; i < 1_000; i++) queue.push(message(1, "loud", 0));
  equal(queue.size, 10);
  equal(queue.dropped, 991);
  ok(served(queue, 10).includes(7));
});

Deno.test("SendQueue drops the least urgent, youngest first", () => {
  const queue = new SendQueue(wholeBytesMax, 3);
  queue.push(message(1, "a", 2));
  queue.push(message(2, "a", 2));
  queue.push(message(3, "a", 0));
  queue.push(message(4, "a", 1));
  deepEqual(served(queue, 4), [3, 4, 1, undefined]);
});

Deno.test("SendQueue lets go ahead what is marked so, before rested and urgent others", () => {
  const queue = new SendQueue(wholeBytesMax);
  for (const origin of ["a", "b", "c", "d", "e"]) {
    queue.push(message(1, origin, 0));
  }
  queue.push({ ...message(7, "revocation", 2), ahead: true });
  queue.push({ ...message(8, "revocation", 2), ahead: true });
  deepEqual(served(queue, 3), [7, 8, 1]);
});

Deno.test("SendQueue drops a flood before what goes ahead", () => {
  const queue = new SendQueue(wholeBytesMax, 8);
  queue.push({ ...message(7, "revocation", 0), ahead: true });
  for (let at = 0; at < 50; at++) queue.push(message(1, "loud", 0));
  equal(queue.dropped, 43);
  deepEqual(served(queue, 1), [7]);
});
