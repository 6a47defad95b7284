import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { alwaysProtected } from "../../../defense/containment/never_block.ts";
import {
  exemptCommands,
  layoutProbe,
  removalCommands,
  rulesetCommands,
  scriptOf,
} from "../../../defense/containment/ruleset.ts";

const whole = rulesetCommands(alwaysProtected, { socketLookup: true });

Deno.test("rulesetCommands() touches no table but our own", () => {
  for (const command of [...whole, ...removalCommands(), layoutProbe()]) {
    ok(
      /^(?:add|flush|delete|list) (?:table|set|chain|rule|element) inet stealthmesh\b/
        .test(command),
      command,
    );
    ok(!command.includes("\n"));
  }
  equal(whole.filter((command) => command.includes("flush ruleset")).length, 0);
});

Deno.test("rulesetCommands() keeps leases: it flushes chains and the sets of whom they spare only", () => {
  const flushed = whole.filter((command) => command.startsWith("flush"));
  deepEqual(flushed.map((command) => command.split(" ").slice(1).join(" ")), [
    "set inet stealthmesh exempt4",
    "set inet stealthmesh exempt6",
    "set inet stealthmesh neighbours6",
    "chain inet stealthmesh dialled",
    "chain inet stealthmesh services",
    "chain inet stealthmesh guard",
    "chain inet stealthmesh newcomer",
    "chain inet stealthmesh warned",
    "chain inet stealthmesh suspect",
    "chain inet stealthmesh served",
    "chain inet stealthmesh grey",
    "chain inet stealthmesh odd",
    "chain inet stealthmesh diverted",
    "chain inet stealthmesh throttled",
    "chain inet stealthmesh limited",
    "chain inet stealthmesh unserved",
    "chain inet stealthmesh steer_all",
    "chain inet stealthmesh steer_strays",
  ]);
  deepEqual(
    whole.filter((command) => /^delete (?:table|set|chain)/.test(command)),
    ["steer_all", "steer_strays"].map((name) =>
      `delete chain inet stealthmesh ${name}`
    ),
  );
});

Deno.test("rulesetCommands() asks the exempt sets before anything may drop", () => {
  const guard = whole.filter((command) =>
    command.startsWith("add rule inet stealthmesh guard ")
  );
  const exempt = guard.findLastIndex((rule) => rule.includes("@exempt"));
  const first = guard.findIndex((rule) => /drop$|jump/.test(rule));
  equal(exempt, 2);
  equal(first, 3);
});

Deno.test("rulesetCommands() drops only what the subject opened", () => {
  for (
    const rule of whole.filter((command) => /guard .*ip6? saddr/.test(command))
  ) {
    ok(
      /@exempt\d return$|ct direction original drop$|ct state invalid drop$|ct state \{ new, invalid \} (?:ip6? saddr (?:& [f:]+ )?@\w+ )?jump \w+$|@steer\d ct direction original jump diverted$/
        .test(rule),
      rule,
    );
  }
});

Deno.test("rulesetCommands() without socket lookup has no caution and no fast path", () => {
  const plain = scriptOf(rulesetCommands([], { socketLookup: false }));
  ok(!/socket|jump (?:newcomer|suspect|warned)|tcp flags/.test(plain));
  ok(/jump throttled/.test(plain) && /@block4 ct direction/.test(plain));
});

Deno.test("exemptCommands() splits the families and survives an empty list", () => {
  deepEqual(
    exemptCommands([
      { network: "10.0.0.0/8", reason: "" },
      { network: "::1", reason: "" },
      { network: "192.0.2.1", reason: "" },
    ]),
    [
      "flush set inet stealthmesh exempt4",
      "add element inet stealthmesh exempt4 { 10.0.0.0/8, 192.0.2.1 }",
      "flush set inet stealthmesh exempt6",
      "add element inet stealthmesh exempt6 { ::1 }",
      "flush set inet stealthmesh neighbours6",
      "add element inet stealthmesh neighbours6 { fe80:: }",
      "add element inet stealthmesh neighbours6 { :: }",
    ],
  );
  equal(exemptCommands([]).length, 4);
});

Deno.test("exemptCommands() writes no text that is not a network", () => {
  throws(
    () => exemptCommands([{ network: "1.1.1.1 }; flush ruleset", reason: "" }]),
    TypeError,
  );
});
