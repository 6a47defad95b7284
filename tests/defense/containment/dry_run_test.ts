import { equal, ok } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import { renderDryRun } from "../../../defense/containment/dry_run.ts";
import type { Lease } from "../../../defense/lease.ts";

const wallMs = 1_700_000_000_000;

function lease(subject: Address): Lease {
  return {
    subject,
    measure: "block",
    untilMs: wallMs + 600_000,
    cause: "operator",
  };
}

Deno.test("renderDryRun() prints the ruleset and the lease, and why another is refused", () => {
  const gateway = { network: "192.0.2.1", reason: "gateway" };
  const text = renderDryRun(
    [lease(parseAddress("198.51.100.7")), lease(parseAddress("192.0.2.1"))],
    [gateway],
    wallMs,
  );
  ok(text.startsWith("add table inet stealthmesh\n"));
  ok(
    text.includes(
      'add element inet stealthmesh block4 { 198.51.100.7 timeout 600000ms comment "operator" }\n',
    ),
  );
  ok(!text.includes("block4 { 192.0.2.1"));
  ok(/^# refused: .*192\.0\.2\.1 \(gateway\)/m.test(text));
});

Deno.test("renderDryRun() lets no lease write a line of its own", () => {
  const text = renderDryRun([lease("1\nflush ruleset" as Address)], [], wallMs);
  equal(text.split("\n").includes("flush ruleset"), false);
});
