/// <reference lib="deno.worker" />
/**
 * The mesh isolate with a stopwatch: notes for each slot by how much its cell
 * left late, from the slot's own time to the socket. Entry of a `Worker`, for
 * `cell_clock_bench.ts`; everything but the stopwatch is the product's.
 *
 * A message `{ type: "lateness" }` is answered with what was noted since the
 * last one, in milliseconds.
 *
 * @module
 */
import { Pacer } from "../../../mesh/traffic/pacer.ts";

let waiting: number[] = [];
let handedOver = false;
let lateness: number[] = [];

const take = Pacer.prototype.take;
Pacer.prototype.take = function (nowMs, isWaiting) {
  const slotMs = this.wakeAtMs(isWaiting);
  const leaves = take.call(this, nowMs, isWaiting);
  // A new pulse; a cell of the last one may have found its link gone.
  if (leaves && handedOver) waiting = [];
  if (leaves) handedOver = false;
  if (leaves) waiting.push(slotMs);
  return leaves;
};

// Cells leave in the order in which their slots were taken.
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (cell) {
  send.call(this, cell);
  handedOver = true;
  const slotMs = waiting.shift();
  if (slotMs !== undefined) lateness.push(performance.now() - slotMs);
};

await import("../../../mesh/host/mesh_isolate.ts");
const work = self.onmessage as ((event: MessageEvent) => void) | null;
self.onmessage = (event) => {
  if (event.data.type !== "lateness") return work?.(event);
  self.postMessage({ type: "lateness", lateness });
  lateness = [];
};
self.postMessage({ type: "ready" });
