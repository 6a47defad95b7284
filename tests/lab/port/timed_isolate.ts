/// <reference lib="deno.worker" />
/**
 * The mesh isolate with a clock that keeps count of how late it was: node,
 * transport and page are put together as in `mesh/host/mesh_isolate.ts`. With
 * slots, the node sets its timer for the next cell, so a late timer is a late
 * cell.
 *
 * @module
 */
import { type RunningNode, startNode } from "../../../mesh/driver.ts";
import { systemClock } from "../../../mesh/host/clock.ts";
import { createCoverPage } from "../../../mesh/host/cover_page.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import { openTransport } from "../../../mesh/host/websocket_transport.ts";
import type { MeshReport } from "../../../mesh/mesh.ts";
import type { Clock } from "../../../mesh/world.ts";
import type { Lateness, PortPlan } from "./port_plan.ts";

/** An hour of a busy node; further ones are not kept. */
const samplesMax = 100_000;
let lateMs: number[] = [];
let node: RunningNode | undefined;

const countingClock: Clock = {
  ...systemClock,
  after(delayMs, wake) {
    const dueMs = systemClock.nowMs() + delayMs;
    return systemClock.after(delayMs, () => {
      if (lateMs.length < samplesMax) lateMs.push(systemClock.nowMs() - dueMs);
      wake();
    });
  },
};

self.onmessage = async ({ data }: MessageEvent<PortPlan | "lateness">) => {
  if (data === "lateness") return node?.send({ type: "report" });
  const transport = await openTransport({
    listen: data.listen,
    admit: (token) => node?.admit(token) ?? false,
    onEvent: (event) => node?.transport(event),
    page: createCoverPage(data.page, systemClock.wallMs),
  });
  node = startNode({
    start: data.start,
    clock: countingClock,
    random: systemRandom,
    transport,
  });
  node.onEvent((event) => {
    if (event.type === "report") answer(event.report, transport.counters.foul);
  });
  const [port = ""] = transport.address.split(":").slice(-1);
  self.postMessage({ port: Number(port) });
};

function answer(report: MeshReport, foul: number): void {
  const lateness: Lateness = {
    lateMs: lateMs.sort((one, other) => one - other),
    counters: { ...report.counters, foul },
    links: report.links.length,
  };
  lateMs = [];
  self.postMessage(lateness);
}
