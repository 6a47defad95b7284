/**
 * What every machine has seen of an office before a simulation begins: eight
 * days in which everybody who belongs there goes where they go, once a day (the
job with the old key as often as ever).
 * Detectors learn from it as they would from life; what they would have raised
 * an alarm about in it is counted, for it is all honest.
 *
 * @module
 */
import type { Address, Alert } from "../defense/mod.ts";
import { adminPorts } from "./lateral_scenario.ts";
import { loginPort, loginService, type OfficePlan } from "./login_scenario.ts";
import { mondayMs } from "./world/clock.ts";
import type { VirtualHost } from "./world/host.ts";
import type { SeededRandom } from "./world/random.ts";
import type { Site } from "./world/site.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The week that detectors learn in is over after seven. */
const days = 8;

/** What the time before came to. */
export interface LearnedWeek {
  /** Visits of one machine or person to a machine. */
  readonly visits: number;
  /** Alerts about them, every one a false one. */
  readonly alerts: number;
}

/** One visit: a connection and, if somebody logs in, who. */
interface Visit {
  readonly atMs: number;
  readonly source: Address;
  readonly host: VirtualHost;
  readonly port: number;
  readonly service: string;
  readonly user?: string;
  readonly right: boolean;
}

/** Lets the machines of `site` live through the days before. */
export function liveThroughWeek(
  site: Site,
  plan: OfficePlan,
  people: readonly { readonly name: string; readonly source: Address }[],
  random: SeededRandom,
): LearnedWeek {
  const visits = Array.from(
    { length: days },
    (_, day) =>
      site.hosts.flatMap((host, index) =>
        visitsOfDay(host, index, plan, people, random).map((visit) => ({
          ...visit,
          atMs: Math.floor(mondayMs - (days - day) * dayMs + visit.atMs),
        }))
      ),
  ).flat().sort((a, b) => a.atMs - b.atMs);
  let alerts = 0;
  for (const visit of visits) alerts += take(site, visit).length;
  return { visits: visits.length, alerts };
}

/** Who comes to one machine on one day, from 9 in the morning on. */
function visitsOfDay(
  host: VirtualHost,
  index: number,
  { backup, monitor, staleKey, jump }: OfficePlan,
  people: readonly { readonly name: string; readonly source: Address }[],
  random: SeededRandom,
): Visit[] {
  const ssh = { host, port: loginPort, service: loginService };
  const inHours = (from: number, to: number) =>
    hourMs * (from + (to - from) * random.uniform());
  const visits: Visit[] = [
    ...people.map(({ name, source }) => ({
      ...ssh,
      source,
      user: name,
      right: true,
      atMs: inHours(0, 9),
    })),
    { ...ssh, source: monitor.source, right: true, atMs: inHours(0, 1) },
    {
      ...ssh,
      source: backup.source,
      user: "backup",
      right: true,
      atMs: inHours(16, 17),
    },
  ];
  if (index === 0) {
    // To a detector it is clockwork that gives a job away, so all of it is played.
    const { source, periodMs } = staleKey;
    for (let atMs = 0; atMs < dayMs; atMs += periodMs) {
      visits.push({ ...ssh, source, user: "root", right: false, atMs });
    }
  }
  if (jump) {
    const { source, account } = jump;
    for (const { port, service } of adminPorts) {
      if (!host.served.has(port)) continue;
      const atMs = inHours(0, 2);
      visits.push({
        host,
        port,
        service,
        source,
        user: account,
        right: true,
        atMs,
      });
    }
  }
  return visits.filter(({ source }) => source !== host.address);
}

function take(site: Site, visit: Visit): readonly Alert[] {
  const { host, source, atMs, port, service, user, right } = visit;
  const login = { atMs, source, service, ...(user !== undefined && { user }) };
  return [
    ...site.hostAt(source)?.recallOpened(atMs, host.address, port) ?? [],
    ...host.recall({
      kind: "connection",
      atMs,
      protocol: "tcp",
      source,
      destination: host.address,
      port,
      outcome: "accepted",
      handshake: true,
    }),
    ...user === undefined ? [] : host.recall(
      right
        ? { kind: "auth_success", ...login }
        : { kind: "auth_failure", ...login, method: "publickey" },
    ),
  ];
}
