import { deepEqual, equal, ok } from "node:assert/strict";
import { ProfileKeeper } from "../../cli/profile_keeper.ts";
import { planOf, type ProfileSetting } from "../../cli/profile_setting.ts";
import {
  emptyLeakage,
  type Leakage,
  type MeshCommand,
  switchGapMs,
} from "../../mesh/mod.ts";
import type { KeptPace } from "../../mesh/host/mod.ts";

const hourMs = 3_600_000;
/** A Friday. */
const fridayMs = Date.parse("2026-01-09T12:00Z");

const weekend: ProfileSetting = {
  default: "lan",
  calendar: [{ days: "sat-sun", use: "metered" }],
  timeZone: "UTC",
};

/** A keeper on a clock that the test moves, and what it said and saved. */
function scene(
  o: {
    setting: ProfileSetting;
    kept?: KeptPace;
    atMs?: number;
    save?: (pace: KeptPace) => Promise<void>;
  },
) {
  const clock = { ms: o.atMs ?? fridayMs };
  const saved: KeptPace[] = [];
  const sent: MeshCommand[] = [];
  const troubles: string[] = [];
  const keeper = new ProfileKeeper({
    plan: planOf(o.setting, "UTC"),
    kept: o.kept ?? {},
    wallMs: () => clock.ms,
    save: o.save ?? ((pace) => Promise.resolve(void saved.push(pace))),
    onTrouble: (message) => troubles.push(message),
  });
  keeper.run({ send: (command) => void sent.push(command) });
  return { keeper, clock, saved, sent, troubles };
}

function keptAs(changes: Partial<Leakage>, pace: KeptPace = {}): KeptPace {
  return { leakage: { ...emptyLeakage("lan", 0), ...changes }, ...pace };
}

const starts: {
  name: string;
  setting: ProfileSetting;
  kept?: KeptPace;
  atMs?: number;
  is: string;
}[] = [
  { name: "what is configured", setting: "wan", is: "wan" },
  { name: "the calendar's of the day", setting: weekend, is: "lan" },
  {
    name: "the calendar's of another day",
    setting: weekend,
    atMs: fridayMs + 24 * hourMs,
    is: "metered",
  },
  {
    name: "the operator's choice before the configuration",
    setting: "lan",
    kept: keptAs({}, { chosen: "metered" }),
    is: "metered",
  },
  {
    name: "what is configured anew, however short ago the last switch was",
    setting: "wan",
    kept: keptAs({ switches: 1, sinceMs: fridayMs - 1 }),
    is: "wan",
  },
  {
    name: "the last in force while the calendar has to wait",
    setting: weekend,
    kept: keptAs({ switches: 1, sinceMs: fridayMs, profile: "open" }),
    is: "open",
  },
];

for (const { name, setting, kept, atMs, is } of starts) {
  Deno.test(`ProfileKeeper starts with ${name}`, async () => {
    const { keeper } = scene({
      setting,
      ...(kept && { kept }),
      ...(atMs !== undefined && { atMs }),
    });
    equal(keeper.startProfile, is);
    equal(keeper.view().inForce, is);
    await keeper.stop();
  });
}

Deno.test("ProfileKeeper.look() follows the calendar, once per change", async () => {
  const { keeper, clock, sent } = scene({ setting: weekend });
  deepEqual(keeper.view().next, {
    atMs: Date.parse("2026-01-10T00:00Z"),
    profile: "metered",
  });
  for (let hour = 0; hour < 4 * 24; hour++) {
    keeper.look();
    clock.ms += hourMs;
  }
  deepEqual(sent, [
    { type: "use_profile", profile: "metered", choices: 2 },
    { type: "use_profile", profile: "lan", choices: 2 },
  ]);
  await keeper.stop();
});

