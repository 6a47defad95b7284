import { deepEqual } from "node:assert/strict";
import {
  NumberWindow,
  windowSize,
} from "../../../mesh/overlay/number_window.ts";

const rows: { name: string; given: [number, number][]; taken: boolean[] }[] = [
  { name: "in order", given: [[1, 0], [1, 1]], taken: [true, true] },
  { name: "late but new", given: [[1, 9], [1, 7]], taken: [true, true] },
  { name: "replayed", given: [[1, 5], [1, 5]], taken: [true, false] },
  {
    name: "behind the window",
    given: [[1, windowSize], [1, 0], [1, 1]],
    taken: [true, false, true],
  },
  {
    name: "of an older incarnation",
    given: [[2, 0], [1, 9]],
    taken: [true, false],
  },
  {
    name: "of a newer incarnation",
    given: [[1, 7], [2, 7], [2, 7], [1, 8]],
    taken: [true, true, false, false],
  },
];
for (const { name, given, taken } of rows) {
  Deno.test(`NumberWindow.accept() ${name}`, () => {
    const window = new NumberWindow();
    deepEqual(given.map(([inc, number]) => window.accept(inc, number)), taken);
  });
}
