/**
 * Follows logs through filters of fail2ban: the files that were named, or the
 * journal, asked for what the filter's `journalmatch` says.
 *
 * As for our own formats, a live line happened when it was read, and what was
 * written while the agent was down when its stamp says, within bounds.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import type { FilterDefinition } from "../sensors/fail2ban/filter_definition.ts";
import { FilterReader } from "../sensors/fail2ban/filter_reader.ts";
import { followJournalLines } from "./journal_tail.ts";
import { localOffsetMinutes } from "./local_zone.ts";
import type { PlaceKeeping } from "./log_place.ts";
import { followLog } from "./log_tail.ts";
import { lateMs, type LoginSource, recordMs } from "./login_follow.ts";

/** A filter and the logs that it reads. */
export interface FilterSensor {
  /** As the operator named it: `sshd[mode=aggressive]`. */
  readonly name: string;
  /** None: the journal. */
  readonly logs: readonly string[];
  /** What its files say, or why it cannot be used. */
  readonly filter: FilterDefinition | { readonly problem: string };
}

/** Follows the logs of one filter, each with a reader of its own. */
export function followFilter(
  { name, logs, filter }: FilterSensor,
  onSeen: (seen: Observation) => void,
  keeping: (source: string) => PlaceKeeping,
): LoginSource[] {
  const title = `fail2ban:${name}`;
  if ("problem" in filter) return [broken(title, filter.problem)];
  if (logs.length > 0) {
    return logs.map((path) =>
      followFile(title, filter, path, onSeen, keeping(`${title} ${path}`))
    );
  }
  if (filter.journal.length === 0) {
    return [
      broken(title, "the filter names no journalmatch; name its log with log"),
    ];
  }
  const source = `${title} journal`;
  return [followMatches(source, filter, onSeen, keeping(source))];
}

function followFile(
  title: string,
  filter: FilterDefinition,
  path: string,
  onSeen: (seen: Observation) => void,
  { place, onPlace }: PlaceKeeping,
): LoginSource {
  const name = `${title} ${path}`;
  const reader = new FilterReader(filter, liveClock);
  let atMs = place?.atMs ?? 0;
  const tail = followLog(path, (lines, isLate) => {
    const nowMs = Date.now();
    for (const line of lines) {
      for (const seen of reader.read(line)) {
        onSeen({ ...seen, atMs: isLate ? lateMs(seen.atMs, atMs) : nowMs });
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
  const sinceMs = keeping.place?.atMs ?? 0;
  const tail = followJournalLines({
    ...keeping,
    source: name,
    matches: filter.journal,
    onLine: (line) => {
      for (const seen of reader.read(line)) {
        onSeen({ ...seen, atMs: recordMs(seen.atMs, sinceMs) });
      }
    },
  });
  return {
    name,
    trouble: () => tail.trouble() ?? troubleOf(reader),
    counters: () => ({ ...countersOf(reader), overlong: tail.overlong() }),
    stop: tail.stop,
  };
}

function liveClock() {
  return { nowMs: Date.now(), offsetMinutesAt: localOffsetMinutes };
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
