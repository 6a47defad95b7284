import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readRunTime } from "../../cli/run_time_settings.ts";
import type { SettingOrder } from "../../dashboard/mod.ts";
import { answered, keeper, lease } from "./staged_keeper.ts";

const enforce: SettingOrder = { name: "mode", action: "set", value: "enforce" };
const protect: SettingOrder = {
  name: "neverBlock",
  action: "add",
  value: "192.0.2.0/24",
};

Deno.test("changeConfig() protects before it enforces, keeps it and says who asked", async () => {
  const { change, done, saved, journal, settings } = keeper();
  const answer = answered(
    await change(enforce, protect, {
      name: "scenarios.off",
      action: "add",
      value: "port-scan",
    }),
  );
  deepEqual([answer.done, answer.changes], [true, 3]);
  deepEqual(done, [
    "list 192.0.2.0/24",
    "watch port-scan false",
    "mode enforce",
  ]);
  const { values, neverBlock } = readRunTime(saved.at(-1)!, "x");
  equal(values.mode?.by, "anna (owner)");
  deepEqual(Object.keys(neverBlock), ["192.0.2.0/24"]);
  deepEqual(
    journal.map(({ stage, what, detail }) => [stage, what, detail["by"]]),
    Array(3).fill(["operator", "setting", "anna (owner)"]),
  );
  deepEqual([...settings.off], ["port-scan"]);
  match(
    settings.settings().find(({ name }) => name === "mode")?.origin ?? "",
    /^changed by anna \(owner\)/,
  );
});

Deno.test("changeConfig() changes nothing where a part is wrong, or for a dry run", async () => {
  const { change, tried, done, saved, journal } = keeper();
  const wrong = answered(
    await change(protect, { name: "mode", action: "set", value: "off" }),
  );
  deepEqual([wrong.done, wrong.faults.length], [false, 1]);
  const dry = answered(await tried(enforce, protect));
  deepEqual([dry.done, dry.changes], [false, 2]);
  equal(
    dry.settings.find(({ name }) => name === "mode")?.value,
    "enforce",
  );
  deepEqual([done, saved, journal], [[], [], []]);
});

Deno.test("changeConfig() tells which measures begin, and spares the protected", async () => {
  const { tried } = keeper({
    leases: () => [lease("192.0.2.7", "would"), lease("203.0.113.7", "would")],
  });
  const answer = answered(await tried(enforce, protect));
  deepEqual(answer.begins.map(({ subject }) => subject), ["203.0.113.7"]);
  deepEqual(answer.ends, []);
  deepEqual(answer.notes, ["listed_here_only"]);
  equal(answer.ruleset, "rules 1 1");
});

Deno.test("changeConfig() tells which measures end", async () => {
  const { tried } = keeper({
    leases: () => [
      lease("192.0.2.7", "in_force"),
      lease("203.0.113.7", "failed"),
    ],
    hostMeasures: () => Promise.resolve(1),
  }, "mode: enforce\njournal: { days: 9 }\n");
  const listed = answered(await tried(protect));
  deepEqual(listed.ends.map(({ subject }) => subject), ["192.0.2.7"]);
  const rested = answered(
    await tried({ name: "mode", action: "set", value: "observe" }),
  );
  equal(rested.ends.length, 2);
  deepEqual(rested.notes, ["host_measures_end"]);
  equal(rested.ruleset, undefined);
  const shorter = await tried({
    name: "journal.days",
    action: "set",
    value: 3,
  });
  deepEqual(answered(shorter).notes, ["journal_shortens"]);
});

Deno.test("changeConfig() takes back what the firewall refuses", async () => {
  const { change, done, saved, journal, settings } = keeper({
    setMode: () => Promise.reject(new Error("no nft")),
  });
  const answer = await change(protect, enforce);
  ok("refused" in answer);
  match(answer.refused, /cannot change it: no nft/);
  match(answer.nextStep, /nothing was changed/);
  deepEqual(done, ["list 192.0.2.0/24", "list "]);
  deepEqual([saved, journal], [[], []]);
  equal(
    settings.settings().some(({ changed }) => changed !== undefined),
    false,
  );
});

