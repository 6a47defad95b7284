/**
 * The short form of `deno task bench:traffic`, without a classifier: real
 * nodes in namespaces, what crosses the bridge, and the simplest rule there
 * is, the number of cells in a window. On `open` it tells alerts, on `lan` it
 * does not.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { analyse } from "../bench/traffic/analyse.ts";
import { bounds } from "../bench/traffic/cell_times.ts";
import { extractFeatures, featureNames } from "../bench/traffic/features.ts";
import {
  captureName,
  type MeshRecord,
  readRun,
} from "../bench/traffic/recording.ts";
import { runMeshes } from "../bench/traffic/run_meshes.ts";
import { type Flow, readCapture, Wire } from "../bench/traffic/wire.ts";
import { labIsImpossible } from "./lab_site.ts";

const idleMs = 6_000;
const stormMs = 16_000;
/** A busy test machine may be late for a slot now and then. */
const skippedShareMax = 0.05;

/** Mean number of cells a direction sends in a window, with alert and without. */
function cellsPerWindow(
  mesh: MeshRecord,
  wire: Wire,
): { alert: number; none: number } {
  const { values, about } = extractFeatures(mesh, wire);
  const width = featureNames.length;
  const column = featureNames.indexOf("out_cells");
  const sums = { alert: [0, 0], none: [0, 0] };
  for (let row = 0; row * width < values.length; row++) {
    const { alert } = mesh.trials[about[3 * row]!]!;
    const sum = alert ? sums.alert : sums.none;
    sum[0]! += values[row * width + column]!;
    sum[1]!++;
  }
  const mean = ([total = 0, rows = 0]: number[]) => total / rows;
  return { alert: mean(sums.alert), none: mean(sums.none) };
}

function cellsWithin(flow: Flow, fromMs: number, toMs: number): number {
  return flow.cells.reduce((sum, count, index) => {
    const atMs = flow.atMs[index]!;
    return sum + (atMs >= fromMs && atMs < toMs ? count : 0);
  }, 0);
}

Deno.test({
  name: "the wire shows alerts on open and nothing on lan",
  ignore: await labIsImpossible(),
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "traffic-test-" });
    try {
      await runMeshes({
        directory,
        meshes: [{ profile: "lan", nodes: 4 }, { profile: "open", nodes: 4 }],
        idleMs,
        stormMs,
        seed: "smoke",
        progress() {},
      });
      const [lanFound, openFound] = await analyse(directory, 0, () => {});
      ok(lanFound && openFound);
      for (const { due, arrived, sizes } of [lanFound, openFound]) {
        ok(due > 0);
        equal(arrived, due, "every alert arrives everywhere");
        equal(sizes.connections, 0, "links stay up");
      }
      // Full mesh of four; on slots each record leaves alone.
      equal(lanFound.directions, 12);
      deepEqual(lanFound.sizes.sizes, [538, 542]);
      equal(lanFound.sizes.odd, 0, "no record of another size");
      ok(lanFound.times.matched > 0.99, "senders' slots are on the wire");

      const run = await readRun(directory);
      const wires = run.meshes.map(({ addresses }) => new Wire(addresses));
      await readCapture(`${directory}/${captureName}`, wires);
      const [lan, open] = run.meshes;
      const [lanWire, openWire] = wires;
      ok(lan && open && lanWire && openWire);
      const [startMs, , endMs] = bounds(lan.trials);
      const slots = (endMs - startMs) / lan.periodMs;
      for (const flow of lanWire.flows()) {
        const cells = cellsWithin(flow, startMs, endMs);
        ok(cells <= slots + 1, `${cells} cells in ${slots} slots`);
        ok(cells >= slots * (1 - skippedShareMax) - 1, `${cells} of ${slots}`);
      }
      const loud = cellsPerWindow(open, openWire);
      ok(loud.alert > 1.3 * loud.none, `open: ${JSON.stringify(loud)}`);
      const quiet = cellsPerWindow(lan, lanWire);
      const ratio = quiet.alert / quiet.none;
      ok(Math.abs(ratio - 1) < 0.25, `lan: ${JSON.stringify(quiet)}`);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
