import { deepEqual, equal } from "node:assert/strict";
import { clean, jsonLine } from "../../cli/plain_text.ts";

const rows: { name: string; text: string; shown: string }[] = [
  { name: "keeps letters of any script", text: "Ünal 李", shown: "Ünal 李" },
  { name: "keeps emoji", text: "ok 🙂", shown: "ok 🙂" },
  { name: "an escape sequence", text: "a\x1b[31mb", shown: "a�[31mb" },
  { name: "a window title", text: "\x1b]0;x\x07", shown: "�]0;x�" },
  { name: "a C1 control", text: "a\u009b31mb", shown: "a�31mb" },
  { name: "a line break", text: "a\nb\r", shown: "a�b�" },
  { name: "a right-to-left override", text: "\u202etxt", shown: "�txt" },
  { name: "an isolate", text: "\u2066x\u2069", shown: "�x�" },
  { name: "a zero-width space", text: "ro\u200bot", shown: "ro�ot" },
  { name: "a line separator", text: "a\u2028b", shown: "a�b" },
  { name: "a tag character", text: "a\u{e0041}", shown: "a�" },
  { name: "a lone surrogate", text: "a\ud800b", shown: "a�b" },
];

for (const { name, text, shown } of rows) {
  Deno.test(`clean() ${name}`, () => equal(clean(text), shown));
  Deno.test(`jsonLine() loses nothing of ${name}`, () => {
    const line = jsonLine({ text });
    equal(clean(line), line);
    deepEqual(JSON.parse(line), { text });
  });
}