Deno.test("changeConfig() takes back what cannot be kept", async () => {
  const { change, done } = keeper({
    save: () => Promise.reject(new Error("the disk is full")),
  });
  const answer = await change(enforce);
  ok("refused" in answer);
  match(answer.refused, /cannot keep it: the disk is full/);
  deepEqual(done, ["mode enforce", "mode observe"]);
});

Deno.test("changeConfig() carries out one order after the other, and refuses a crowd", async () => {
  const order: string[] = [];
  const { change } = keeper({
    async setMode(mode) {
      order.push(`begin ${mode}`);
      await Promise.resolve();
      order.push(`end ${mode}`);
    },
  });
  const answers = await Promise.all(
    Array.from(
      { length: 17 },
      (_, index) =>
        change(index % 2 === 0 ? enforce : { name: "mode", action: "unset" }),
    ),
  );
  ok(order.every((step, at) => step.startsWith(at % 2 ? "end" : "begin")));
  deepEqual(answers.map((answer) => "refused" in answer), [
    ...Array(16).fill(false),
    true,
  ]);
});

Deno.test("changeConfig() lets the journal forget only once the change is kept", async () => {
  let isFull = true;
  const { change, done } = keeper({
    save: () =>
      isFull
        ? Promise.reject(new Error("the disk is full"))
        : Promise.resolve(void done.push("save")),
  });
  const shorter: SettingOrder = {
    name: "journal.days",
    action: "set",
    value: 3,
  };
  ok("refused" in await change(shorter));
  deepEqual(done, []);
  isFull = false;
  answered(await change(shorter));
  deepEqual(done, ["save", "retain 3"]);
});

const observed = (text: string | undefined) =>
  readRunTime(text ?? "", "x").values.mode?.value;

Deno.test("a trial is in force and not kept, and goes back when its time is over", async () => {
  const { onTrial, settings, done, saved, journal, timers } = keeper();
  const { trial } = answered(await onTrial(enforce));
  deepEqual(trial, { names: ["mode"], by: "anna (owner)", untilMs: 60_005 });
  deepEqual([timers[0]?.ms, done], [60_000, ["mode enforce"]]);
  // A restart would find the mode as it was.
  equal(observed(saved.at(-1)), undefined);
  timers[0]?.wake();
  const late = await settings.endTrial("keep", "anna (owner)");
  ok("refused" in late);
  deepEqual(done, ["mode enforce", "mode observe"]);
  equal(settings.trial(), undefined);
  equal(journal.at(-1)?.detail["by"], "the end of its time");
});

Deno.test("a trial that is kept stays", async () => {
  const { onTrial, settings, done, saved, timers } = keeper();
  await onTrial(enforce);
  deepEqual(await settings.endTrial("keep", "anna (owner)"), {
    ended: "keep",
    names: ["mode"],
  });
  deepEqual([done, timers.length], [["mode enforce"], 0]);
  equal(observed(saved.at(-1)), "enforce");
  equal(settings.trial(), undefined);
});

Deno.test("a trial goes back as soon as somebody has to be released", async () => {
  const { onTrial, settings, done, journal } = keeper();
  settings.released();
  await onTrial(enforce);
  settings.released();
  await settings.endTrial("revert", "anna (owner)");
  deepEqual(done, ["mode enforce", "mode observe"]);
  equal(journal.at(-1)?.detail["by"], "a release");
});

