/**
 * How long one event keeps a node busy, and with it the isolate that also
 * sends its cells: a dummy cell, a cell that brings an alert, a wake-up that
 * sends. Six real nodes in the virtual world, timed one event at a time.
 *
 * `deno run -A --v8-flags=--no-maglev,--no-sparkplug
 * tests/bench/traffic/turn_cost.ts`; the flags are those of `task start`.
 *
 * @module
 */
import { MeshNode, type NodeEffect } from "../../../mesh/node.ts";
import { startedMesh } from "../../mesh/virtual_mesh.ts";
import { quantile } from "../quantile.ts";

const alerts = 200;
const pauseMs = 500;

const costs = new Map<string, number[]>();
const handle = MeshNode.prototype.handle;
MeshNode.prototype.handle = function (event, nowMs, wallMs): NodeEffect[] {
  const sinceMs = performance.now();
  const effects = handle.call(this, event, nowMs, wallMs);
  const tookMs = performance.now() - sinceMs;
  const delivers = effects.some((effect) =>
    effect.type === "emit" && effect.event.type === "delivered"
  );
  const kind = event.type === "transport"
    ? delivers ? "cell with an alert" : "other cell"
    : event.type;
  costs.set(kind, [...costs.get(kind) ?? [], tookMs].slice(-5_000));
  return effects;
};

const mesh = startedMesh({ nodes: 6 });
mesh.clock.run(30_000);
costs.clear();
for (let index = 0; index < alerts; index++) {
  mesh.node(index % 6).say(
    `alert of fifty bytes, as an agent writes it ${index}`,
  );
  mesh.clock.run(pauseMs);
}
for (const [kind, times] of costs) {
  const mean = times.reduce((sum, each) => sum + each, 0) / times.length;
  console.log(
    `${kind}: mean ${mean.toFixed(3)} ms, median ${
      quantile(times, 0.5).toFixed(3)
    }, p99 ${quantile(times, 0.99).toFixed(3)} over ${times.length}`,
  );
}
