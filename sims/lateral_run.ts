/**
 * Plays a scenario of lateral movement: for each foothold a site of its own,
 * which lives through a week, then the intruder among working people.
 *
 * @module
 */
import { profiles } from "../mesh/mod.ts";
import { intrusionEndMs, startIntrusion } from "./attacks/intrusion.ts";
import { Invariants } from "./invariants.ts";
import {
  actReportOf,
  type LateralAct,
  type LateralReport,
  lateralReportOf,
} from "./lateral_report.ts";
import {
  type Foothold,
  type LateralScenario,
  servedToo,
} from "./lateral_scenario.ts";
import { liveThroughWeek } from "./learned_week.ts";
import { loginPort } from "./login_scenario.ts";
import { Office } from "./office.ts";
import { checkNodes, play, type RunOptions } from "./play.ts";
import { Site } from "./world/site.ts";

/**
 * Plays `scenario` to its end.
 *
 * @throws {RangeError} If `nodes` is not a whole number from 1 to 200.
 */
export async function runLateral(
  scenario: LateralScenario,
  options: RunOptions,
): Promise<LateralReport> {
  checkNodes(options.nodes);
  const acts: LateralAct[] = [];
  const { length } = scenario.footholds;
  for (const [index, foothold] of scenario.footholds.entries()) {
    const act = await playAct(scenario, foothold, {
      ...options,
      onProgress: (done) => options.onProgress?.((index + done) / length),
    });
    acts.push(act);
  }
  return lateralReportOf(scenario, options, acts);
}

async function playAct(
  scenario: LateralScenario,
  foothold: Foothold,
  options: RunOptions,
): Promise<LateralAct> {
  const { seed, nodes, scenarios } = options;
  const { profile, protectedEntries } = scenario;
  const site = await Site.open({
    seed,
    nodes,
    profile,
    served: [loginPort],
    servedToo,
    scenarios,
    protectedEntries,
  });
  const endMs = intrusionEndMs(scenario, nodes);
  const office = new Office(
    scenario.office,
    site,
    site.random.fork("office"),
    endMs,
  );
  const week = liveThroughWeek(
    site,
    scenario.office,
    office.people,
    site.random.fork("week"),
  );
  office.start();
  const intrusion = startIntrusion(
    scenario,
    foothold,
    site,
    site.random.fork("attack"),
  );
  const invariants = new Invariants(
    site,
    protectedEntries,
    scenario.deliveryPeriodsMax * profiles[profile].periodMs,
  );
  await play(site, endMs, invariants, {
    ...options,
    isAttacker: (subject) => subject === intrusion.source,
    startMs: intrusion.startMs,
  });
  return actReportOf(foothold, site, intrusion, week, office, invariants);
}
