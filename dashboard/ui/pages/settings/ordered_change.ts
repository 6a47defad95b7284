/**
 * Changes of settings for several machines: in words, and those that were made
 * on this machine.
 *
 * @module
 */
import type { OrderedChange } from "../../../../defense/mod.ts";
import type { SettingView } from "../../../api/config_desk.ts";
import { texts } from "../../texts.ts";

/** What one change does. */
export function changeWords({ name, action, value }: OrderedChange): string {
  const words = texts.rollout.change;
  const named = texts.settings.named[name] ?? name;
  const text = String(value ?? "");
  switch (action) {
    case "set":
      if (name === "mode" && (value === "observe" || value === "enforce")) {
        return words.mode(texts.settings.modes[value].name);
      }
      return words.set(named, text);
    case "unset":
      return words.unset(named);
    case "add":
      return words.add(named, text);
    case "remove":
      return words.remove(named, text);
  }
}

/** What was changed here while the agent ran, for others to do the same. */
export function changesHere(settings: readonly SettingView[]): OrderedChange[] {
  return settings.flatMap((setting): OrderedChange[] => {
    const { name, value, changed, items } = setting;
    if (items) {
      return items.filter((item) => item.changed)
        .map((item) => ({ name, action: "add", value: item.value }));
    }
    const isPlain = typeof value === "string" || typeof value === "number";
    return changed && isPlain ? [{ name, action: "set", value }] : [];
  });
}
