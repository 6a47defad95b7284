/**
 * What a simulation of logins showed: what guessers got before they were
 * contained, and what honest people suffered. Plain data with the same bytes
 * for the same seed.
 *
 * @module
 */
import type { Guessing, GuessingGain } from "./attacks/guessing.ts";
import type { Invariants } from "./invariants.ts";
import type { LoginScenario } from "./login_scenario.ts";
import type { Office, OfficeToll } from "./office.ts";
import type { RunOptions } from "./play.ts";
import {
  containedIn,
  denialBreach,
  type Reaction,
  reactionOf,
  type TimelineLine,
  timelineOf,
} from "./story.ts";
import type { Site } from "./world/site.ts";

/** How one machine fared. */
export interface LoginHostLine extends Reaction, Readonly<GuessingGain> {}

/** Everything a run has to say. */
export interface LoginReport {
  /** Name of the scenario that was played. */
  readonly scenario: string;
  /** What decided everything that was left to chance. */
  readonly seed: string;
  /** Machines of the business, all of them members. */
  readonly nodes: number;
  /** Traffic profile of every link. */
  readonly profile: string;
  /** Virtual seconds from the opening of the site to the last event. */
  readonly virtualSeconds: number;
  /** Events of the virtual clock; invariants were checked after each. */
  readonly events: number;
  /** What the guessers tried and got, on all machines together. */
  readonly attacker: {
    /** Sources that made at least one guess. */
    readonly sources: number;
    /** Of these, how many some machine contained. */
    readonly contained: number;
    /** Guesses that a service answered. */
    readonly guesses: number;
    /** The same, on the machine that answered most. */
    readonly guessesMostByOne: number;
    /** Connections that nobody answered. */
    readonly filtered: number;
    /** From the first guess to the first alert, milliseconds. */
    readonly detectedMs?: number;
  };
  /** What the defense cost those who did no harm. */
  readonly innocent: Readonly<OfficeToll> & {
    /** Addresses besides the attackers' that a machine contained, sorted. */
    readonly contained: readonly string[];
  };
  /** The machines. */
  readonly hosts: readonly LoginHostLine[];
  /** What happened about the attackers, oldest first. */
  readonly timeline: readonly TimelineLine[];
  /** Invariants and bounds that were broken; empty in a good run. */
  readonly breaches: readonly string[];
  /** Plays the same again. */
  readonly replay: string;
}

/** Collects a report from what is left of a run. */
export function loginReportOf(
  scenario: LoginScenario,
  { seed, nodes }: RunOptions,
  site: Site,
  attack: Guessing,
  office: Office,
  invariants: Invariants,
): LoginReport {
  const sources = new Set<string>(attack.active);
  const about = site.entries.filter(({ entry }) => sources.has(entry.subject));
  const hosts = attack.gains.map((gain) => ({
    ...gain,
    ...reactionOf(gain.host, about, attack.startMs),
  }));
  const contained = containedIn(site);
  const found = contained.filter((each) => sources.has(each)).length;
  const innocents = contained.filter((each) => !sources.has(each));
  const guesses = hosts.reduce((sum, { answered }) => sum + answered, 0);
  const detected = hosts.flatMap(({ detectedMs }) => detectedMs ?? []);
  const { bounds } = scenario;
  const breaches = [...invariants.breaches];
  if (guesses > bounds.guessesMax) {
    breaches.push(
      `${guesses} guesses were answered, more than ${bounds.guessesMax}`,
    );
  }
  if (found < bounds.foundShare * sources.size) {
    breaches.push(`only ${found} of ${sources.size} sources were contained`);
  }
  breaches.push(
    ...denialBreach(office.toll.denied, bounds.deniedMax, innocents),
  );
  return {
    scenario: scenario.name,
    seed,
    nodes,
    profile: scenario.profile,
    virtualSeconds: site.clock.nowMs() / 1_000,
    events: site.clock.events,
    attacker: {
      sources: sources.size,
      contained: found,
      guesses,
      guessesMostByOne: Math.max(0, ...hosts.map(({ answered }) => answered)),
      filtered: hosts.reduce((sum, { filtered }) => sum + filtered, 0),
      ...(detected.length > 0 && { detectedMs: Math.min(...detected) }),
    },
    innocent: { ...office.toll, contained: innocents },
    hosts,
    timeline: timelineOf(about, attack.startMs),
    breaches,
    replay:
      `stealthmesh simulate ${scenario.name} --nodes ${nodes} --seed ${seed}${
        scenario.flags ?? ""
      }`,
  };
}
