import { deepEqual, equal, ok } from "node:assert/strict";
import {
  fastPathChains,
  fastPathRules,
  fastPathSetCommands,
  newcomerRule,
  suspectRules,
} from "../../../defense/containment/fast_path.ts";

const rules = fastPathRules(false);

Deno.test("fastPathRules() jumps only to chains that stand before", () => {
  fastPathChains.forEach((chain, index) => {
    for (const rule of rules[chain]) {
      const to = /(?:goto|jump) (\w+)$/.exec(rule)?.[1];
      if (to === undefined) continue;
      ok(
        (fastPathChains as readonly string[]).indexOf(to) < index,
        `${chain}: ${rule}`,
      );
    }
  });
});

Deno.test("fastPathRules() drops nothing at a served port but first SYNs and strays", () => {
  deepEqual(rules.served.filter((rule) => / drop$/.test(rule)), [
    "socket wildcard 1 drop",
  ]);
  ok(rules.served.some((rule) => /== syn goto grey$/.test(rule)));
  for (const chain of ["newcomer", "warned"] as const) {
    const asked = rules[chain].findIndex((rule) => rule.startsWith("socket"));
    ok(
      rules[chain].slice(0, asked).every((rule) => rule.endsWith("return")),
      chain,
    );
  }
});

Deno.test("fastPathSetCommands() bounds every set that packets fill", () => {
  for (const command of fastPathSetCommands()) {
    if (command.includes("dynamic")) ok(/ size \d+;/.test(command), command);
    ok(/ timeout/.test(command), command);
  }
});

Deno.test("every entry to the fast path ends with the sign of life", () => {
  const entries = [...suspectRules(), newcomerRule()];
  equal(entries.length, 10);
  for (const rule of entries) ok(rule.startsWith("meta nfproto @alive "), rule);
});
