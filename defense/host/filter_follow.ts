/**
 * Follows logs through filters of fail2ban: the files that were named, or the
 * journal, asked for what the filter's `journalmatch` says.
 *
 * As for our own formats, a live line happened when it was read, and its stamp
 * is only cut out of it; what was written while the agent was down happened
 * when its stamp says, within those bounds.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import type { FilterDefinition } from "../sensors/fail2ban/filter_definition.ts";
import { FilterReader } from "../sensors/fail2ban/filter_reader.ts";
import { filterSource } from "./log_place.ts";
import { followLog } from "./log_tail.ts";
import {
  followRecords,
  type LoginSource,
  type PlaceKeeping,
} from "./login_follow.ts";

/** A filter and the logs that it reads. */
export interface FilterSensor {
  /** As the operator named it: `sshd[mode=aggressive]`. */
  readonly name: string;
  /** None: the journal. */
  readonly logs: readonly string[];
  /** What its files say, or why it cannot be used. */
  readonly filter: FilterDefinition | { readonly problem: string };
}

/** What its sources are called: one for each log. */
export function filterSources({ name, logs }: FilterSensor): string[] {
  const from = logs.length > 0 ? logs : ["journal"];
  return from.map((log) => `${filterSource}${name} ${log}`);
}

/** Follows the logs of one filter, each with a reader of its own. */
export function followFilter(
  sensor: FilterSensor,
  onSeen: (seen: Observation) => void,
  keeping: (source: string) => PlaceKeeping,
): LoginSource[] {
  const { name, logs, filter } = sensor;
  const sources = filterSources(sensor);
  const title = filterSource + name;
  if ("problem" in filter) return [broken(title, filter.problem)];
  if (logs.length > 0) {
    return logs.map((path, index) => {
      const source = sources[index]!;
      return followFile(source, filter, path, onSeen, keeping(source));
    });
  }
  if (filter.journal.length === 0) {
    return [
      broken(title, "the filter names no journalmatch; name its log with log"),
    ];
  }
  return sources.map((source) =>
    followMatches(source, filter, onSeen, keeping(source))
  );
}

function followFile(
  name: string,
  filter: FilterDefinition,
  path: string,
  onSeen: (seen: Observation) => void,
  { place, onPlace }: PlaceKeeping,
): LoginSource {
  const reader = new FilterReader(filter, liveClock);
  let atMs = place?.atMs ?? 0;
  const tail = followLog(path, (lines, isLate) => {
    const nowMs = Date.now();
    for (const line of lines) {
      for (const seen of reader.read(line)) {
        const happenedMs = isLate
          ? Math.min(Math.max(seen.atMs, atMs), nowMs)
          : nowMs;
        onSeen({ ...seen, atMs: happenedMs });
      }
    }
    atMs = nowMs;
  }, {
    places: place?.files ?? [],
    onPlaces: (files) => onPlace({ source: name, atMs, files }),
  });
  return {
    name,
    trouble: () => tail.trouble() ?? troubleOf(reader),
    counters: () => ({ ...countersOf(reader), ...tail.counters }),
    stop: tail.stop,
  };
}

function followMatches(
  name: string,
  filter: FilterDefinition,
  onSeen: (seen: Observation) => void,
  keeping: PlaceKeeping,
): LoginSource {
  const reader = new FilterReader(filter, liveClock);
  const records = followRecords(
    {
      name,
      matches: filter.journal,
      read: (line) => reader.read(line),
      counters: () => countersOf(reader),
    },
    onSeen,
    keeping,
  );
  return { ...records, trouble: () => records.trouble() ?? troubleOf(reader) };
}

function liveClock() {
  const offset = -new Date().getTimezoneOffset();
  return { nowMs: Date.now(), offsetMinutesAt: () => offset };
}

/** What the operator should know, though the filter works. */
function troubleOf(reader: FilterReader): string | undefined {
  if (!reader.isUsable) return `nothing of it can be used: ${firstOf(reader)}`;
  const { length } = reader.refusals;
  if (length > 0) return `${length} left out: ${firstOf(reader)}`;
  const { unparsed } = reader.counters;
  return unparsed > 0
    ? `${unparsed} lines dropped, because matching them took too long`
    : undefined;
}

function firstOf({ refusals: [first] }: FilterReader): string {
  return first ? `${first.origin}: ${first.reason}` : "it has no failregex";
}

function countersOf(reader: FilterReader): Record<string, number> {
  const { records, unparsed, failures, noAddress } = reader.counters;
  const refused = reader.refusals.length;
  return { records, unparsed, failures, noAddress, refused };
}

function broken(name: string, problem: string): LoginSource {
  return {
    name,
    trouble: () => problem,
    counters: () => ({}),
    stop: () => {},
  };
}
