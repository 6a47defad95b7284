/**
 * Plays a port scan: opens the site, sets attack and background in motion and
 * reports.
 *
 * @module
 */
import { profiles } from "../mesh/mod.ts";
import { type PortScan, startPortScan } from "./attacks/port_scan.ts";
import { startBackground } from "./background.ts";
import { Invariants } from "./invariants.ts";
import { checkNodes, play, type RunOptions } from "./play.ts";
import { type Report, reportOf } from "./report.ts";
import type { PortScanScenario } from "./scenario.ts";
import { Site } from "./world/site.ts";

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
  checkNodes(nodes);
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
  await play(site, endMs, invariants, {
    ...options,
    isAttacker: (subject) => subject === scenario.attacker,
    startMs: scenario.startMs,
  });
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
