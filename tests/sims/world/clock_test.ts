import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { VirtualClock } from "../../../sims/world/clock.ts";

Deno.test("VirtualClock runs events in time, and in order within a moment", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(20), { maxLength: 200 }),
      (delays) => {
        const clock = new VirtualClock(0);
        const seen: [number, number][] = [];
        delays.forEach((delay, order) => {
          clock.after(delay, () => seen.push([clock.nowMs(), order]));
        });
        while (clock.step(1_000));
        const expected = delays.map((delay, order): [number, number] => [
          delay,
          order,
        ]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        deepEqual(seen, expected);
      },
    ),
  );
});

Deno.test("VirtualClock.after() can be cancelled", () => {
  const clock = new VirtualClock(0);
  let woken = 0;
  const cancel = clock.after(5, () => woken++);
  clock.after(4, cancel);
  while (clock.step(10));
  deepEqual([woken, clock.nowMs()], [0, 10]);
});

Deno.test("VirtualClock.step() stops at the given moment", () => {
  const clock = new VirtualClock(1_000);
  clock.after(7, () => {});
  deepEqual([clock.step(6), clock.nowMs(), clock.wallMs()], [false, 6, 1_006]);
  deepEqual([clock.step(7), clock.step(7)], [true, false]);
});

Deno.test("VirtualClock refuses to schedule the past, it happens now", () => {
  const clock = new VirtualClock(0);
  const seen: number[] = [];
  clock.after(3, () => clock.after(-5, () => seen.push(clock.nowMs())));
  while (clock.step(10));
  deepEqual(seen, [3]);
});
