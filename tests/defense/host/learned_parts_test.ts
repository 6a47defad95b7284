import { deepEqual } from "node:assert/strict";
import {
  joinLearned,
  splitLearned,
} from "../../../defense/host/learned_parts.ts";

const rows: { name: string; bytes: number[]; parts: [number[], number[]?] }[] =
  [
    {
      name: "two parts",
      bytes: [...joinLearned(Uint8Array.of(1, 7), Uint8Array.of(9, 9))],
      parts: [[1, 7], [9, 9]],
    },
    {
      name: "an older run",
      bytes: [1, 0, 5, 5, 5, 5],
      parts: [[1, 0, 5, 5, 5, 5]],
    },
    { name: "nothing", bytes: [], parts: [[]] },
    { name: "a header cut short", bytes: [2, 0], parts: [[2, 0]] },
    {
      name: "a length beyond the end",
      bytes: [2, 255, 255, 255, 255, 1],
      parts: [[1], []],
    },
  ];

for (const { name, bytes, parts: [contacts, lateral] } of rows) {
  Deno.test(`splitLearned() ${name}`, () => {
    const split = splitLearned(Uint8Array.from(bytes));
    deepEqual([...split.contacts], contacts);
    deepEqual(split.lateral && [...split.lateral], lateral);
  });
}
