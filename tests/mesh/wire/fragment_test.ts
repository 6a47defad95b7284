import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { linkMessageBytesMax } from "../../../mesh/limits.ts";
import { readCell, wholeRecordBytesMax } from "../../../mesh/wire/cell.ts";
import {
  Cutter,
  type MessageSource,
  Reassembler,
} from "../../../mesh/wire/fragment.ts";

/** First in, first out, without the fairness of the real queue. */
class Fifo implements MessageSource {
  readonly whole: Uint8Array[] = [];
  readonly long: Uint8Array[] = [];

  constructor(messages: readonly Uint8Array[]) {
    for (const bytes of messages) this.push(bytes);
  }

  push(bytes: Uint8Array): void {
    (bytes.length > wholeRecordBytesMax ? this.long : this.whole).push(bytes);
  }

  beginCell(): void {}

  takeWhole(bytesMax: number): Uint8Array | undefined {
    return (this.whole[0]?.length ?? Infinity) <= bytesMax
      ? this.whole.shift()
      : undefined;
  }

  takeLong(): Uint8Array | undefined {
    return this.long.shift();
  }
}

function message(length: number, fill: number): Uint8Array {
  return new Uint8Array(length).fill(fill);
}

Deno.test("Cutter and Reassembler carry any messages over cells", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 2_000 });
  fc.assert(fc.property(fc.array(bytes, { maxLength: 12 }), (messages) => {
    const cutter = new Cutter(new Fifo(messages));
    const reassembler = new Reassembler();
    const arrived: Uint8Array[] = [];
    for (let cells = 0; cells < 200; cells++) {
      arrived.push(...reassembler.accept(readCell(cutter.fill())!));
    }
    const sorted = (list: readonly Uint8Array[]) =>
      list.map((each) => each.toHex()).sort();
    deepEqual(sorted(arrived), sorted(messages));
    equal(reassembler.heldBytes, 0);
    ok(!cutter.busy);
  }));
});

Deno.test("Cutter lets a short message overtake a long one", () => {
  const source = new Fifo([message(linkMessageBytesMax, 1)]);
  const cutter = new Cutter(source);
  cutter.fill();
  source.push(message(100, 2));
  const records = readCell(cutter.fill())!;
  deepEqual(records.map(({ kind, bytes }) => [kind, bytes.length]), [
    ["whole", 100],
    ["piece", 392],
  ]);
});

Deno.test("Cutter does not let short messages starve a long one", () => {
  const source = new Fifo([message(4_000, 1)]);
  for (let i = 0; i < 100; i++) source.push(message(wholeRecordBytesMax, 2));
  const cutter = new Cutter(source);
  const cells = Array.from(
    { length: 12 },
    () => readCell(cutter.fill())!.some(({ kind }) => kind === "piece"),
  );
  equal(cells.filter((long) => long).length, 3);
});

Deno.test("Cutter puts the marker first", () => {
  const cutter = new Cutter(new Fifo([message(5, 1)]));
  deepEqual(readCell(cutter.fill(message(1, 6)))!.map(({ bytes }) => bytes), [
    message(1, 6),
    message(5, 1),
  ]);
});

Deno.test("Reassembler drops and counts a message that grows too long", () => {
  const reassembler = new Reassembler();
  const piece = { kind: "piece" as const, bytes: message(494, 1) };
  for (let i = 0; i < 1_000; i++) {
    deepEqual(reassembler.accept([piece]), []);
    ok(reassembler.heldBytes <= linkMessageBytesMax);
  }
  const last = { kind: "last_piece" as const, bytes: message(1, 1) };
  deepEqual(reassembler.accept([last]), []);
  equal(reassembler.oversized, 1);
  deepEqual(reassembler.accept([last]), [message(1, 1)], "then all is well");
});
