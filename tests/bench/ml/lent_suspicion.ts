/**
 * What the suspicion that the learning detector lends does to the scan
 * detectors, on the same labelled flows: who is found, after how many of its
 * flows, and whether anybody honest is accused.
 *
 * @module
 */
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import type { Connection } from "../../../defense/observation.ts";
import type { LabelledFlow } from "./labelled_flows.ts";

/** Prints the first alert of each scenario about each source and label. */
export function reportLent(flows: readonly LabelledFlow[]): void {
  const [without, lent] = [false, true].map((learning) =>
    findings(flows, learning)
  );
  console.log("  found after so many flows of its source that day");
  console.log(
    "  scenario     source            label                     without   learning",
  );
  for (
    const key of new Set([...without?.keys() ?? [], ...lent?.keys() ?? []])
  ) {
    const [scenario = "", source = "", label = ""] = key.split("\t");
    const cell = (found: typeof without) =>
      String(found?.get(key) ?? "never").padStart(9);
    console.log(
      `  ${scenario.padEnd(12)} ${source.padEnd(17)} ${label.padEnd(24)} ${
        cell(without)
      } ${cell(lent).padStart(10)}`,
    );
  }
}

/** Flows of the source up to the first alert, since its day began. */
function findings(
  flows: readonly LabelledFlow[],
  learning: boolean,
): Map<string, number> {
  const engine = new DetectionEngine(embeddedScenarios(), { learning });
  const found = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { flow, label } of flows) {
    const day = Math.floor(flow.atMs / 86_400_000);
    const count = (counts.get(`${flow.source} ${day}`) ?? 0) + 1;
    counts.set(`${flow.source} ${day}`, count);
    for (const { scenario, subject } of engine.observe(connectionOf(flow))) {
      const key = `${scenario}\t${subject.address}\t${label}`;
      if (!found.has(key)) found.set(key, count);
    }
  }
  return found;
}

function connectionOf(
  { atMs, source, destination, protocol, port, outcome }: LabelledFlow["flow"],
): Connection {
  return {
    kind: "connection",
    atMs,
    protocol: protocol === "udp" ? "udp" : "tcp",
    source,
    destination,
    port,
    outcome,
    handshake: outcome === "accepted",
  };
}
