import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  emptyLeakage,
  LeakAccount,
  patternBits,
  reportOf,
} from "../../../mesh/traffic/leak_account.ts";

Deno.test("LeakAccount counts nothing for the profile it had before", () => {
  const account = new LeakAccount(undefined, "lan", 4, 100);
  account.switched("lan", 4, 200);
  deepEqual(account.total({}), { ...emptyLeakage("lan", 100), starts: 1 });
});

Deno.test("LeakAccount counts log2 of the choices for each switch", () => {
  const account = new LeakAccount(undefined, "lan", 4, 0);
  account.switched("metered", 2, 10);
  account.switched("lan", 4, 20);
  const { switches, switchBits, profile, sinceMs } = account.total({});
  deepEqual({ switches, switchBits, profile, sinceMs }, {
    switches: 2,
    switchBits: 3,
    profile: "lan",
    sinceMs: 20,
  });
});

Deno.test("LeakAccount goes on where it stood, a restart into another profile counted", () => {
  const first = new LeakAccount(undefined, "lan", 4, 0);
  const counters = {
    cells_sent: 100,
    cells_unslotted: 10,
    cells_off_slots: 4,
    slots_skipped: 3,
    slot_gaps: 2,
    links_retired: 1,
    links_silent: 2,
    links_broken: 3,
    links_rotated: 4,
    links_revoked: 5,
    links_surplus: 6,
    guests_received: 7,
    messages_delivered: 1_000,
  };
  const kept = first.total(counters);
  deepEqual(kept, {
    profile: "lan",
    sinceMs: 0,
    switches: 0,
    switchBits: 0,
    slotsFired: 90,
    slotsMissed: 3,
    gaps: 2,
    cellsOffClock: 4,
    linkEnds: { clock: 1, network: 5, rotation: 4, roster: 5, crossing: 6 },
    enrolments: 7,
    starts: 1,
  });
  const again = new LeakAccount(kept, "wan", 4, 50).total({ cells_sent: 1 });
  deepEqual(again, {
    ...kept,
    profile: "wan",
    sinceMs: 50,
    switches: 1,
    switchBits: 2,
    slotsFired: 91,
    starts: 2,
  });
});

Deno.test("reportOf() adds the bits up", () => {
  const { bits } = reportOf({
    ...emptyLeakage("lan", 0),
    switchBits: 4,
    slotsFired: 7,
    slotsMissed: 1,
    gaps: 1,
  });
  deepEqual(bits, { switches: 4, missedSlots: 3 });
});

/** All patterns of `slots` slots, counted by hand. */
function countPatterns(slots: number, missed: number, gaps: number): number {
  let count = 0;
  for (let pattern = 0; pattern < 2 ** slots; pattern++) {
    const text = pattern.toString(2).padStart(slots, "0");
    const runs = text.match(/1+/g) ?? [];
    if (runs.join("").length === missed && runs.length === gaps) count++;
  }
  return count;
}

Deno.test("patternBits() is log2 of the patterns counted one by one", () => {
  for (const slots of [1, 5, 12]) {
    for (let missed = 0; missed <= slots; missed++) {
      for (let gaps = missed > 0 ? 1 : 0; gaps <= missed; gaps++) {
        const count = countPatterns(slots, missed, gaps);
        if (count === 0) continue;
        const bits = patternBits(slots, missed, gaps);
        ok(
          Math.abs(bits - Math.log2(count)) < 1e-9,
          `${slots} ${missed} ${gaps}: ${bits}`,
        );
      }
    }
  }
});

Deno.test("patternBits() of a night's sleep is the two ends of one run", () => {
  const day = 86_400 * 4;
  ok(patternBits(day, day / 3, 1) < 18);
  ok(patternBits(day, 100, 100) > 1_000);
});

Deno.test("patternBits() is a number of bits for whatever was counted", () => {
  const count = fc.nat(Number.MAX_SAFE_INTEGER);
  fc.assert(fc.property(count, count, count, (slots, missed, gaps) => {
    const bits = patternBits(slots, missed, gaps);
    ok(Number.isFinite(bits) && bits >= -1e-3, `${bits}`);
  }));
  equal(patternBits(0, 0, 0), 0);
});
