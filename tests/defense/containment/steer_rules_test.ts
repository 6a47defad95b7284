import { deepEqual, equal, ok } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { rulesetCommands } from "../../../defense/containment/ruleset.ts";
import {
  divertedRules,
  doorRules,
  steerCommands,
} from "../../../defense/containment/steer_rules.ts";

const steer = {
  services: [[22, 40_022], [80, 40_080]] as [number, number][],
  others: 40_000,
};
const table = "inet stealthmesh";
const whole = rulesetCommands([], { socketLookup: true, steer });
const rulesOf = (chain: string) =>
  whole.filter((each) => each.startsWith(`add rule ${table} ${chain} `))
    .map((each) => each.slice(`add rule ${table} ${chain} `.length));

Deno.test("steerCommands() without a decoy leaves no chain behind", () => {
  const commands = steerCommands({ socketLookup: true });
  deepEqual(commands, [
    `add chain ${table} steer_all`,
    `flush chain ${table} steer_all`,
    `delete chain ${table} steer_all`,
    `add chain ${table} steer_strays`,
    `flush chain ${table} steer_strays`,
    `delete chain ${table} steer_strays`,
  ]);
  deepEqual(divertedRules(undefined), ["drop"]);
  deepEqual(doorRules(undefined), []);
});

for (const chain of ["steer_all", "steer_strays"]) {
  Deno.test(`${chain} asks loopback and the exempt sets before it redirects`, () => {
    const rules = rulesOf(chain);
    const first = rules.findIndex((rule) => rule.includes("redirect"));
    equal(rules[0], 'iif "lo" return');
    equal(rules[1], "meta nfproto != @alive return");
    ok(first > rules.findLastIndex((rule) => rule.includes("@exempt")));
    ok(first > rules.indexOf("fib daddr type != local return"));
  });
}

Deno.test("every redirect names a set of subjects", () => {
  const redirects = whole.filter((command) => command.includes("redirect"));
  equal(redirects.length, 18);
  for (const rule of redirects) {
    ok(
      /ip6? saddr (?:& ffff:ffff:ffff:ffff:: )?@(?:steer|throttle|caution)[46] redirect/
        .test(rule),
      rule,
    );
  }
  ok(!rulesOf("steer_all").some((rule) => /@(?:caution|throttle)/.test(rule)));
});

Deno.test("nobody comes to a decoy's port by himself, before any exemption", () => {
  const guard = rulesOf("guard");
  equal(
    guard[1],
    "meta nfproto @alive tcp dport { 40022, 40080, 40000 } ct direction original ct status & dnat == 0 drop",
  );
  ok(guard.findIndex((rule) => rule.includes("@exempt")) > 1);
});

Deno.test("the members' door is for their addresses, of each family", () => {
  const addresses = ["10.0.0.2", "10.0.0.3", "10.0.0.2"].map(parseAddress);
  const rest = "tcp dport 8445 fib daddr type local ct direction original drop";
  deepEqual(
    doorRules({ ...steer, members: { port: 8445, addresses } }).slice(1),
    [
      `meta nfproto @alive ip saddr != { 10.0.0.2, 10.0.0.3 } ${rest}`,
      `meta nfproto @alive meta nfproto ipv6 ${rest}`,
    ],
  );
});

Deno.test("without socket lookup only steered subjects meet decoys", () => {
  const commands = steerCommands({ socketLookup: false, steer });
  ok(commands.some((command) => /steer_all .*@steer4 redirect/.test(command)));
  ok(!commands.some((command) => /add rule .* steer_strays/.test(command)));
});
