import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import {
  RefusalNotes,
  type Refusals,
} from "../../../defense/detectors/refusal_notes.ts";

const source = parseAddress("203.0.113.66");
const minuteMs = 60_000;
const score = (nats: number, atMs = 0): Refusals => ({ source, atMs, nats });

const rows: {
  name: string;
  told: Refusals | undefined;
  seen: Refusals;
  guessed: boolean;
  isTold: boolean;
}[] = [
  {
    name: "the first refusal",
    told: undefined,
    seen: score(1.9),
    guessed: true,
    isTold: true,
  },
  {
    name: "a refusal that says little",
    told: undefined,
    seen: score(0.9),
    guessed: true,
    isTold: false,
  },
  {
    name: "a little more",
    told: score(1.9),
    seen: score(2.8),
    guessed: true,
    isTold: false,
  },
  {
    name: "a little more, when the others are about to forget",
    told: score(1.9),
    seen: score(2.8, 8 * minuteMs),
    guessed: true,
    isTold: true,
  },
  {
    name: "a success that makes good",
    told: score(1.9),
    seen: score(0),
    guessed: false,
    isTold: true,
  },
  {
    name: "a success of somebody nothing was told of",
    told: undefined,
    seen: score(0),
    guessed: false,
    isTold: false,
  },
];

for (const { name, told, seen, guessed, isTold } of rows) {
  Deno.test(`RefusalNotes.note() ${isTold ? "tells" : "keeps"} ${name}`, () => {
    const notes = new RefusalNotes();
    if (told !== undefined) notes.note(told, true);
    deepEqual(notes.take(), told === undefined ? [] : [told]);
    notes.note(seen, guessed);
    deepEqual(notes.take(), isTold ? [seen] : []);
    deepEqual(notes.take(), []);
  });
}

Deno.test("RefusalNotes.note() keeps the last word of each of 64 sources", () => {
  const notes = new RefusalNotes();
  const at = (index: number) => parseAddress(`192.0.2.${index}`);
  for (let index = 0; index < 65; index++) {
    notes.note({ ...score(2), source: at(index) }, true);
  }
  notes.note({ ...score(4), source: at(0) }, true);
  notes.forget(at(1));
  const taken = notes.take();
  equal(taken.length, 63);
  equal(taken[0]?.nats, 4);
});