Deno.test("ProfileKeeper.look() puts the calendar off until a day after an order", async () => {
  const { keeper, clock, sent } = scene({ setting: weekend });
  const orderedMs = clock.ms;
  equal(
    keeper.order({ profile: "wan", force: false, dryRun: false }).type,
    "allowed",
  );
  const back = keeper.order({
    profile: "configured",
    force: false,
    dryRun: false,
  });
  equal(back.type, "refused");
  equal(keeper.view().chosenBy, "operator", "a refused order changes nothing");
  clock.ms += 2 * hourMs;
  keeper.order({ profile: "configured", force: true, dryRun: false });
  const forcedMs = clock.ms;
  clock.ms = Date.parse("2026-01-10T00:00Z");
  keeper.look();
  equal(
    keeper.view().inForce,
    "lan",
    "Saturday has begun, the day is not over",
  );
  deepEqual(keeper.view().next, {
    atMs: forcedMs + switchGapMs,
    profile: "metered",
  });
  clock.ms = forcedMs + switchGapMs;
  keeper.look();
  equal(keeper.view().inForce, "metered");
  equal(sent.length, 3);
  ok(clock.ms - orderedMs > switchGapMs);
  await keeper.stop();
});

Deno.test("ProfileKeeper.order() tells what a switch would cost and does nothing on a dry run", async () => {
  const { keeper, sent, saved } = scene({ setting: "lan" });
  const answer = keeper.order({ profile: "open", force: false, dryRun: true });
  equal(answer.type, "allowed");
  deepEqual(
    [answer.from, answer.to, answer.bits, answer.profile.inForce],
    ["lan", "open", 2, "lan"],
  );
  deepEqual([sent, saved], [[], []]);
  await keeper.stop();
});

Deno.test("ProfileKeeper.order() of the one in force holds it and leaks nothing", async () => {
  const { keeper, clock, sent, saved } = scene({ setting: weekend });
  const answer = keeper.order({ profile: "lan", force: false, dryRun: false });
  deepEqual([answer.type, answer.bits], ["unchanged", 0]);
  clock.ms += 24 * hourMs;
  keeper.look();
  equal(keeper.view().inForce, "lan", "the operator's, not the weekend's");
  equal(keeper.view().next, undefined);
  equal(keeper.view().configured, "metered");
  deepEqual(sent, []);
  await keeper.stop();
  deepEqual(saved, [{ chosen: "lan" }]);
});

Deno.test("ProfileKeeper.order() says from when on a refused one would do", async () => {
  const { keeper, clock } = scene({ setting: "lan" });
  keeper.order({ profile: "wan", force: false, dryRun: false });
  const orderedMs = clock.ms;
  clock.ms += hourMs;
  const answer = keeper.order({ profile: "lan", force: false, dryRun: false });
  ok(answer.type === "refused");
  equal(answer.notBeforeMs, orderedMs + switchGapMs);
  equal(keeper.view().notBeforeMs, orderedMs + switchGapMs);
  const forced = keeper.order({ profile: "lan", force: true, dryRun: false });
  ok(forced.type === "allowed" && forced.forced);
  equal(forced.bits, 2);
  await keeper.stop();
});

Deno.test("ProfileKeeper.said() keeps the newest account with the choice", async () => {
  const { keeper, saved } = scene({
    setting: "lan",
    kept: keptAs({}, { chosen: "wan" }),
  });
  for (let i = 1; i <= 5; i++) {
    keeper.said({ ...emptyLeakage("wan", 0), slotsFired: i });
  }
  await keeper.stop();
  equal(saved.length, 2, "one at work and one waiting");
  deepEqual(saved.at(-1), {
    chosen: "wan",
    leakage: { ...emptyLeakage("wan", 0), slotsFired: 5 },
  });
});

Deno.test("ProfileKeeper goes on when the disk is full", async () => {
  const { keeper, troubles } = scene({
    setting: "lan",
    save: () => Promise.reject(new Error("disk full")),
  });
  keeper.said(emptyLeakage("lan", 0));
  await keeper.stop();
  deepEqual(troubles, ["disk full"]);
  equal(
    keeper.order({ profile: "wan", force: false, dryRun: false }).type,
    "allowed",
  );
  await keeper.stop();
});
