import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { loadConfig } from "../../cli/config.ts";
import { type Setting, settingNames } from "../../cli/config_source.ts";
import {
  neverBlockMax,
  nothingChanged,
  overlay,
  readRunTime,
  type RunTimeSettings,
  runTimeText,
  valueIn,
} from "../../cli/run_time_settings.ts";
import { judgeChanges, settingViews } from "../../cli/setting_change.ts";
import type { SettingOrder } from "../../dashboard/mod.ts";

const scenarios = new Set(["port-scan", "slow-scan"]);

function baseOf(
  file: string,
  flags: Parameters<typeof loadConfig>[1] = {},
): readonly Setting[] {
  return loadConfig({
    env: () => undefined,
    readFile: () => file,
    root: true,
    hostName: "box",
  }, flags).base;
}

const base = baseOf(
  "neverBlock: [192.0.2.1]\nscenarios: { off: [slow-scan] }\n",
);

function judged(
  orders: readonly SettingOrder[],
  changed: RunTimeSettings = nothingChanged,
  on: readonly Setting[] = base,
) {
  return judgeChanges(orders, {
    base: on,
    changed,
    scenarios,
    by: "anna (owner)",
    atMs: 5,
  });
}

const refused: { order: SettingOrder; says: RegExp }[] = [
  {
    order: { name: "mode", action: "set", value: "off" },
    says: /expected observe or enforce/,
  },
  {
    order: { name: "journal.days", action: "set", value: 0 },
    says: /at least 1/,
  },
  {
    order: { name: "journal.days", action: "set", value: "7" },
    says: /expected a number/,
  },
  { order: { name: "mode", action: "add", value: "observe" }, says: /no list/ },
  {
    order: { name: "neverBlock", action: "set", value: "192.0.2.1" },
    says: /is a list/,
  },
  {
    order: { name: "neverBlock", action: "add", value: "everyone" },
    says: /expected an address or a network/,
  },
  {
    order: { name: "neverBlock", action: "add", value: "::ffff:10.0.0.0/64" },
    says: /expected an address or a network/,
  },
  {
    order: { name: "neverBlock", action: "add" },
    says: /expected an address or a network/,
  },
  {
    order: { name: "neverBlock", action: "remove", value: "192.0.2.1" },
    says: /stands in file \S+stealthmesh\.yaml:1; take it out there/,
  },
  {
    order: { name: "neverBlock", action: "remove", value: "127.0.0.1" },
    says: /found by itself always stays/,
  },
  {
    order: { name: "scenarios.off", action: "add", value: "port-scam" },
    says: /did you mean port-scan/,
  },
  {
    order: { name: "scenarios.off", action: "add", value: "constructor" },
    says: /no scenario has this name/,
  },
  {
    order: { name: "profile", action: "set", value: "wan" },
    says: /stealthmesh profile NAME/,
  },
  {
    order: { name: "listen", action: "set", value: "[::]:1" },
    says: /read when the agent starts/,
  },
  {
    order: { name: "neverblock", action: "add", value: "192.0.2.9" },
    says: /did you mean neverBlock/,
  },
];

for (const { order, says } of refused) {
  const { name, action, value = "nothing" } = order;
  Deno.test(`judgeChanges() refuses to ${action} ${name} ${value}`, () => {
    const [fault] = judged([order]).faults;
    match(fault?.reason ?? "", says);
    equal(fault?.name, name);
  });
}

Deno.test("judgeChanges() leaves to flags and environment what they say", () => {
  const flagged = baseOf("", {
    mode: { flag: "--enforce", value: "enforce" },
    neverBlock: { flag: "--never-block", value: ["192.0.2.1"] },
  });
  const [fault] = judged(
    [{ name: "mode", action: "set", value: "observe" }],
    nothingChanged,
    flagged,
  ).faults;
  match(fault?.reason ?? "", /flag --enforce has the last word/);
  // A list can be longer all the same.
  const { next, faults } = judged(
    [{ name: "neverBlock", action: "add", value: "192.0.2.2" }],
    nothingChanged,
    flagged,
  );
  deepEqual(faults, []);
  deepEqual(valueIn(overlay(flagged, next), "neverBlock"), [
    "192.0.2.1",
    "192.0.2.2",
  ]);
});

