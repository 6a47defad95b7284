/**
 * What a simulation showed: what the attacker gained, what the innocent
 * suffered, and what it cost. Plain data with the same bytes for the same
 * seed, and the words for a terminal.
 *
 * @module
 */
import { profiles } from "../mesh/mod.ts";
import type { PortScanGain } from "./attacks/port_scan.ts";
import type { BackgroundToll } from "./background.ts";
import type { Invariants } from "./invariants.ts";
import type { RunOptions } from "./play.ts";
import type { PortScanScenario } from "./scenario.ts";
import {
  containedIn,
  denialBreach,
  type Reaction,
  reactionOf,
  type TimelineLine,
  timelineOf,
} from "./story.ts";
import type { HostEntry } from "./world/host.ts";
import type { Site } from "./world/site.ts";

/** Bytes of one cell with its WebSocket and TLS framing: design §12. */
const wireBytesPerCell = 540;
const dayMs = 86_400_000;

/** How one machine fared. */
export interface HostLine extends Reaction {
  /** Name of the machine. */
  readonly host: string;
  /** Ports that told the truth, open or closed. */
  readonly answered: number;
  /** Probes that got no answer. */
  readonly filtered: number;
}

/** Everything a run has to say. */
export interface Report {
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
  /** What the attacker tried and learned, on all machines together. */
  readonly attacker: {
    readonly probes: number;
    /** Probes that were told the truth, open or closed. */
    readonly answered: number;
    /** The same, of the machine that told most. */
    readonly answeredMostByOne: number;
    /** What the same scan learns where nobody defends: every port. */
    readonly answeredByAllWithoutDefense: number;
  };
  /** What the defense cost those who did no harm. */
  readonly innocent: {
    /** Attempts of staff and monitor. */
    readonly connections: number;
    /** Of these, to served ports and not let through. */
    readonly denied: number;
    /** Addresses besides the attacker's that a machine contained, sorted. */
    readonly contained: readonly string[];
    /** Whether the protected machine that scans too raised an alert. */
    readonly auditorSeen: boolean;
  };
  /** What the mesh sent, which does not depend on the attack. */
  readonly cost: {
    /** Cells on all links, both directions, in `virtualSeconds`. */
    readonly cells: number;
    /** On the wire, both directions, in 10^6 bytes. */
    readonly megabytesPerLinkAndDay: number;
  };
  /** The machines in the order in which they were scanned. */
  readonly hosts: readonly HostLine[];
  /** What happened about the attacker, oldest first. */
  readonly timeline: readonly TimelineLine[];
  /** Invariants and bounds that were broken; empty in a good run. */
  readonly breaches: readonly string[];
  /** Plays the same again. */
  readonly replay: string;
}

/** Collects a report from what is left of a run. */
export function reportOf(
  scenario: PortScanScenario,
  { seed, nodes }: RunOptions,
  site: Site,
  gains: readonly PortScanGain[],
  toll: BackgroundToll,
  invariants: Invariants,
): Report {
  const subject = scenario.attacker;
  const about = site.entries.filter(({ entry }) => entry.subject === subject);
  const hosts = gains.map((gain) => hostLine(gain, about, scenario.startMs));
  const sum = (pick: (gain: PortScanGain) => number) =>
    gains.reduce((total, gain) => total + pick(gain), 0);
  const answeredMost = Math.max(0, ...hosts.map(({ answered }) => answered));
  const contained = containedIn(site).filter((each) => each !== subject);
  const breaches = [...invariants.breaches];
  const { bounds } = scenario;
  if (answeredMost > bounds.answeredMax) {
    breaches.push(
      `one machine answered ${answeredMost} ports truthfully, more than ${bounds.answeredMax}`,
    );
  }
  breaches.push(...denialBreach(toll.denied, bounds.deniedMax, contained));
  return {
    scenario: scenario.name,
    seed,
    nodes,
    profile: scenario.profile,
    virtualSeconds: site.clock.nowMs() / 1_000,
    events: site.clock.events,
    attacker: {
      probes: sum(({ probes }) => probes),
      answered: sum(({ open, closed }) => open + closed),
      answeredMostByOne: answeredMost,
      answeredByAllWithoutDefense: nodes * scenario.portsPerMachine,
    },
    innocent: {
      ...toll,
      contained,
      auditorSeen: site.entries.some(({ entry }) =>
        entry.stage === "seen" && entry.subject === scenario.auditor
      ),
    },
    cost: {
      cells: site.network.cells,
      megabytesPerLinkAndDay: Math.round(
        (dayMs / profiles[scenario.profile].periodMs) * 2 * wireBytesPerCell /
          1e6,
      ),
    },
    hosts,
    timeline: timelineOf(about, scenario.startMs),
    breaches,
    replay:
      `stealthmesh simulate ${scenario.name} --nodes ${nodes} --seed ${seed}`,
  };
}

function hostLine(
  { host, open, closed, filtered }: PortScanGain,
  about: readonly HostEntry[],
  startMs: number,
): HostLine {
  const reaction = reactionOf(host, about, startMs);
  return { host, answered: open + closed, filtered, ...reaction };
}
