/**
 * Plays a scenario of logins: opens the site, sets office and guessers to work
 * and reports.
 *
 * @module
 */
import { profiles } from "../mesh/mod.ts";
import { startGuessing } from "./attacks/guessing.ts";
import { Invariants } from "./invariants.ts";
import { type LoginReport, loginReportOf } from "./login_report.ts";
import { loginPort, type LoginScenario } from "./login_scenario.ts";
import { Office } from "./office.ts";
import { checkNodes, play, type RunOptions } from "./play.ts";
import { Site } from "./world/site.ts";

/**
 * Plays `scenario` to its end.
 *
 * @throws {RangeError} If `nodes` is not a whole number from 1 to 200.
 */
export async function runLogins(
  scenario: LoginScenario,
  options: RunOptions,
): Promise<LoginReport> {
  checkNodes(options.nodes);
  const { profile, protectedEntries, guessing, lengthMs } = scenario;
  const site = await Site.open({
    seed: options.seed,
    nodes: options.nodes,
    profile,
    served: [loginPort],
    scenarios: options.scenarios,
    protectedEntries,
  });
  const endMs = guessing.startMs + lengthMs;
  const office = new Office(
    scenario.office,
    site,
    site.random.fork("office"),
    endMs,
  );
  office.start();
  const attack = startGuessing(
    guessing,
    site,
    site.random.fork("attack"),
    office.exists,
    endMs,
  );
  const invariants = new Invariants(
    site,
    protectedEntries,
    scenario.bounds.deliveryPeriodsMax * profiles[profile].periodMs,
  );
  const sources: ReadonlySet<string> = attack.active;
  await play(site, endMs, invariants, {
    ...options,
    isAttacker: (subject) => sources.has(subject),
    startMs: attack.startMs,
  });
  return loginReportOf(scenario, options, site, attack, office, invariants);
}
