/**
 * What a change of settings means for this machine: the values that the agent
 * works by, before and after it, and the measures that it begins and ends.
 *
 * @module
 */
import type {
  ChangedLease,
  ConfigAnswer,
  ConfigNote,
} from "../dashboard/mod.ts";
import {
  type Lease,
  type LeaseView,
  type Mode,
  NeverBlock,
  type ProtectedEntry,
} from "../defense/mod.ts";
import type { Setting, SettingName } from "./config_source.ts";
import { overlay, type RunTimeSettings, valueIn } from "./run_time_settings.ts";

/** Why an entry is on the list. */
export const operatorsList = "operator's list";

/** The values that an agent works by. */
export interface InForce {
  readonly mode: Mode;
  readonly learning: "off" | "on";
  /** Of the journal. */
  readonly days: number;
  /** Scenarios that are not looked for. */
  readonly off: readonly string[];
  /** Networks that were listed while an agent ran. */
  readonly listed: readonly string[];
}

/** What of the agent is looked at. */
export interface EffectsWorld {
  /** Measures as the agent sees them. */
  leases(): readonly LeaseView[];
  /** Measures on this host itself that are in force. */
  hostMeasures(): Promise<number>;
  /** What would be told to the firewall. */
  ruleset(
    leases: readonly Lease[],
    listed: readonly ProtectedEntry[],
  ): Promise<string>;
}

/** What a change begins and ends, and what else to know. */
export type Effects = Pick<
  ConfigAnswer,
  "begins" | "ends" | "notes" | "ruleset"
>;

/** Reads them. */
export function inForce(
  base: readonly Setting[],
  changed: RunTimeSettings,
): InForce {
  const settings = overlay(base, changed);
  const value = <T>(name: SettingName) => valueIn(settings, name) as T;
  return {
    mode: value("mode"),
    learning: value("learning"),
    days: value("journal.days"),
    off: value("scenarios.off"),
    listed: Object.keys(changed.neverBlock),
  };
}

/**
 * Looks ahead.
 *
 * @param dryRun Whether the script for the firewall is wanted.
 */
export async function effectsOf(
  was: InForce,
  is: InForce,
  world: EffectsWorld,
  dryRun: boolean,
): Promise<Effects> {
  const enforces = is.mode === "enforce" && was.mode === "observe";
  const rests = is.mode === "observe" && was.mode === "enforce";
  const list = new NeverBlock(entriesOf(is.listed));
  const spared = ({ subject }: LeaseView) => list.match(subject) !== undefined;
  const all = world.leases();
  const begins = all.filter((lease) =>
    enforces && lease.state === "would" && !spared(lease)
  );
  const ends = all.filter((lease) =>
    was.mode === "enforce" && lease.state !== "would" &&
    (rests || spared(lease))
  );
  const notes: ConfigNote[] = [];
  if (rests && await world.hostMeasures() > 0) notes.push("host_measures_end");
  if (!sameItems(was.listed, is.listed)) notes.push("listed_here_only");
  if (was.off.some((name) => !is.off.includes(name))) {
    notes.push("scenario_begins_anew");
  }
  if (is.days < was.days) notes.push("journal_shortens");
  const ruleset = dryRun && enforces
    ? await world.ruleset(begins.map(leaseOf), entriesOf(is.listed))
    : undefined;
  return {
    begins: begins.map(changedLease),
    ends: ends.map(changedLease),
    notes,
    ...(ruleset !== undefined && { ruleset }),
  };
}

/** What was listed while an agent ran, as containment takes it. */
export function entriesOf(networks: readonly string[]): ProtectedEntry[] {
  return networks.map((network) => ({ network, reason: operatorsList }));
}

/** Whether two lists hold the same, in whatever order. */
export function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function changedLease(
  { subject, measure, service, untilMs }: LeaseView,
): ChangedLease {
  return { subject, measure, ...(service && { service }), untilMs };
}

function leaseOf(lease: LeaseView): Lease {
  return { ...changedLease(lease), cause: lease.cause };
}
