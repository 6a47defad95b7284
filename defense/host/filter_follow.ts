/**
 * Follows logs through filters of fail2ban: the files that were named, or the
 * journal, asked for what the filter's `journalmatch` says.
 *
 * As for our own formats, a live line happened when it was read; its stamp is
 * only cut out of it.
 *
 * @module
 */
import type { Observation } from "../observation.ts";
import type { FilterDefinition } from "../sensors/fail2ban/filter_definition.ts";
import { FilterReader } from "../sensors/fail2ban/filter_reader.ts";
import { LineSplitter } from "../sensors/line_splitter.ts";
import { keepRunning } from "./child_stream.ts";
import { followLog } from "./log_tail.ts";
import { journalProgram, type LoginSource } from "./login_follow.ts";

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
): LoginSource[] {
  const title = `fail2ban:${name}`;
  if ("problem" in filter) return [broken(title, filter.problem)];
  if (logs.length > 0) {
    return logs.map((path) => followFile(title, filter, path, onSeen));
  }
  if (filter.journal.length === 0) {
    return [
      broken(title, "the filter names no journalmatch; name its log with log"),
    ];
  }
  return [followMatches(title, filter, onSeen)];
}

function followFile(
  title: string,
  filter: FilterDefinition,
  path: string,
  onSeen: (seen: Observation) => void,
): LoginSource {
  const reader = new FilterReader(filter, liveClock);
  const tail = followLog(path, (lines) => {
    for (const line of lines) tell(reader.read(line), onSeen);
  });
  return {
    name: `${title} ${path}`,
    trouble: () => tail.trouble() ?? troubleOf(reader),
    counters: () => ({ ...countersOf(reader), ...tail.counters }),
    stop: tail.stop,
  };
}

function followMatches(
  title: string,
  filter: FilterDefinition,
  onSeen: (seen: Observation) => void,
): LoginSource {
  const reader = new FilterReader(filter, liveClock);
  let lines = new LineSplitter();
  const child = keepRunning({
    command: journalProgram,
    args: ["-f", "-n", "0", "-o", "json", ...filter.journal],
    onStart: () => lines = new LineSplitter(),
    onBytes: (bytes) =>
      lines.push(bytes, (line) => tell(reader.read(line), onSeen)),
  });
  return {
    name: `${title} journal`,
    trouble: () => child.trouble() ?? troubleOf(reader),
    counters: () => ({ ...countersOf(reader), overlong: lines.overlong }),
    stop: () => child.stop(),
  };
}

function tell(
  seen: readonly Observation[],
  onSeen: (seen: Observation) => void,
): void {
  for (const each of seen) onSeen({ ...each, atMs: Date.now() });
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
