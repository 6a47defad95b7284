/**
 * What a simulation of lateral movement showed: on how many machines the
 * intruder was before anybody knew, and before anybody stopped him, for each
 * place he started from. Plain data with the same bytes for the same seed.
 *
 * @module
 */
import type { Intrusion } from "./attacks/intrusion.ts";
import type { Invariants } from "./invariants.ts";
import type { Foothold, LateralScenario } from "./lateral_scenario.ts";
import type { LearnedWeek } from "./learned_week.ts";
import type { Office, OfficeToll } from "./office.ts";
import type { RunOptions } from "./play.ts";
import {
  containedIn,
  denialBreach,
  type Reaction,
  reactionOf,
  rounded,
  type TimelineLine,
  timelineOf,
} from "./story.ts";
import type { Site } from "./world/site.ts";

/** How one machine fared. */
export interface LateralHostLine extends Reaction {
  /** Name of the machine. */
  readonly host: string;
  /** When the intruder logged in, ms since his first move; absent: never. */
  readonly takenMs?: number;
  /** Connections that it did not answer. */
  readonly filtered: number;
}

/** The intruder from one foothold. */
export interface LateralAct {
  /** What the scenario calls it. */
  readonly foothold: string;
  /** Where he came from. */
  readonly source: string;
  /** Virtual seconds from the opening of the site to the last event. */
  readonly virtualSeconds: number;
  /** What he got. */
  readonly attacker: {
    /** Machines there were besides his own. */
    readonly targets: number;
    /** Machines he logged in to. */
    readonly taken: number;
    /** Of these, before the first alert about him anywhere. */
    readonly takenUnseen: number;
    /** Of these, before the first measure against him anywhere. */
    readonly takenFree: number;
    /** Machines he was on although a measure was already in force there. */
    readonly takenDespite: number;
    /** Connections that nobody answered. */
    readonly filtered: number;
    /** From his first move to the first alert, milliseconds. */
    readonly detectedMs?: number;
    /** To the first measure of any machine. */
    readonly containedMs?: number;
  };
  /** What the defense cost those who did no harm. */
  readonly innocent: Readonly<OfficeToll> & {
    /** Addresses besides the intruder's that a machine contained, sorted. */
    readonly contained: readonly string[];
    /** Addresses besides the intruder's that an alert was about, sorted. */
    readonly accused: readonly string[];
    /** The days before, in which everybody was honest. */
    readonly before: LearnedWeek;
  };
  /** The machines. */
  readonly hosts: readonly LateralHostLine[];
  /** What happened about the intruder, oldest first; what several machines conclude, once. */
  readonly timeline: readonly TimelineLine[];
  /** Invariants and bounds that were broken; empty in a good run. */
  readonly breaches: readonly string[];
}

/** Everything a run has to say. */
export interface LateralReport {
  /** Name of the scenario that was played. */
  readonly scenario: string;
  /** What decided everything that was left to chance. */
  readonly seed: string;
  /** Machines of the business, all of them members. */
  readonly nodes: number;
  /** Traffic profile of every link. */
  readonly profile: string;
  /** One for each foothold. */
  readonly acts: readonly LateralAct[];
  /** Those of all acts, each with the name of its foothold. */
  readonly breaches: readonly string[];
  /** Plays the same again. */
  readonly replay: string;
}

/** Collects what is left of one act. */
export function actReportOf(
  foothold: Foothold,
  site: Site,
  { source, startMs, gains }: Intrusion,
  before: LearnedWeek,
  office: Office,
  invariants: Invariants,
): LateralAct {
  const about = site.entries.filter(({ entry }) => entry.subject === source);
  const hosts = gains.map(({ takenMs, ...gain }) => ({
    ...gain,
    ...(takenMs !== undefined && { takenMs: rounded(takenMs) }),
    ...reactionOf(gain.host, about, startMs),
  }));
  const detectedMs = firstMs(about, startMs, "seen");
  const containedMs = firstMs(about, startMs, "done");
  const takenBy = (ms = Infinity) =>
    hosts.filter(({ takenMs }) => takenMs !== undefined && takenMs <= ms)
      .length;
  const attacker = {
    targets: gains.length,
    taken: takenBy(),
    takenUnseen: takenBy(detectedMs),
    takenFree: takenBy(containedMs),
    takenDespite:
      hosts.filter(({ takenMs = -1, measures }) =>
        Object.values(measures).some((sinceMs) => sinceMs < takenMs)
      ).length,
    filtered: hosts.reduce((sum, { filtered }) => sum + filtered, 0),
    ...(detectedMs !== undefined && { detectedMs }),
    ...(containedMs !== undefined && { containedMs }),
  };
  const innocent = {
    ...office.toll,
    contained: containedIn(site).filter((each) => each !== source),
    accused: accusedIn(site).filter((each) => each !== source),
    before,
  };
  return {
    foothold: foothold.name,
    source,
    virtualSeconds: site.clock.nowMs() / 1_000,
    attacker,
    innocent,
    hosts,
    timeline: timelineOf(firstOfEach(about), startMs),
    breaches: [
      ...invariants.breaches,
      ...breachesOf(foothold, attacker, innocent),
    ],
  };
}

/** Puts the acts together. */
export function lateralReportOf(
  { name, profile }: LateralScenario,
  { seed, nodes }: RunOptions,
  acts: readonly LateralAct[],
): LateralReport {
  return {
    scenario: name,
    seed,
    nodes,
    profile,
    acts,
    breaches: acts.flatMap(({ foothold, breaches }) =>
      breaches.map((breach) => `${foothold}: ${breach}`)
    ),
    replay: `stealthmesh simulate ${name} --nodes ${nodes} --seed ${seed}`,
  };
}

function breachesOf(
  { unseenMax }: Foothold,
  { takenUnseen, targets }: LateralAct["attacker"],
  { denied, contained, accused, before }: LateralAct["innocent"],
): string[] {
  const breaches: string[] = [];
  const most = unseenMax?.(targets) ?? Infinity;
  if (takenUnseen > most) {
    breaches.push(
      `${takenUnseen} machines were taken unseen, more than ${
        Math.floor(most)
      }`,
    );
  }
  breaches.push(...denialBreach(denied, 0, contained));
  if (accused.length > 0 || before.alerts > 0) {
    breaches.push(
      `${before.alerts} alerts in the week before; accused: ${
        accused.join(", ") || "nobody"
      }`,
    );
  }
  return breaches;
}

/** What all members conclude from the same words is one line of the story. */
function firstOfEach(about: Site["entries"]): Site["entries"] {
  const told = new Set<unknown>();
  return about.filter(({ entry: { stage, detail } }) => {
    if (stage !== "seen") return true;
    const isFirst = !told.has(detail["summary"]);
    told.add(detail["summary"]);
    return isFirst;
  });
}

function firstMs(
  about: Site["entries"],
  startMs: number,
  stage: "seen" | "done",
): number | undefined {
  const first = about.find(({ entry }) => entry.stage === stage);
  return first && rounded(first.nowMs - startMs);
}

function accusedIn(site: Site): string[] {
  const seen = site.entries.filter(({ entry }) => entry.stage === "seen");
  return [...new Set(seen.map(({ entry }) => entry.subject))].sort();
}
