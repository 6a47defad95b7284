/**
 * An outsider with a port scanner: every port of a list on one machine after
 * another, at nmap's pace, keeping book of what each machine gave away.
 *
 * @module
 */
import type { Address } from "../../defense/mod.ts";
import type { Answer, VirtualHost } from "../world/host.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Site } from "../world/site.ts";

/** What to scan, and how fast. */
export interface PortScanPlan {
  /** Where every probe comes from. */
  readonly source: Address;
  /** Ports to try on each machine, in random order. */
  readonly ports: readonly number[];
  /** The scanner's pace, the same whether it is answered or not. */
  readonly probesPerSecond: number;
  /** Virtual milliseconds before the first probe. */
  readonly startMs: number;
}

/** What one machine told the scanner. */
export interface PortScanGain {
  /** Name of the machine. */
  readonly host: string;
  /** Virtual milliseconds of the first probe to it. */
  readonly firstMs: number;
  /** Probes sent so far: the sum of the next three. */
  readonly probes: number;
  /** Answered, and somebody listens. */
  readonly open: number;
  /** Answered, and nobody listens. */
  readonly closed: number;
  /** Not answered: the firewall dropped the probe. */
  readonly filtered: number;
}

/** A scan under way. */
export interface PortScan {
  /** Virtual milliseconds of the first and of the last probe. */
  readonly startMs: number;
  readonly endMs: number;
  /** Machines in the order in which they are scanned, with what they told. */
  gains(): PortScanGain[];
}

/** Sets the scan in motion; it goes on as virtual time does. */
export function startPortScan(
  plan: PortScanPlan,
  site: Site,
  random: SeededRandom,
): PortScan {
  const gapMs = 1_000 / plan.probesPerSecond;
  const scans = random.shuffled(site.hosts).map((host, index) =>
    scanHost(
      host,
      plan,
      plan.startMs + index * plan.ports.length * gapMs,
      site,
      random,
    )
  );
  return {
    startMs: plan.startMs,
    endMs: plan.startMs + (scans.length * plan.ports.length - 1) * gapMs,
    gains: () => scans.map((gain) => gain()),
  };
}

function scanHost(
  host: VirtualHost,
  { source, ports, probesPerSecond }: PortScanPlan,
  firstMs: number,
  { clock }: Site,
  random: SeededRandom,
): () => PortScanGain {
  const answers: Record<Answer, number> = { open: 0, closed: 0, filtered: 0 };
  random.shuffled(ports).forEach((port, index) => {
    const atMs = firstMs + (index * 1_000) / probesPerSecond;
    clock.after(atMs - clock.nowMs(), () => {
      // A SYN scan: what is not answered is not repeated.
      answers[host.probe(source, port, false)]++;
    });
  });
  return () => {
    const { open, closed, filtered } = answers;
    const probes = open + closed + filtered;
    return { host: host.name, firstMs, probes, open, closed, filtered };
  };
}