Deno.test("judgeChanges() takes the parts in order, and says which change anything", () => {
  const { next, effective, faults } = judged([
    { name: "neverBlock", action: "add", value: "::ffff:198.51.100.7" },
    { name: "neverBlock", action: "add", value: "198.51.100.7/32" },
    { name: "neverBlock", action: "add", value: "192.0.2.1" },
    { name: "scenarios.off", action: "remove", value: "slow-scan" },
    { name: "scenarios.off", action: "add", value: "port-scan" },
    { name: "mode", action: "set", value: "enforce" },
  ]);
  deepEqual(faults, []);
  equal(effective.length, 4);
  const mark = { by: "anna (owner)", atMs: 5 };
  deepEqual(next, {
    version: 1,
    values: { mode: { value: "enforce", ...mark } },
    neverBlock: { "198.51.100.7": mark },
    scenarios: {
      "slow-scan": { off: false, ...mark },
      "port-scan": { off: true, ...mark },
    },
  });
  const undone = judged([
    { name: "mode", action: "unset" },
    { name: "neverBlock", action: "remove", value: "198.51.100.7" },
    { name: "scenarios.off", action: "add", value: "slow-scan" },
    { name: "scenarios.off", action: "unset" },
  ], next);
  equal(undone.effective.length, 4);
  deepEqual(undone.next, nothingChanged);
});

Deno.test("judgeChanges() keeps the list within its bound", () => {
  const add = (value: string): SettingOrder => ({
    name: "neverBlock",
    action: "add",
    value,
  });
  // A file with room for one more.
  const listed = Array.from(
    { length: neverBlockMax - 1 },
    (_, index) => `10.0.${index >> 8}.${index & 255}`,
  );
  const nearlyFull = baseOf(`neverBlock: [${listed.join(", ")}]\n`);
  const fits = judged([add("192.0.2.1")], nothingChanged, nearlyFull);
  deepEqual(fits.faults, []);
  const orders = [add("192.0.2.1"), add("192.0.2.2")];
  const { faults } = judged(orders, nothingChanged, nearlyFull);
  match(faults[0]?.reason ?? "", /full/);
  // Also over more than one order.
  const later = judged([add("192.0.2.2")], fits.next, nearlyFull);
  match(later.faults[0]?.reason ?? "", /full/);
});

Deno.test("settingViews() says what may be done about each setting", () => {
  const views = settingViews(base, nothingChanged);
  deepEqual(views.map(({ name }) => name), [...settingNames]);
  const by = Object.groupBy(views, ({ change }) => change);
  deepEqual(by.list?.map(({ name }) => name), ["scenarios.off", "neverBlock"]);
  deepEqual(by.value?.map(({ name }) => name), [
    "mode",
    "learning",
    "journal.days",
  ]);
  equal(views.find(({ name }) => name === "profile")?.change, "profile");
  equal(
    views.find(({ name }) => name === "neverBlock")?.items?.[0]?.removable,
    false,
  );
});

Deno.test("judgeChanges() keeps only what the next start can read, whatever is ordered", () => {
  const order = fc.record({
    name: fc.oneof(fc.constantFrom(...settingNames), fc.string()),
    action: fc.constantFrom("set", "unset", "add", "remove"),
    value: fc.option(
      fc.oneof(
        fc.constantFrom("enforce", "on", "port-scan", "10.0.0.0/8", 9),
        fc.string(),
        fc.double(),
        fc.ipV6(),
      ),
      { nil: undefined },
    ),
  }, { requiredKeys: ["name", "action"] }) as fc.Arbitrary<SettingOrder>;
  fc.assert(fc.property(fc.array(order, { maxLength: 8 }), (orders) => {
    const { next, effective, faults } = judged(orders);
    deepEqual(readRunTime(runTimeText(next), "x"), next);
    ok(effective.length + faults.length <= orders.length);
    // What the file protects stays, whatever is ordered.
    const listed = valueIn(overlay(base, next), "neverBlock");
    ok((listed as string[]).includes("192.0.2.1"));
  }));
});
