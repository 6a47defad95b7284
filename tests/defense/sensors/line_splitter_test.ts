import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import {
  lineLengthMax,
  LineSplitter,
} from "../../../defense/sensors/line_splitter.ts";

function split(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter();
  for (const chunk of chunks) splitter.push(chunk, (line) => lines.push(line));
  splitter.end((line) => lines.push(line));
  return lines;
}

const utf8 = new TextEncoder();

Deno.test("LineSplitter takes CR LF, empty lines and a last line without end", () => {
  deepEqual(split([utf8.encode("a\r\n\nb\rc\nd")]), ["a", "", "b\rc", "d"]);
});

Deno.test("LineSplitter makes bytes that are no UTF-8 visible", () => {
  deepEqual(split([Uint8Array.of(0x61, 0xff, 0x0a)]), ["a\uFFFD"]);
});

Deno.test("LineSplitter finds the same lines wherever chunks end", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "🐟", "\n", "\r") });
  fc.assert(fc.property(text, fc.array(fc.nat(40)), (text, cuts) => {
    const bytes = utf8.encode(text);
    const chunks: Uint8Array[] = [];
    let from = 0;
    for (const cut of cuts) {
      chunks.push(bytes.subarray(from, from + cut));
      from += cut;
    }
    chunks.push(bytes.subarray(from));
    deepEqual(split(chunks), split([bytes]));
  }));
});

Deno.test("LineSplitter drops a line that is too long, and only that", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter();
  const long = utf8.encode("x".repeat(lineLengthMax / 2 + 1));
  for (
    const chunk of [utf8.encode("a\n"), long, long, long, utf8.encode("\nb\n")]
  ) {
    splitter.push(chunk, (line) => lines.push(line));
  }
  deepEqual(lines, ["a", "b"]);
  equal(splitter.overlong, 1);
});

Deno.test("LineSplitter cuts a line of many records between them", () => {
  const lines: [string, boolean][] = [];
  const splitter = new LineSplitter(
    "utf-8",
    (text) => text.lastIndexOf(";") + 1,
  );
  const record = "x".repeat(40_000) + ";";
  const push = (text: string) =>
    splitter.push(
      utf8.encode(text),
      (line, goesOn) => lines.push([line, goesOn]),
    );
  push(record + record.slice(0, 30_000));
  push(
    record.slice(30_000) + "end\n" + "y".repeat(lineLengthMax + 1) + "\nb\n",
  );
  deepEqual(lines, [
    [record, true],
    [`${record}end`, false],
    ["b", false],
  ]);
  equal(splitter.overlong, 1);
});
