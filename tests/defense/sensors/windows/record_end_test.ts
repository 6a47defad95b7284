import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { windowsRecordEnd } from "../../../../defense/sensors/windows/record_end.ts";

Deno.test("windowsRecordEnd() is behind the last whole event", () => {
  const rows: [text: string, end: number][] = [
    ["", 0],
    ["<Events><Event>a</Event><Event>b", 24],
    ["</Events>", 0],
    ['[{"a":{"b":1}},{"c"', 14],
    [',{"a":"}{"},', 11],
    ['{"a":"\\"}"', 0],
    ["}{}", 0],
    ["words {}", 0],
  ];
  for (const [text, end] of rows) equal(windowsRecordEnd(text), end, text);
});

Deno.test("windowsRecordEnd() never cuts an object", () => {
  fc.assert(fc.property(
    fc.array(fc.dictionary(fc.string(), fc.json()), { minLength: 1 }),
    fc.nat(),
    (objects, cut) => {
      const text = objects.map((each) => JSON.stringify(each)).join(",");
      const piece = text.slice(0, cut % (text.length + 1));
      const end = windowsRecordEnd(piece);
      const whole = JSON.parse(`[${piece.slice(0, end)}]`);
      deepEqual(whole, objects.slice(0, whole.length));
    },
  ));
});
