import { deepEqual, equal } from "node:assert/strict";
import { readAddress } from "../../../defense/address.ts";
import { Standing } from "../../../defense/corroboration/standing.ts";
import { firstLeaseMs } from "../../../defense/lease.ts";

const subject = readAddress("192.0.2.7")!;
const now = Date.UTC(2026, 0, 5);
const hour = 3_600_000;
const proven = { proven: true };

/** A subject that is blocked, and the firewall has done it. */
function blocked(): Standing {
  const standing = new Standing(subject);
  standing.raise("own", "block", now, now, proven);
  for (const lease of standing.reconcile(now).leases) {
    standing.answered({ applied: true, lease, atMs: now }, now);
  }
  return standing;
}

Deno.test("Standing.raise() answers anew who comes after the wall clock was set back", () => {
  const standing = blocked();
  const endedMs = now + firstLeaseMs;
  equal(standing.expire(endedMs).length, 1);
  const backMs = now - hour;
  standing.expire(backMs);
  equal(standing.raise("own", "block", backMs, backMs, proven), true);
  deepEqual(
    standing.reconcile(backMs).leases.map(({ measure }) => measure),
    ["block"],
  );
});

Deno.test("Standing.expire() shortens what a clock set back by an hour would stretch", () => {
  const standing = blocked();
  const backMs = now - hour;
  deepEqual(standing.expire(backMs), []);
  equal(standing.term("own")?.untilMs, backMs + firstLeaseMs);
  // The kernel counts down on a timer of its own, so it is asked again.
  const { release, leases } = standing.reconcile(backMs);
  equal(release, true);
  equal(leases[0]?.untilMs, backMs + firstLeaseMs);
});

Deno.test("Standing.expire() leaves a term alone when the clock is nudged", () => {
  const standing = blocked();
  standing.expire(now - 1_000);
  equal(standing.term("own")?.untilMs, now + firstLeaseMs);
  equal(standing.reconcile(now - 1_000).release, false);
});
