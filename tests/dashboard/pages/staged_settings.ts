/**
 * The settings of a staged agent: the real keeper and the real API, over a
 * world that only notes what it is told.
 *
 * @module
 */
import { loadConfig } from "../../../cli/config.ts";
import { SettingsKeeper } from "../../../cli/settings_keeper.ts";
import { embeddedScenarioFiles, parseAddress } from "../../../defense/mod.ts";
import { type LeaseView, parseScenario } from "../../../defense/mod.ts";
import { deskWith } from "../api/recording_desk.ts";

const file = `# of a shop
neverBlock: [198.51.100.0/24]
scenarios: { off: [udp-scan] }
`;

/** Whom a machine that stops attacks would contain. */
const attackers = ["203.0.113.9", "203.0.113.77"];

/** Answers what the settings page asks. */
export function stagedSettings() {
  const done: string[] = [];
  const scenarios = [...embeddedScenarioFiles].map(([name, text]) => ({
    ...parseScenario(name, text),
    text,
  }));
  const lease = (subject: string): LeaseView => ({
    subject: parseAddress(subject),
    measure: "block",
    untilMs: Date.now() + 600_000,
    sinceMs: Date.now(),
    cause: "own",
    state: "would",
  });
  const keeper = new SettingsKeeper(
    loadConfig({
      env: () => undefined,
      readFile: () => file,
      root: true,
      hostName: "till",
    }, {}),
    scenarios.map(({ name }) => name),
    {
      setMode: (mode) => Promise.resolve(void done.push(`mode ${mode}`)),
      list: (entries) =>
        Promise.resolve(
          void done.push(`list ${entries.map(({ network }) => network)}`),
        ),
      watch: (off) => void done.push(`off ${off}`),
      retain: (days) => void done.push(`days ${days}`),
      save: () => Promise.resolve(),
      leases: () => attackers.map(lease),
      hostMeasures: () => Promise.resolve(0),
      ruleset: () => Promise.resolve("add table inet stealthmesh\n"),
      journal: { append: () => {} },
      wallMs: () => Date.now(),
      after(ms, wake) {
        const timer = setTimeout(wake, ms);
        return () => clearTimeout(timer);
      },
    },
  );
  const { app } = deskWith({
    settings: () => keeper.settings(),
    trial: () => keeper.trial(),
    endTrial: (end, by) => keeper.endTrial(end, by),
    changeConfig: (order, by) => keeper.changeConfig(order, by),
    scenarios: () =>
      scenarios.map(({ name, title, technique, text }) => ({
        name,
        title,
        technique,
        builtIn: true,
        off: keeper.off.has(name),
        text,
      })),
    tryLog: () => ({
      lines: 2,
      unparsed: [2],
      alerts: [{
        line: 1,
        scenario: "ssh-bruteforce",
        technique: "T1110.001",
        subject: "203.0.113.9",
        evidence: "E1",
        summary: "<b>203.0.113.9</b> failed 6 logins",
      }],
    }),
  });
  return {
    done,
    answers: (pathname: string) =>
      /^\/v1\/(?:config|scenarios|profile)\b/.test(pathname),
    answer: (path: string, init?: RequestInit) => app.request(path, init),
  };
}
