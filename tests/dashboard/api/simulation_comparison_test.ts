import { deepEqual, equal, match } from "node:assert/strict";
import {
  compareSimulations,
  type SimulationComparison,
} from "../../../dashboard/api/simulation_comparison.ts";
import type {
  KeptSimulation,
  SimulationFigure,
} from "../../../dashboard/mod.ts";

type Short = Pick<SimulationFigure, "name" | "wish" | "value">;

function detail(
  figures: readonly Short[],
  kind = "portscan",
): KeptSimulation {
  return {
    run: { kind } as KeptSimulation["run"],
    story: [],
    storyDropped: 0,
    report: {
      figures: figures.map((figure) => ({
        ...figure,
        part: "",
        side: "attacker",
        unit: "count",
      })),
      table: { columns: [], rows: [] },
      breaches: [],
      replay: "",
    },
  };
}

const rows = [
  ["less", 1, 2, "first_better"],
  ["less", 2, 1, "second_better"],
  ["more", 1, 2, "second_better"],
  ["more", 2, 1, "first_better"],
  ["neither", 1, 2, "different"],
  ["neither", 2, 2, "same"],
  ["less", null, 5, "second_better"],
  ["less", 5, null, "first_better"],
  ["less", null, null, "same"],
] as const;

for (const [wish, a, b, verdict] of rows) {
  Deno.test(`compareSimulations(): ${a} and ${b}, ${wish} is better: ${verdict}`, () => {
    const both = compareSimulations(
      detail([{ name: "x", wish, value: a }]),
      detail([{ name: "x", wish, value: b }]),
    ) as SimulationComparison;
    deepEqual(
      both.figures.map((
        { first, second, verdict },
      ) => [first, second, verdict]),
      [[a, b, verdict]],
    );
  });
}

Deno.test("compareSimulations() loses no figure that only one has", () => {
  const both = compareSimulations(
    detail([{ name: "x", wish: "less", value: 1 }]),
    detail([{ name: "y", wish: "neither", value: 2 }]),
  ) as SimulationComparison;
  deepEqual(both.figures.map(({ name }) => name), ["x", "y"]);
});

Deno.test("compareSimulations() says why two cannot be compared", () => {
  match(
    String(compareSimulations(detail([]), detail([], "soak"))),
    /portscan and soak have nothing in common/,
  );
  const { report: _, ...none } = detail([]);
  match(String(compareSimulations(none, detail([]))), /have a report/);
  equal(typeof compareSimulations(detail([]), detail([])), "object");
});
