import { deepEqual, equal, ok } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import {
  FirstContactBaseline,
  learnMs,
} from "../../../defense/detectors/first_contact_baseline.ts";
import { FirstContactTable } from "../../../defense/detectors/first_contact_table.ts";
import { SlowWalk } from "../../../defense/detectors/slow_walk.ts";
import type { Connection } from "../../../defense/observation.ts";

const mechanism = {
  type: "slow_walk",
  alpha: 1e-5,
  beta: 0.99,
  half_life: 86_400_000,
  after: 1_800_000,
  sources: 65_536,
  benign: 0.2,
  attack: 0.8,
} as const;
const startMs = Date.UTC(2026, 2, 3);
const minuteMs = 60_000;

function contact(
  source: string,
  port: number,
  atMs: number,
  outcome: Connection["outcome"] = "unanswered",
): Connection {
  return {
    kind: "connection",
    atMs,
    protocol: "tcp",
    source: parseAddress(source),
    destination: parseAddress("198.51.100.2"),
    port,
    outcome,
    handshake: false,
  };
}

/** Failures until the walk accuses, one every `everyMs`. */
function failuresUntilAccused(everyMs: number, walk = new SlowWalk(mechanism)) {
  for (let count = 1; count <= 1_000; count++) {
    const atMs = startMs + count * everyMs;
    if (walk.take(contact("192.0.2.7", count, atMs), 0)) return count;
  }
  return undefined;
}

Deno.test("SlowWalk sees a probe every ten minutes, and one in two hours", () => {
  // Nine, and one more where two ports share a bit.
  const slow = failuresUntilAccused(10 * minuteMs);
  ok(slow !== undefined && slow <= 10, String(slow));
  const slowest = failuresUntilAccused(120 * minuteMs);
  ok(slowest !== undefined && slowest < 24, String(slowest));
  equal(failuresUntilAccused(480 * minuteMs), undefined);
});

Deno.test("SlowWalk holds 50,000 sources in 64 bytes each", () => {
  const { byteLength } = new SlowWalk(mechanism);
  ok(byteLength <= 50_000 * 64, `${byteLength} bytes`);
});

Deno.test("SlowWalk keeps a patient scanner through a flood of forged sources", () => {
  const walk = new SlowWalk(mechanism);
  let accused = 0;
  for (let probe = 1; probe <= 10; probe++) {
    const atMs = startMs + probe * 10 * minuteMs;
    if (walk.take(contact("192.0.2.7", probe, atMs), 0)) accused++;
    if (probe < 3) continue;
    for (let forged = 0; forged < 20_000; forged++) {
      const low = `${forged >> 8 & 255}.${forged & 255}`;
      walk.take(contact(`10.${probe}.${low}`, 80, atMs), 0);
    }
  }
  equal(accused, 1);
});

Deno.test("SlowWalk leaves who comes back to one dead service, and who mostly gets through", () => {
  const walk = new SlowWalk(mechanism);
  for (let hour = 0; hour < 24 * 30; hour++) {
    const atMs = startMs + hour * 60 * minuteMs;
    equal(walk.take(contact("192.0.2.9", 8_080, atMs), 0), undefined);
    const outcome = hour % 12 < 3 ? "unanswered" : "accepted";
    equal(
      walk.take(contact("192.0.2.10", 1_000 + hour % 12, atMs, outcome), 0),
      undefined,
    );
  }
});

Deno.test("SlowWalk is silent while it learns, then uses what it learned", () => {
  const baseline = new FirstContactBaseline();
  const walk = new SlowWalk(mechanism, baseline);
  for (let client = 0; client < 200; client++) {
    const atMs = startMs + client * 40 * minuteMs;
    const source = `192.0.2.${client}`;
    const outcome = client % 2 ? "accepted" : "unanswered";
    for (let index = 0; index < 12; index++) {
      const port = 7_000 + (index + (client >> 1)) % 12;
      equal(walk.take(contact(source, port, atMs, outcome), 0), undefined);
    }
  }
  ok(!baseline.isLearning(startMs + learnMs));
  ok(baseline.failureChance(7_001) > 0.4, "a service that is often down");
  equal(baseline.failureChance(22), 0.2, "nothing learned");
  const laterMs = startMs + learnMs + 1;
  const run = (first: number) => {
    for (let count = 1; count <= 12; count++) {
      const atMs = laterMs + count * 10 * minuteMs;
      const source = first === 7_000 ? "203.0.113.1" : "203.0.113.2";
      if (walk.take(contact(source, first + count % 12, atMs), 0)) return count;
    }
    return undefined;
  };
  equal(run(7_000), undefined);
  ok((run(100) ?? 99) <= 10);
});

Deno.test("FirstContactBaseline survives a restart, and refuses other bytes", () => {
  const baseline = new FirstContactBaseline();
  for (let count = 0; count < 50; count++) {
    baseline.learn(445, count % 5 === 0, startMs);
  }
  const again = FirstContactBaseline.decode(baseline.encode());
  equal(again?.failureChance(445), baseline.failureChance(445));
  equal(again?.sinceMs, startMs);
  for (const bytes of [[], [1], [2, ...Array(19).fill(0)], Array(25).fill(1)]) {
    equal(FirstContactBaseline.decode(Uint8Array.from(bytes)), undefined);
  }
});

Deno.test("FirstContactBaseline cannot be taught that every failure is honest", () => {
  const baseline = new FirstContactBaseline();
  for (let count = 0; count < 10_000; count++) {
    baseline.learn(23, true, startMs);
  }
  equal(baseline.failureChance(23), 0.6);
});

Deno.test("FirstContactTable gives up the lowest score, of equals the oldest", () => {
  const table = new FirstContactTable(8, 86_400);
  const sources = Array.from({ length: 9 }, (_, index) => `10.0.0.${index}`);
  sources.slice(0, 8).forEach((source, index) => {
    const slot = table.slotOf(source, 100 + index);
    table.score(slot, source === "10.0.0.0" ? 5 : 1, 100 + index);
  });
  table.slotOf("10.0.0.8", 200);
  equal(table.evicted, 1);
  const before = table.evicted;
  const kept = table.slotOf("10.0.0.0", 201);
  deepEqual([table.scoreAt(kept, 100), table.evicted - before], [5, 0]);
  table.slotOf("10.0.0.1", 202);
  equal(table.evicted - before, 1, "10.0.0.1 had been given up");
});
