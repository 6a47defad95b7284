import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import {
  notesMax,
  TranscriptPen,
  TranscriptRing,
  transcriptsMax,
} from "../../../defense/decoys/transcript.ts";

const about = {
  atMs: 0,
  heldMs: 1,
  service: "open",
  port: 0,
  steered: true,
  source: parseAddress("192.0.2.7"),
  ended: "client",
} as const;

Deno.test("note() keeps the first 32 notes and counts the rest", () => {
  const pen = new TranscriptPen();
  for (let at = 0; at < notesMax + 3; at++) {
    pen.note([{ kind: "request", text: String(at) }]);
  }
  const { notes, notesDropped } = pen.finish(about);
  deepEqual([notes.length, notesDropped], [notesMax, 3]);
  deepEqual(notes[0], { kind: "request", text: "0" });
});

Deno.test("push() numbers transcripts and forgets the oldest", () => {
  const ring = new TranscriptRing();
  for (let at = 0; at < transcriptsMax + 2; at++) {
    ring.push(new TranscriptPen().finish(about));
  }
  const latest = ring.latest();
  equal(latest.length, transcriptsMax);
  deepEqual([latest[0]?.number, latest.at(-1)?.number], [
    transcriptsMax + 2,
    3,
  ]);
});
