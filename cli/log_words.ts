/**
 * The setting `logs` in words: a path, or a path with the format to read it in.
 *
 * @module
 */
import type { Config } from "./schema.ts";

/** `/var/log/auth.log, /srv/web.log (nginx)`; empty where none is named. */
export function describeLogs(logs: Config["logs"]): string {
  return logs.map((log) =>
    typeof log === "string" ? log : `${log.path} (${log.format})`
  ).join(", ");
}

/** The paths alone. */
export function logPaths({ logs }: Pick<Config, "logs">): string[] {
  return logs.map((log) => typeof log === "string" ? log : log.path);
}
