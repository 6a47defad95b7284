import { deepEqual } from "node:assert/strict";
import { jsonObjectEnd } from "../../../defense/sensors/json_object_end.ts";

const rows: {
  name: string;
  text: string;
  from?: number;
  depth?: number;
  end: number;
  left: number;
  quoted?: true;
}[] = [
  { name: "an object", text: '{"a":1} x', end: 7, left: 0 },
  { name: "one within another", text: '{"a":{}}', end: 8, left: 0 },
  { name: "the next one", text: "{},{}", from: 2, end: 5, left: 0 },
  { name: "what was open before", text: "}}", depth: 2, end: 2, left: 0 },
  { name: "braces in strings", text: '{"}":"{"}', end: 9, left: 0 },
  { name: "an escaped quote", text: String.raw`{"\"}":1}`, end: 9, left: 0 },
  { name: "nothing whole", text: '{"a":{}', end: -1, left: 1 },
  { name: "an open string", text: '{"a}', end: -1, left: 1, quoted: true },
  { name: "a cut escape", text: '{"\\', end: -1, left: 1, quoted: true },
  { name: "a brace too many", text: "}{}", end: -1, left: -1 },
];

for (const { name, text, from = 0, depth = 0, end, left, quoted } of rows) {
  Deno.test(`jsonObjectEnd() finds ${name}`, () => {
    deepEqual(jsonObjectEnd(text, from, depth), {
      end,
      depth: left,
      quoted: quoted ?? false,
    });
  });
}
