/**
 * Settings in words, one spelling for `status` and `config`.
 *
 * @module
 */
import type {
  ChangedLease,
  ConfigNote,
  SettingView,
} from "../dashboard/mod.ts";
import { measureText, shortTime } from "./desk_words.ts";
import { describeLogs } from "./log_words.ts";
import {
  describeProfileSetting,
  type ProfileSetting,
} from "./profile_setting.ts";
import type { Config } from "./schema.ts";
import { describeSensors, type SensorsSetting } from "./sensor_setting.ts";

/** Name, value and source, one row for each. */
export function settingRows(settings: readonly SettingView[]): string[][] {
  return settings.map(({ name, value, origin }) => [
    name,
    valueText(name, value),
    origin,
  ]);
}

/** What else there is to know about a change. */
export const noteTexts: Readonly<Record<ConfigNote, string>> = {
  listed_here_only: "The list of this machine; each other machine has its own",
  scenario_begins_anew: "What is looked for again begins anew",
  host_measures_end:
    "Measures on this machine itself end too: processes go on, interfaces are as fast as before",
  journal_shortens: "What is older leaves the journal bit by bit",
};

/** A measure that a change begins or ends. */
export function changedLeaseText(lease: ChangedLease): string {
  return `${lease.subject}  ${measureText(lease)} until ${
    shortTime(lease.untilMs)
  }`;
}

function valueText(name: string, value: unknown): string {
  if (name === "sensors") {
    return describeSensors(value as SensorsSetting) || "none";
  }
  if (name === "logs") {
    return describeLogs(value as Config["logs"]) || "found by itself";
  }
  if (Array.isArray(value)) {
    const none = /^(?:decoys|canaries|scenarios)\./.test(name)
      ? "none"
      : "found by itself";
    return value.map(itemText).join(", ") || none;
  }
  return name === "profile"
    ? describeProfileSetting(value as ProfileSetting)
    : String(value);
}

/** `22=127.0.0.1:2222` for what is more than a word. */
function itemText(item: unknown): string {
  return typeof item === "object" && item !== null
    ? Object.values(item).join("=")
    : String(item);
}
