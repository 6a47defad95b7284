import { deepEqual, equal, match } from "node:assert/strict";
import { SettingsRollout } from "../../cli/settings_rollout.ts";
import type { SettingsWorld } from "../../cli/settings_keeper.ts";
import type { OrderedChange, SettingsTrial } from "../../defense/mod.ts";
import { keeper } from "./staged_keeper.ts";

const nowMs = 5;
const enforce: OrderedChange = {
  name: "mode",
  action: "set",
  value: "enforce",
};
const spare: OrderedChange = {
  name: "neverBlock",
  action: "add",
  value: "192.0.2.7",
};

function trialOf(
  id: string,
  changes: readonly OrderedChange[],
  untilMs = nowMs + 60_000,
): SettingsTrial {
  return { id, by: "ada", changes, untilMs };
}

function staged(
  more: { file?: string; deaf?: string; world?: Partial<SettingsWorld> } = {},
) {
  const { file, world, ...deaf } = more;
  const staged = keeper(world, file);
  const rollout = new SettingsRollout({
    settings: staged.settings,
    wallMs: () => nowMs,
    ...deaf,
  });
  return { ...staged, rollout };
}

Deno.test("SettingsRollout tries, goes on with the next stage without a gap, and keeps", async () => {
  const { rollout, done, saved, journal, settings, timers } = staged();
  await rollout.try(trialOf("a", [enforce, spare]));
  deepEqual(rollout.word, { id: "a", state: "trial", why: "" });
  deepEqual(done, ["list 192.0.2.7", "mode enforce"]);
  equal(settings.trial()?.by, "a signal (ada)");
  await rollout.try(trialOf("b", [enforce, spare], nowMs + 90_000));
  deepEqual(rollout.word, { id: "b", state: "trial", why: "" });
  equal(done.length, 2, "nothing was taken back in between");
  deepEqual(timers.map(({ ms }) => ms), [90_000]);
  await rollout.keep({ id: "c", by: "ada", changes: [enforce, spare] });
  await rollout.try(undefined);
  deepEqual(rollout.word, { id: "c", state: "kept", why: "" });
  equal(done.length, 2);
  equal(settings.trial(), undefined);
  match(saved.at(-1) ?? "", /enforce/);
  deepEqual(
    journal.map(({ detail }) => detail["action"]),
    ["set", "add", "prolong", "keep"],
  );
});

Deno.test("SettingsRollout takes back what is not wanted any more, before anything else", async () => {
  const { rollout, done } = staged();
  await rollout.try(trialOf("a", [enforce]));
  await rollout.try(trialOf("b", [spare]));
  deepEqual(done, ["mode enforce", "mode observe", "list 192.0.2.7"]);
  await rollout.try(undefined);
  equal(done.at(-1), "list ");
  deepEqual(rollout.word, { id: "b", state: "back", why: "by signal" });
  await rollout.try(undefined);
  equal(done.length, 4);
});

Deno.test("SettingsRollout keeps for a machine that heard of no trial, and says what was so", async () => {
  const { rollout, done } = staged();
  await rollout.keep({ id: "a", by: "", changes: [enforce] });
  deepEqual([rollout.word?.state, done], ["kept", ["mode enforce"]]);
  await rollout.keep({ id: "b", by: "", changes: [enforce] });
  equal(rollout.word?.state, "same");
  await rollout.try(trialOf("c", [enforce]));
  equal(rollout.word?.state, "same");
});

Deno.test("SettingsRollout says why a trial went back by itself, and does not keep what a release ended", async () => {
  const { rollout, settings, done } = staged();
  await rollout.try(trialOf("a", [enforce]));
  settings.released();
  // In turn after the release.
  await settings.changeConfig({ changes: [], dryRun: true }, "");
  deepEqual(rollout.word, { id: "a", state: "back", why: "a release" });
  await rollout.keep({ id: "b", by: "ada", changes: [enforce] });
  deepEqual(
    [rollout.word?.state, rollout.word?.why, done.at(-1)],
    ["refused", "it went back here by a release", "mode observe"],
  );
  await rollout.try(trialOf("c", [enforce]));
  await rollout.keep({ id: "d", by: "ada", changes: [enforce] });
  equal(rollout.word?.state, "kept", "who tries it anew means it");
});

