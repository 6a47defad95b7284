import { deepEqual, equal } from "node:assert/strict";
import {
  openDashboardFile,
  SimulationFile,
} from "../../../dashboard/host/mod.ts";
import { keptMax } from "../../../dashboard/host/simulation_file.ts";
import type { KeptSimulation } from "../../../dashboard/mod.ts";

function detail(number: number): KeptSimulation {
  return {
    run: {
      id: number.toString(16).padStart(12, "0"),
      kind: "portscan",
      machines: 4,
      seconds: 0,
      seed: "7",
      by: "ada",
      state: "cancelled",
      done: 0.5,
      orderedMs: number,
    },
    story: [{ atMs: 1, host: "host-1", text: "‮ <b>'; DROP TABLE" }],
    storyDropped: 2,
  };
}

Deno.test("SimulationFile keeps runs over a restart, and the newest only", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dashboard.sqlite`;
  try {
    const before = openDashboardFile(path);
    const file = new SimulationFile(before);
    for (let number = 0; number < keptMax + 3; number++) {
      file.keep(detail(number));
    }
    before.close();
    const after = openDashboardFile(path);
    const again = new SimulationFile(after);
    const runs = again.list();
    equal(runs.length, keptMax);
    deepEqual(runs[0], detail(keptMax + 2).run);
    deepEqual(again.find(runs[0]!.id), detail(keptMax + 2));
    equal(again.find(detail(0).run.id), undefined);
    after.close();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
