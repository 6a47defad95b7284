/**
 * What was changed on this machine, as commands for another one.
 *
 * @module
 */
import type { SettingView } from "../../../api/config_desk.ts";
import { changesHere } from "./ordered_change.ts";

/** One line each; nothing for what the configuration file says. */
export function commandsOf(settings: readonly SettingView[]): string[] {
  return changesHere(settings).map(({ name, action, value }) =>
    `stealthmesh config ${action} ${name} ${value}`
  );
}
