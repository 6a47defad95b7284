/**
 * What journals tell of an attack, in order: for the timeline of a report and
 * for when each machine did what.
 *
 * @module
 */
import type { Measure } from "../defense/mod.ts";
import type { HostEntry } from "./world/host.ts";
import type { Site } from "./world/site.ts";

/** One moment of the story. */
export interface TimelineLine {
  /** Virtual milliseconds since the attacker's first move. */
  readonly atMs: number;
  /** Name of the machine whose journal says so. */
  readonly host: string;
  /** For people: what it saw, did or undid. */
  readonly text: string;
}

/** When one machine knew and acted, in ms since the attacker's first move. */
export interface Reaction {
  /** Absent if it never saw the attack itself. */
  readonly detectedMs?: number;
  /** When each measure against an attacker was first in force here. */
  readonly measures: Readonly<Partial<Record<Measure, number>>>;
}

/** The story that entries about attackers tell. */
export function timelineOf(
  about: readonly HostEntry[],
  startMs: number,
): TimelineLine[] {
  return about.flatMap(({ host, nowMs, entry }) => {
    const text = wordsFor(entry);
    return text === undefined
      ? []
      : [{ atMs: rounded(nowMs - startMs), host, text }];
  });
}

/** How one machine reacted to what `about` is about. */
export function reactionOf(
  host: string,
  about: readonly HostEntry[],
  startMs: number,
): Reaction {
  const own = about.filter((line) => line.host === host);
  const seen = own.find(({ entry }) => entry.stage === "seen");
  const measures: Partial<Record<Measure, number>> = {};
  for (const { nowMs, entry } of own) {
    if (entry.stage !== "done" || entry.what !== "lease") continue;
    const measure = entry.detail["measure"] as Measure;
    measures[measure] ??= rounded(nowMs - startMs);
  }
  return {
    ...(seen ? { detectedMs: rounded(seen.nowMs - startMs) } : {}),
    measures,
  };
}

/** Everyone some machine contained, each once, sorted. */
export function containedIn(site: Site): string[] {
  const subjects = site.entries.filter(({ entry }) =>
    entry.stage === "done" &&
    (entry.what === "lease" || entry.what === "quarantine")
  ).map(({ entry }) => entry.subject);
  return [...new Set(subjects)].sort();
}

/** The breach that honest people were denied or contained, if they were. */
export function denialBreach(
  denied: number,
  deniedMax: number,
  contained: readonly string[],
): readonly string[] {
  if (denied <= deniedMax && contained.length === 0) return [];
  const whom = contained.join(", ") || "nobody";
  return [
    `honest people were denied ${denied} connections; contained: ${whom}`,
  ];
}

/** To a tenth of a millisecond. */
export function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function wordsFor({ stage, what, detail, subject }: HostEntry["entry"]):
  | string
  | undefined {
  if (stage === "seen") return `saw: ${detail["summary"]}`;
  if (stage === "done" && what === "lease") {
    const why = detail["cause"] === "own" ? "own evidence" : "the mesh";
    return `${detail["measure"]} ${subject}, on ${why}`;
  }
  if (what === "quarantine") {
    if (stage === "done") return `quarantine ${subject}, on the mesh`;
    return stage === "undone" ? `quarantine ${subject} ended` : undefined;
  }
  if (stage === "undone") return `${detail["measure"]} ${subject} ended`;
  return undefined;
}
