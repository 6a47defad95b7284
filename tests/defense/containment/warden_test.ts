import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../defense/address.ts";
import { heldMax } from "../../../defense/containment/ruleset.ts";
import { leaseOfElement, Warden } from "../../../defense/containment/warden.ts";
import { leaseMsMax } from "../../../defense/lease.ts";
import type { Mode } from "../../../defense/world.ts";

const moment = { nowMs: 5_000, wallMs: 1_700_000_000_000 };

function warden(mode: Mode = "enforce"): Warden {
  return new Warden({
    mode,
    protectedEntries: [
      { network: "192.0.2.0/28", reason: "gateway" },
      { network: "2001:db8:7::53", reason: "DNS" },
      { network: "2001:db8:8::/48", reason: "operator" },
    ],
  });
}

const good = {
  subject: "198.51.100.7",
  measure: "block",
  untilMs: moment.wallMs + 600_000,
  cause: "own",
};

const refused: { name: string; lease: unknown; code: string }[] = [
  { name: "nothing", lease: undefined, code: "invalid" },
  { name: "null", lease: null, code: "invalid" },
  { name: "a text", lease: "block 198.51.100.7", code: "invalid" },
  { name: "no fields", lease: {}, code: "invalid" },
  {
    name: "a name for an address",
    lease: { ...good, subject: "attacker.example" },
    code: "invalid",
  },
  {
    name: "nft text for an address",
    lease: { ...good, subject: "198.51.100.7 }; flush ruleset; #" },
    code: "invalid",
  },
  {
    name: "an address spelled another way",
    lease: { ...good, subject: "2001:DB8::1" },
    code: "invalid",
  },
  {
    name: "IPv4 in IPv6 clothes",
    lease: { ...good, subject: "::ffff:127.0.0.1" },
    code: "invalid",
  },
  {
    name: "a zone",
    lease: { ...good, subject: "fe80::1%eth0" },
    code: "invalid",
  },
  {
    name: "a network",
    lease: { ...good, subject: "198.51.100.0/24" },
    code: "invalid",
  },
  {
    name: "an unknown measure",
    lease: { ...good, measure: "accept" },
    code: "invalid",
  },
  {
    name: "a measure of the prototype",
    lease: { ...good, measure: "constructor" },
    code: "invalid",
  },
  {
    name: "an unknown cause",
    lease: { ...good, cause: 'own" } ; #' },
    code: "invalid",
  },
  {
    name: "the past",
    lease: { ...good, untilMs: moment.wallMs - 1 },
    code: "invalid",
  },
  {
    name: "the present",
    lease: { ...good, untilMs: moment.wallMs },
    code: "invalid",
  },
  {
    name: "a millisecond too long",
    lease: { ...good, untilMs: moment.wallMs + leaseMsMax + 1 },
    code: "invalid",
  },
  { name: "NaN", lease: { ...good, untilMs: NaN }, code: "invalid" },
  { name: "for ever", lease: { ...good, untilMs: Infinity }, code: "invalid" },
  {
    name: "time as text",
    lease: { ...good, untilMs: `${good.untilMs}` },
    code: "invalid",
  },
  {
    name: "caution of a service, which would hide what is served",
    lease: {
      ...good,
      measure: "caution",
      service: { protocol: "tcp", port: 22 },
    },
    code: "invalid",
  },
  ...[
    { protocol: "icmp", port: 22 },
    { protocol: "tcp", port: 0 },
    { protocol: "tcp", port: 65_536 },
    { protocol: "tcp", port: "22 }; flush ruleset; #" },
    "tcp/22",
    null,
  ].map((service) => ({
    name: `the service ${JSON.stringify(service)}`,
    lease: { ...good, service },
    code: "invalid",
  })),
  {
    name: "a service of the gateway",
    lease: {
      ...good,
      subject: "192.0.2.1",
      cause: "operator",
      service: { protocol: "tcp", port: 22 },
    },
    code: "never_block",
  },
  {
    name: "a /64 with a protected address in it",
    lease: { ...good, subject: "2001:db8:7::" },
    code: "never_block",
  },
  {
    name: "a /64 within a protected network",
    lease: { ...good, subject: "2001:db8:8:1::" },
    code: "never_block",
  },
  {
    name: "loopback",
    lease: { ...good, subject: "127.0.0.1" },
    code: "never_block",
  },
  {
    name: "the operator against the gateway",
    lease: { ...good, subject: "192.0.2.1", cause: "operator" },
    code: "never_block",
  },
];

