/**
 * What was changed on this machine, as commands for another one.
 *
 * @module
 */
import type { SettingView } from "../../../api/config_desk.ts";

/** One line each; nothing for what the configuration file says. */
export function commandsOf(settings: readonly SettingView[]): string[] {
  return settings.flatMap(({ name, value, changed, items }) => {
    if (items) {
      return items.filter((item) => item.changed).map((item) =>
        `stealthmesh config add ${name} ${item.value}`
      );
    }
    return changed ? [`stealthmesh config set ${name} ${value}`] : [];
  });
}
