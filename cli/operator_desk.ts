/**
 * What the API offers an operator besides measures, put together: membership,
 * the configuration before it is in force, scenarios and lines tried on them.
 *
 * @module
 */
import type { OperatorDesk } from "../dashboard/mod.ts";
import { tryLog } from "../defense/mod.ts";
import { parseConfigFile } from "./config_file.ts";
import type { KeyKeeper } from "./key_keeper.ts";
import type { MembershipDesk } from "./membership_desk.ts";
import { notIn, type ScenarioShelf } from "./scenario_shelf.ts";

/** What it is put together from. */
export interface OperatorDeskParts {
  readonly membership: MembershipDesk;
  readonly keys: Pick<KeyKeeper, "rotate">;
  /** As the agent read it at its start. */
  readonly shelf: ScenarioShelf;
  /** Names of scenarios that are not looked for now. */
  readonly off: () => ReadonlySet<string>;
  readonly wallMs: () => number;
}

/** How a pasted configuration is called in complaints. */
const pasted = "pasted";

/** Builds it. */
export function operatorDesk(
  { membership, keys, shelf, off, wallMs }: OperatorDeskParts,
): OperatorDesk {
  return {
    invites: () => membership.invites(),
    invite: (order) => membership.invite(order),
    cancelInvite: (id) => membership.cancelInvite(id),
    sayAbout: (order) => membership.sayAbout(order),
    rename: (order) => membership.rename(order),
    keys: () => membership.keys(),
    rotateKeys: () => keys.rotate(),
    checkConfig(yaml) {
      try {
        parseConfigFile(yaml, pasted);
        return { valid: true, faults: [] };
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const prefix = `${pasted}:`;
        const faults = error.message.split("\n").map((line) => line.trim())
          .filter((line) => line.startsWith(prefix))
          .map((line) => line.slice(prefix.length));
        return { valid: false, faults };
      }
    },
    scenarios() {
      const names = off();
      return shelf.all.map(({ scenario, builtIn, text }) => {
        const { name, title, technique } = scenario;
        return {
          name,
          title,
          technique,
          builtIn,
          off: names.has(name),
          text,
        };
      });
    },
    tryLog({ log }) {
      const year = new Date(wallMs()).getUTCFullYear();
      const { lines, unparsed, alerts } = tryLog(
        log,
        notIn(shelf, off()),
        year,
      );
      return {
        lines,
        unparsed,
        alerts: alerts.map(({ line, alert }) => ({
          line,
          scenario: alert.scenario,
          technique: alert.technique,
          subject: alert.subject.address,
          evidence: alert.evidence,
          summary: alert.summary,
        })),
      };
    },
  };
}
