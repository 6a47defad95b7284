/**
 * A keeper of settings over a world that only notes what it is told.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { loadConfig } from "../../cli/config.ts";
import {
  SettingsKeeper,
  type SettingsWorld,
} from "../../cli/settings_keeper.ts";
import type {
  ConfigAnswer,
  HostOnly,
  SettingOrder,
} from "../../dashboard/mod.ts";
import {
  type JournalEntry,
  type LeaseView,
  parseAddress,
} from "../../defense/mod.ts";

/** A measure that is in force, or would be. */
export const lease = (
  subject: string,
  state: LeaseView["state"],
): LeaseView => ({
  subject: parseAddress(subject),
  measure: "block",
  untilMs: 9_000,
  sinceMs: 1,
  cause: "own",
  state,
});

/** The keeper, what it did, and its timers. */
export function keeper(changes: Partial<SettingsWorld> = {}, file = "") {
  const done: string[] = [];
  const saved: string[] = [];
  const journal: JournalEntry[] = [];
  const timers: { ms: number; wake: () => void }[] = [];
  const world: SettingsWorld = {
    setMode: (mode) => Promise.resolve(void done.push(`mode ${mode}`)),
    list: (entries) =>
      Promise.resolve(
        void done.push(`list ${entries.map(({ network }) => network)}`),
      ),
    watch: (off, learning) => void done.push(`watch ${off} ${learning}`),
    retain: (days) => void done.push(`retain ${days}`),
    save: (text) => Promise.resolve(void saved.push(text)),
    leases: () => [],
    hostMeasures: () => Promise.resolve(0),
    ruleset: (leases, listed) =>
      Promise.resolve(`rules ${leases.length} ${listed.length}`),
    journal: { append: (entry) => void journal.push(entry) },
    wallMs: () => 5,
    after(ms, wake) {
      timers.push({ ms, wake });
      return () => void (timers.length = 0);
    },
    ...changes,
  };
  const loaded = loadConfig({
    env: () => undefined,
    readFile: () => file,
    root: true,
    hostName: "box",
  }, {});
  const settings = new SettingsKeeper(loaded, ["port-scan"], world);
  const change = (...orders: SettingOrder[]) =>
    settings.changeConfig({ changes: orders, dryRun: false }, "anna (owner)");
  const tried = (...orders: SettingOrder[]) =>
    settings.changeConfig({ changes: orders, dryRun: true }, "anna (owner)");
  /** On trial for a minute. */
  const onTrial = (...orders: SettingOrder[]) =>
    settings.changeConfig(
      { changes: orders, dryRun: false, trialMs: 60_000 },
      "anna (owner)",
    );
  return { settings, change, tried, onTrial, done, saved, journal, timers };
}

/** What came of it; nothing may have stood in its way. */
export function answered(answer: ConfigAnswer | HostOnly): ConfigAnswer {
  ok(!("refused" in answer), JSON.stringify(answer));
  return answer;
}