for (const { name, lease, code } of refused) {
  Deno.test(`Warden.judge() refuses ${name}`, () => {
    const plan = warden().judge([lease], moment);
    const [judgement] = plan.judgements;
    equal(judgement?.granted === false && judgement.refusal.code, code);
    deepEqual([plan.commands, plan.holdings], [[], []]);
  });
}

Deno.test("Warden.judge() grants what is in order, up to the longest lease", () => {
  const longest = { ...good, untilMs: moment.wallMs + leaseMsMax };
  const plan = warden().judge([good, longest], moment);
  deepEqual(plan.judgements.map(({ granted }) => granted), [true, true]);
  // One subject under one measure is one element.
  equal(plan.commands.length, 3);
  ok(plan.commands[2]?.includes(`timeout ${leaseMsMax}ms comment "own"`));
});

Deno.test("Warden.judge() does nothing before confirm()", () => {
  const machine = warden();
  const plan = machine.judge([good], moment);
  equal(machine.countHeld(moment.nowMs), 0);
  machine.confirm(plan.holdings);
  equal(machine.countHeld(moment.nowMs), 1);
  equal(machine.countHeld(moment.nowMs + 600_000), 0);
});

Deno.test("Warden.judge() in observe refuses, and still names who is protected", () => {
  const plan = warden("observe").judge(
    [good, { ...good, subject: "192.0.2.1" }],
    moment,
  );
  deepEqual(
    plan.judgements.map((each) => !each.granted && each.refusal),
    [{ code: "observe" }, {
      code: "never_block",
      matched: "192.0.2.0/28 (gateway)",
    }],
  );
  equal(plan.commands.length, 0);
});

const renewals: {
  name: string;
  cause: string;
  forMs: number;
  remainsMs: number;
}[] = [
  { name: "a longer lease", cause: "mesh", forMs: 900_000, remainsMs: 900_000 },
  { name: "no shorter one", cause: "mesh", forMs: 60_000, remainsMs: 600_000 },
  {
    name: "the operator's shorter one",
    cause: "operator",
    forMs: 60_000,
    remainsMs: 60_000,
  },
];

for (const { name, cause, forMs, remainsMs } of renewals) {
  Deno.test(`Warden.judge() lets a lease be replaced by ${name}`, () => {
    const machine = warden();
    machine.confirm(machine.judge([good], moment).holdings);
    const untilMs = moment.wallMs + forMs;
    const plan = machine.judge([{ ...good, cause, untilMs }], moment);
    const [judgement] = plan.judgements;
    ok(judgement?.granted);
    equal(judgement.lease.untilMs, moment.wallMs + remainsMs);
    ok(plan.commands.at(-1)?.includes(`timeout ${remainsMs}ms`));
  });
}

Deno.test("Warden.judge() holds a thousand, renews them, and takes no other", () => {
  const machine = warden();
  const leases = Array.from({ length: heldMax + 1 }, (_, index) => ({
    ...good,
    subject: `10.1.${index >> 8}.${index & 255}`,
  }));
  const plan = machine.judge(leases, moment);
  const last = plan.judgements.at(-1);
  equal(last?.granted === false && last.refusal.code, "full");
  equal(plan.holdings.length, heldMax);
  machine.confirm(plan.holdings);
  const [renewed, fresh] = machine.judge([leases[0], good], moment).judgements;
  deepEqual([renewed?.granted, fresh?.granted], [true, false]);
  const later = { ...moment, nowMs: moment.nowMs + 600_000 };
  equal(machine.judge([good], later).judgements[0]?.granted, true);
});

Deno.test("a jump of the wall clock neither ends nor prolongs what is held", () => {
  const machine = warden();
  machine.confirm(machine.judge([good], moment).holdings);
  const jumped = {
    nowMs: moment.nowMs + 1_000,
    wallMs: moment.wallMs + 86_400_000,
  };
  const [judgement] = machine.judge([good], jumped).judgements;
  equal(judgement?.granted === false && judgement.refusal.code, "invalid");
  equal(machine.countHeld(jumped.nowMs), 1);
  ok(machine.restoration(jumped.nowMs)[2]?.includes("timeout 599000ms"));
});

