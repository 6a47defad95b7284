/**
 * Plays one scenario: opens the site, sets attack and background in motion,
 * moves time, and checks the invariants after every event.
 *
 * @module
 */
import type { Scenario } from "../defense/mod.ts";
import { profiles } from "../mesh/mod.ts";
import { type PortScan, startPortScan } from "./attacks/port_scan.ts";
import { startBackground } from "./background.ts";
import { Invariants } from "./invariants.ts";
import { type Report, reportOf } from "./report.ts";
import type { PortScanScenario } from "./scenario.ts";
import { Site } from "./world/site.ts";

/** What may be chosen from run to run. */
export interface RunOptions {
  /** Machines in the mesh, 1 to 200. */
  readonly nodes: number;
  /** Any text; the same text gives the same report, byte for byte. */
  readonly seed: string;
  /** What the machines detect. */
  readonly scenarios: readonly Scenario[];
  /** Told now and then how far the run is, from 0 to 1. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

/** Machines a run may have; more take hours on one core. */
export const nodesMax = 200;
/** Events between two calls of `onProgress`. */
const eventsPerProgress = 2_000;
/** Ports the auditor tries on one machine. */
const auditedPorts = 50;

/**
 * Plays `scenario` to its end.
 *
 * @throws {RangeError} If `nodes` is not a whole number from 1 to 200.
 */
export async function runPortScan(
  scenario: PortScanScenario,
  options: RunOptions,
): Promise<Report> {
  const { nodes, seed } = options;
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > nodesMax) {
    throw new RangeError(
      `Cannot simulate ${nodes} nodes: expected 1 to ${nodesMax}`,
    );
  }
  const { served, profile, protectedEntries } = scenario;
  const site = await Site.open({
    seed,
    nodes,
    profile,
    served,
    scenarios: options.scenarios,
    protectedEntries,
  });
  const scan = startAttack(scenario, site);
  const endMs = scan.endMs + scenario.restMs;
  const toll = startBackground(
    {
      staff: scenario.staff,
      staffPauseMs: 400,
      monitor: scenario.monitor,
      monitorPeriodMs: 5_000,
      served,
      mistakeEvery: 50,
    },
    site,
    site.random.fork("background"),
    endMs,
  );
  const { periodMs } = profiles[profile];
  const invariants = new Invariants(
    site,
    protectedEntries,
    scenario.bounds.deliveryPeriodsMax * periodMs,
  );
  for (let events = 0; await site.step(endMs); events++) {
    invariants.check();
    if (events % eventsPerProgress === 0) {
      await options.onProgress?.(site.clock.nowMs() / endMs);
    }
  }
  await options.onProgress?.(1);
  return reportOf(scenario, options, site, scan.gains(), toll(), invariants);
}

function startAttack(scenario: PortScanScenario, site: Site): PortScan {
  const { attacker, auditor, probesPerSecond, startMs } = scenario;
  const random = site.random.fork("attack");
  const ports = popularPorts(scenario.portsPerMachine);
  const audited = site.hosts[0];
  if (audited) {
    popularPorts(auditedPorts).forEach((port, index) => {
      site.clock.after(startMs / 2 + index, () => audited.probe(auditor, port));
    });
  }
  return startPortScan(
    { source: attacker, ports, probesPerSecond, startMs },
    site,
    random,
  );
}

/** Ports 1 to `count`: what is served is among them, as among nmap's. */
function popularPorts(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
