/**
 * Own scenarios as `doctor` sees them.
 *
 * @module
 */
import type { Finding } from "./host_check.ts";
import {
  inForce,
  readShelf,
  type ScenarioSetting,
  shelfTroubles,
} from "./scenario_shelf.ts";

/** One finding if all is well, else one for each thing that is not. */
export function scenarioFindings(setting: ScenarioSetting): Finding[] {
  const shelf = readShelf(setting);
  const troubles = shelfTroubles(shelf);
  if (troubles.length > 0) {
    return troubles.map((detail) => ({
      what: "scenarios",
      verdict: "limited",
      detail,
      works: "Everything that the other scenarios look for",
      nextStep: "Correct it, then see: stealthmesh scenarios test",
    }));
  }
  const own = shelf.all.filter(({ builtIn }) => !builtIn).length;
  return [{
    what: "scenarios",
    verdict: "ok",
    detail: `${inForce(shelf).length} in force, ${own} of them your own`,
    works: "",
    nextStep: "",
  }];
}
