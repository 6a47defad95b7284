import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { Inbox, octetsOf, textOf } from "../../../defense/decoys/octets.ts";

Deno.test("textOf() and octetsOf() keep every octet, of long texts too", () => {
  const octets = Uint8Array.from({ length: 20_000 }, (_, at) => at & 255);
  deepEqual(octetsOf(textOf(octets)), octets);
  equal(textOf(Uint8Array.of(0x80, 0x9f)), "\x80\x9f");
});

Deno.test("Inbox holds what was pushed and not taken, up to its bound", () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.nat(150),
    fc.constant("line" as const),
  );
  fc.assert(fc.property(fc.array(step), fc.integer({ min: 1, max: 300 }), (
    steps,
    octetsMax,
  ) => {
    const inbox = new Inbox(octetsMax);
    let model: number[] = [];
    for (const step of steps) {
      if (step instanceof Uint8Array) {
        inbox.push(step);
        model = [...model, ...step].slice(0, octetsMax);
      } else if (step === "line") {
        const end = model.indexOf(10);
        const line = end < 0
          ? undefined
          : textOf(Uint8Array.from(model.slice(0, end))).replace(/\r$/, "");
        equal(inbox.line(), line);
        model = model.slice(end + 1);
      } else {
        deepEqual([...inbox.shift(step)], model.slice(0, step));
        model = model.slice(step);
      }
      deepEqual([...inbox.octets], model);
      equal(inbox.overfull, model.length >= octetsMax);
    }
  }));
});
