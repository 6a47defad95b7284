/**
 * Filters written for a test: files by path, as if they stood in `/filters`.
 *
 * @module
 */
import {
  type FilterDefinition,
  readFilterDefinition,
} from "../../../../defense/sensors/fail2ban/filter_definition.ts";
import { parseFilterName } from "../../../../defense/sensors/fail2ban/filter_name.ts";
import { LineFilter } from "../../../../defense/sensors/fail2ban/line_filter.ts";

/** Noon of a day in March, in a zone two hours ahead. */
export const testClock = {
  nowMs: Date.UTC(2026, 2, 10, 10),
  offsetMinutesAt: () => 120,
};

/** The definition of a filter among `files`, by their names. */
export function definitionOf(
  name: string,
  files: Readonly<Record<string, string>>,
): FilterDefinition {
  return readFilterDefinition(
    parseFilterName(name),
    "/filters",
    (path) => files[path.replace("/filters/", "")],
  );
}

/** A filter from the text of its one file. */
export function filterOf(text: string, name = "shop"): LineFilter {
  const [bare = ""] = name.split("[");
  const definition = definitionOf(name, { [`${bare}.conf`]: text });
  return new LineFilter(definition, () => testClock);
}

/** What a filter makes of lines: `host`, `host user`, `-` or `dropped`. */
export function verdicts(
  filter: LineFilter,
  lines: readonly string[],
): string[] {
  return lines.map((line) => {
    const verdict = filter.judge(line);
    if (verdict.what === "nothing") return "-";
    if (verdict.what === "too_costly") return "dropped";
    const { host, id, user } = verdict.failure;
    return [host ?? id, user].filter((part) => part !== undefined).join(" ");
  });
}