Deno.test("during a trial only the never-block list changes, and what is added stays", async () => {
  const { onTrial, change, settings, saved, done } = keeper();
  await onTrial(enforce);
  const other = await change({ name: "learning", action: "set", value: "on" });
  ok("refused" in other);
  match(other.refused, /mode is on trial/);
  equal(answered(await change(protect)).done, true);
  // Kept at once, without what is on trial.
  const kept = readRunTime(saved.at(-1)!, "x");
  deepEqual([Object.keys(kept.neverBlock), kept.values], [
    ["192.0.2.0/24"],
    {},
  ]);
  await settings.endTrial("revert", "anna (owner)");
  deepEqual(done, ["mode enforce", "list 192.0.2.0/24", "mode observe"]);
  deepEqual(
    settings.settings().find(({ name }) => name === "neverBlock")?.value,
    ["192.0.2.0/24"],
  );
});

Deno.test("what does not come back is no trial", async () => {
  const { onTrial, done } = keeper();
  const { faults } = answered(
    await onTrial({ name: "journal.days", action: "set", value: 3 }),
  );
  match(faults[0]?.reason ?? "", /does not come back/);
  deepEqual(done, []);
});

Deno.test("a trial that cannot be taken back is tried again", async () => {
  let broken = false;
  const { onTrial, settings, timers } = keeper({
    setMode: () =>
      broken ? Promise.reject(new Error("no nft")) : Promise.resolve(),
  });
  await onTrial(enforce);
  broken = true;
  const refused = await settings.endTrial("revert", "anna (owner)");
  ok("refused" in refused);
  ok(settings.trial());
  broken = false;
  timers.at(-1)?.wake();
  await settings.endTrial("keep", "anna (owner)");
  equal(settings.trial(), undefined);
});

/** A keeper with a trial, whose next change to a list waits for `go`. */
async function held() {
  const { promise, resolve: go } = Promise.withResolvers<void>();
  const staged = keeper({ list: () => promise });
  await staged.onTrial(enforce);
  const [timer] = staged.timers;
  ok(timer);
  return { ...staged, go, timer };
}

for (const by of ["the end of its time", "a release"]) {
  Deno.test(`a trial goes back by ${by} in a crowd, too`, async () => {
    const { settings, change, tried, journal, go, timer } = await held();
    const crowd = [change(protect)];
    while (crowd.length < 16) crowd.push(tried(protect));
    ok("refused" in await tried(protect));
    by === "a release" ? settings.released() : timer.wake();
    go();
    (await Promise.all(crowd)).forEach(answered);
    // In turn after the end.
    await tried();
    equal(settings.trial(), undefined);
    equal(journal.at(-1)?.detail["by"], by);
  });
}

Deno.test("a trial whose time is over while it waits to be kept does not end the next one", async () => {
  const { settings, change, onTrial, tried, go, timer } = await held();
  const asked = [change(protect), settings.endTrial("keep", "anna (owner)")];
  asked.push(onTrial({ name: "learning", action: "set", value: "off" }));
  timer.wake();
  go();
  await Promise.all(asked);
  await tried();
  deepEqual(settings.trial()?.names, ["learning"]);
});

Deno.test("a trial whose time is over while it waits to be prolonged is prolonged", async () => {
  const { settings, change, tried, go, timer } = await held();
  const slow = change(protect);
  const longer = settings.prolongTrial(90_000, "a signal (ada)");
  timer.wake();
  go();
  await Promise.all([slow, longer]);
  await tried();
  equal(settings.trial()?.untilMs, 90_000);
});

Deno.test("a trial that cannot be kept has the time that it had", async () => {
  let isFull = false;
  const { settings, timers } = keeper({
    save: () =>
      isFull
        ? Promise.reject(new Error("the disk is full"))
        : Promise.resolve(),
  });
  await settings.changeConfig(
    { changes: [enforce], dryRun: false, trialMs: 3_600_000 },
    "anna (owner)",
  );
  const trial = settings.trial();
  isFull = true;
  ok("refused" in await settings.endTrial("keep", "anna (owner)"));
  deepEqual(settings.trial(), trial);
  deepEqual(timers.map(({ ms }) => ms), [3_600_000]);
});