Deno.test("Warden.adopt() takes leases over and ends what may not be", () => {
  const machine = warden();
  const element = (set: string, address: string, comment = "mesh") => ({
    set,
    address: parseAddress(address),
    remainingMs: 60_000,
    comment,
  });
  const endings = machine.adopt([
    element("block4", "198.51.100.1"),
    element("caution6", "2001:db8::1", "typed by hand"),
    element("throttle4", "192.0.2.5"),
    element("scan4", "198.51.100.9", ""),
    { ...element("block4", "198.51.100.2"), remainingMs: Infinity },
  ], moment);
  deepEqual(endings, [
    "add element inet stealthmesh throttle4 { 192.0.2.5 timeout 1s }",
    "delete element inet stealthmesh throttle4 { 192.0.2.5 }",
  ]);
  equal(machine.countHeld(moment.nowMs), 3);
  const restored = machine.restoration(moment.nowMs).filter((command) =>
    command.includes("comment")
  );
  deepEqual(restored.map((command) => command.slice(28)), [
    ' block4 { 198.51.100.1 timeout 60000ms comment "mesh" }',
    ' caution6 { 2001:db8::1 timeout 60000ms comment "operator" }',
    ` block4 { 198.51.100.2 timeout ${leaseMsMax}ms comment "mesh" }`,
  ]);
});

Deno.test("Warden.protect() ends what is in force against the protected", () => {
  const machine = warden();
  machine.confirm(machine.judge([good], moment).holdings);
  const entry = { network: "198.51.100.0/24", reason: "mesh member" };
  equal(machine.protect([entry]).endings.length, 2);
  equal(machine.countHeld(moment.nowMs), 0);
  deepEqual(machine.protect([entry]), { grown: false, endings: [] });
});

Deno.test("Warden.spare() protects exactly what it was told last", () => {
  const machine = warden();
  machine.confirm(machine.judge([good], moment).holdings);
  const before = machine.protectedEntries.length;
  const spared = { network: "198.51.100.0/24", reason: "this was us" };
  equal(machine.spare([spared]).length, 2);
  equal(machine.countHeld(moment.nowMs), 0);
  equal(machine.protectedEntries.length, before + 1);
  const [judgement] = machine.judge([good], moment).judgements;
  deepEqual(judgement, {
    granted: false,
    refusal: { code: "never_block", matched: "198.51.100.0/24 (this was us)" },
  });
  deepEqual(machine.spare([]), []);
  equal(machine.protectedEntries.length, before);
  equal(machine.judge([good], moment).judgements[0]?.granted, true);
});

Deno.test("leaseOfElement() reads the fast path as a caution of our own", () => {
  const address = parseAddress("10.0.0.1");
  const read = (set: string) =>
    leaseOfElement({ set, address, remainingMs: 5, comment: "" }, moment);
  deepEqual(read("scan4"), {
    subject: address,
    measure: "caution",
    untilMs: moment.wallMs + 5,
    cause: "own",
  });
  deepEqual([read("exempt4"), read("toString")], [undefined, undefined]);
});

Deno.test("Warden.judge() never writes what is protected, whatever it is told", () => {
  const anything = fc.record({
    subject: fc.oneof(
      fc.constantFrom("127.0.0.1", "192.0.2.3", "::1", "10.0.0.1", "fe80::1"),
      fc.constantFrom("2001:db8:7::", "2001:db8:7::53", "2001:db8:7::54"),
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.anything(),
    ),
    measure: fc.oneof(fc.constantFrom("block", "caution"), fc.anything()),
    untilMs: fc.oneof(
      fc.integer({ min: moment.wallMs - 10, max: moment.wallMs + 20_000_000 }),
      fc.anything(),
    ),
    cause: fc.oneof(fc.constantFrom("own", "operator"), fc.anything()),
    service: fc.oneof(
      fc.constant(undefined),
      fc.record({
        protocol: fc.constantFrom("tcp", "udp", "sctp"),
        port: fc.integer({ min: -1, max: 70_000 }),
      }),
      fc.anything(),
    ),
  });
  fc.assert(fc.property(
    fc.array(fc.oneof(anything, fc.anything()), { maxLength: 8 }),
    (leases) => {
      const machine = warden();
      const plan = machine.judge(leases, moment);
      equal(plan.judgements.length, leases.length);
      for (const { subject, endsAtMs } of plan.holdings) {
        equal(machine.protectorOf(subject), undefined);
        ok(endsAtMs > moment.nowMs && endsAtMs <= moment.nowMs + leaseMsMax);
      }
      for (const command of plan.commands) {
        ok(
          /^(?:add|delete) element inet stealthmesh (?:service_)?(?:block|throttle|caution)[46] \{ [0-9a-f.:]+(?: \. (?:tcp|udp) \. \d+)?(?: timeout \d+m?s)?(?: comment "(?:own|mesh|operator)")? \}$/
            .test(command),
          command,
        );
      }
    },
  ));
});
