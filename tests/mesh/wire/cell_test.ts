import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { cellPlaintextBytes } from "../../../mesh/limits.ts";
import {
  type CellRecord,
  CellWriter,
  readCell,
  wholeRecordBytesMax,
} from "../../../mesh/wire/cell.ts";

function cellOf(...start: number[]): Uint8Array {
  const cell = new Uint8Array(cellPlaintextBytes);
  cell.set(start);
  return cell;
}

Deno.test("CellWriter writes a dummy as 496 zeros", () => {
  deepEqual(new CellWriter().plaintext, new Uint8Array(496));
});

Deno.test("CellWriter.add() lays records out as the table says", () => {
  const cell = new CellWriter();
  cell.add("whole", Uint8Array.of(7));
  cell.add("piece", Uint8Array.of(8, 9));
  cell.add("last_piece", Uint8Array.of(1));
  deepEqual(
    cell.plaintext.slice(0, 11),
    Uint8Array.of(0, 1, 7, 0xc0, 2, 8, 9, 0x40, 1, 1, 0),
  );
});

Deno.test("CellWriter.add() throws where a record does not fit", () => {
  const cell = new CellWriter();
  throws(() => cell.add("whole", new Uint8Array()), RangeError);
  throws(
    () => cell.add("whole", new Uint8Array(wholeRecordBytesMax + 1)),
    RangeError,
  );
  cell.add("whole", new Uint8Array(wholeRecordBytesMax));
  equal(cell.room, 0);
  throws(() => cell.add("whole", new Uint8Array(1)), RangeError);
});

const rejected: { name: string; plaintext: Uint8Array }[] = [
  { name: "one byte short", plaintext: new Uint8Array(495) },
  { name: "one byte long", plaintext: new Uint8Array(497) },
  { name: "empty", plaintext: new Uint8Array() },
  { name: "record past the end", plaintext: cellOf(0x01, 0xef) },
  { name: "longest length", plaintext: cellOf(0x3f, 0xff) },
  { name: "more without piece", plaintext: cellOf(0x80, 1, 5) },
  { name: "empty piece", plaintext: cellOf(0xc0, 0) },
  { name: "empty last piece", plaintext: cellOf(0x40, 0) },
  { name: "good record, then bad", plaintext: cellOf(0, 1, 5, 0x40, 0) },
];

for (const { name, plaintext } of rejected) {
  Deno.test(`readCell() rejects: ${name}`, () => {
    equal(readCell(plaintext), undefined);
  });
}

Deno.test("readCell() ignores what follows the padding's start", () => {
  deepEqual(readCell(cellOf(0, 1, 5, 0, 0, 0xff, 0xff)), [
    { kind: "whole", bytes: Uint8Array.of(5) },
  ]);
});

Deno.test("readCell() reads what CellWriter wrote", () => {
  const record = fc.record({
    kind: fc.constantFrom("whole", "piece", "last_piece" as const),
    bytes: fc.uint8Array({ minLength: 1, maxLength: wholeRecordBytesMax }),
  });
  fc.assert(fc.property(fc.array(record), (records) => {
    const cell = new CellWriter();
    const fitting: CellRecord[] = [];
    for (const { kind, bytes } of records as CellRecord[]) {
      if (bytes.length > cell.room) continue;
      cell.add(kind, bytes);
      fitting.push({ kind, bytes });
    }
    deepEqual(readCell(cell.plaintext), fitting);
  }));
});
