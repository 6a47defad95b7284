/**
 * Every word that the pages show, ready to be translated: short ones that are
 * everywhere stand here, the words of each part in the folder `texts/`, in a file
 * of the same name; those of techniques in `texts/techniques.ts`. What the agent
 * says itself (findings, refusals, summaries of alerts) comes from it as it is.
 *
 * @module
 */
import { alertsTexts } from "./texts/alerts.ts";
import { chartsTexts } from "./texts/charts.ts";
import { exercisesTexts } from "./texts/exercises.ts";
import { joinTexts } from "./texts/join.ts";
import { keysTexts } from "./texts/keys.ts";
import { leaksTexts } from "./texts/leaks.ts";
import { machinesTexts } from "./texts/machines.ts";
import { measuresTexts } from "./texts/measures.ts";
import { memberTexts } from "./texts/member.ts";
import { meshTexts } from "./texts/mesh.ts";
import { nowTexts } from "./texts/now.ts";
import { quarantineTexts } from "./texts/quarantine.ts";
import { rolloutTexts } from "./texts/rollout.ts";
import { roleTexts } from "./texts/roles.ts";
import { settingsTexts } from "./texts/settings.ts";
import { signalsTexts } from "./texts/signals.ts";
import { subjectTexts } from "./texts/subject.ts";

/** English. */
export const texts = {
  product: "StealthMesh",
  skip: "Skip to content",
  main: "Pages",
  titled: (page: string) => `${page} · StealthMesh`,
  pages: {
    now: "Now",
    alerts: "Alerts",
    measures: "Measures",
    mesh: "Mesh",
    machines: "Machines",
    settings: "Settings",
    exercises: "Exercises",
  },
  login: {
    title: "Log in",
    name: "Name",
    password: "Password",
    code: "Code of your authenticator",
    enter: "Log in",
    entering: "Logging in…",
    needed: "Without an account, a link that works once opens the dashboard.",
    how: "On the machine where it runs, start it again for a new link:",
    spent: "That link was used already, or it is older than ten minutes.",
    command: "stealthmesh dashboard",
    out: "Log out",
  },
  state: {
    loading: "Loading…",
    failed: "That did not work: ",
    again: "Try again",
    offline: "The agent on this machine does not answer.",
    unreachable: "The dashboard does not answer.",
    from: "What you see is from",
  },
  now: nowTexts,
  alerts: alertsTexts,
  subject: subjectTexts,
  signals: signalsTexts,
  measures: measuresTexts,
  mesh: meshTexts,
  charts: chartsTexts,
  machines: machinesTexts,
  join: joinTexts,
  keys: keysTexts,
  leaks: leaksTexts,
  member: memberTexts,
  quarantine: quarantineTexts,
  rollout: rolloutTexts,
  roles: roleTexts,
  settings: settingsTexts,
  exercises: exercisesTexts,
  time: {
    now: "now",
    ago: (span: string) => `${span} ago`,
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (n: number) => `${n} h`,
    days: (n: number) => (n === 1 ? "1 day" : `${n} days`),
  },
} as const;