Deno.test("SettingsRollout is refused what a flag fixes, what cannot be tried, what somebody else tries", async () => {
  const { rollout, change, onTrial, settings } = staged();
  await rollout.try(
    trialOf("a", [{ name: "journal.days", action: "set", value: 3 }]),
  );
  match(rollout.word?.why ?? "", /^journal\.days: what leaves the journal/);
  equal(rollout.word?.state, "refused");
  await rollout.try(trialOf("b", [{ ...enforce, value: "shout" }]));
  equal(rollout.word?.state, "refused");
  await rollout.try(trialOf("c", [{ ...enforce, name: "listen" }]));
  equal(rollout.word?.state, "refused");
  await onTrial({ name: "learning", action: "set", value: "off" });
  await rollout.try(trialOf("d", [enforce]));
  match(rollout.word?.why ?? "", /learning is on trial/);
  await settings.endTrial("revert", "anna (owner)");
  equal(rollout.word?.state, "refused", "it was not the signal's");
  await change();
});

Deno.test("SettingsRollout obeys nobody where the machine only looks on, or its time is over", async () => {
  const observer = staged({ deaf: "it only looks on" });
  await observer.rollout.try(trialOf("a", [enforce]));
  await observer.rollout.keep({ id: "b", by: "", changes: [enforce] });
  deepEqual(observer.rollout.word, {
    id: "b",
    state: "refused",
    why: "it only looks on",
  });
  deepEqual(observer.done, []);
  const late = staged();
  await late.rollout.try(trialOf("a", [enforce], nowMs));
  deepEqual([late.rollout.word?.state, late.done], ["back", []]);
});

Deno.test("of trials that come while one is carried out, the last alone counts", async () => {
  const { rollout, done } = staged();
  const all = ["a", "b", "c"].map((id) =>
    rollout.try(trialOf(id, id === "c" ? [spare] : [enforce]))
  );
  await Promise.all(all);
  deepEqual(done, ["list 192.0.2.7"]);
  equal(rollout.word?.id, "c");
});

Deno.test("SettingsRollout still tells a trial's end when it could neither be kept nor taken back at first", async () => {
  let full = false;
  const { rollout, settings, timers } = staged({
    world: {
      save: () =>
        full ? Promise.reject(new Error("no space left")) : Promise.resolve(),
    },
  });
  await rollout.try(trialOf("a", [enforce]));
  full = true;
  await rollout.keep({ id: "b", by: "ada", changes: [enforce] });
  deepEqual([rollout.word?.id, rollout.word?.state], ["b", "refused"]);
  match(rollout.word?.why ?? "", /no space left/);
  await rollout.try(undefined);
  equal(settings.trial()?.names.join(), "mode");
  full = false;
  timers.at(-1)?.wake();
  await settings.changeConfig({ changes: [], dryRun: true }, "");
  equal(settings.trial(), undefined);
  deepEqual(rollout.word, {
    id: "b",
    state: "back",
    why: "the end of its time",
  });
});

Deno.test("SettingsRollout keeps its word on an order that was refused when the trial in its way ends", async () => {
  let isBroken = false;
  const { rollout, settings, timers } = staged({
    world: {
      setMode: () =>
        isBroken ? Promise.reject(new Error("no nft")) : Promise.resolve(),
    },
  });
  await rollout.try(trialOf("a", [enforce]));
  isBroken = true;
  await rollout.try(trialOf("b", [spare]));
  const { word } = rollout;
  deepEqual([word?.id, word?.state], ["b", "refused"]);
  isBroken = false;
  timers.at(-1)?.wake();
  await settings.changeConfig({ changes: [], dryRun: true }, "");
  equal(settings.trial(), undefined);
  deepEqual(rollout.word, word);
});

Deno.test("SettingsRollout tells the end of a trial that a further stage prolonged", async () => {
  const { rollout, settings, timers } = staged();
  await rollout.try(trialOf("a", [enforce]));
  await rollout.try(trialOf("b", [enforce], nowMs + 90_000));
  timers.at(-1)?.wake();
  await settings.changeConfig({ changes: [], dryRun: true }, "");
  deepEqual(rollout.word, {
    id: "b",
    state: "back",
    why: "the end of its time",
  });
});
