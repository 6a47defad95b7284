import { equal } from "node:assert/strict";
import { readAddress } from "../../../defense/address.ts";
import { Dismissals } from "../../../defense/corroboration/dismissals.ts";

const subject = readAddress("192.0.2.7")!;
const other = readAddress("192.0.2.8")!;
const now = Date.UTC(2026, 0, 5);
const year = 365 * 86_400_000;

Deno.test("Dismissals.untilMs() is the latest release of a subject, or of all", () => {
  const dismissals = new Dismissals();
  equal(dismissals.untilMs(subject, now), 0);
  dismissals.add(subject, now - 1_000, now);
  dismissals.add(subject, now - 2_000, now);
  equal(dismissals.untilMs(subject, now), now - 1_000);
  equal(dismissals.untilMs(other, now), 0);
  dismissals.add("all", now, now);
  equal(dismissals.untilMs(subject, now), now);
  equal(dismissals.untilMs(other, now), now);
});

for (const whom of [subject, "all"] as const) {
  Deno.test(`Dismissals.add() of ${whom} counts after one by a clock that ran ahead`, () => {
    const dismissals = new Dismissals();
    dismissals.add(whom, now + year, now + year);
    equal(dismissals.untilMs(whom, now), 0);
    dismissals.add(whom, now, now);
    equal(dismissals.untilMs(whom, now), now);
  });
}
