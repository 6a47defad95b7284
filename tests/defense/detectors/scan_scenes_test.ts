/** Who is a scanner and who is not, told by the scenarios as they come. */
import { deepEqual } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import {
  FirstContactBaseline,
  learnMs,
} from "../../../defense/detectors/first_contact_baseline.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import type { Connection } from "../../../defense/observation.ts";

const scenarios = embeddedScenarios();
const startMs = Date.UTC(2026, 2, 3);

type Contact = Partial<Omit<Connection, "source" | "destination">> & {
  readonly to?: string;
};

/** Scenario and measure of each alert about one source. */
function alertsAbout(contacts: readonly Contact[]): string[] {
  const engine = new DetectionEngine(scenarios);
  return contacts.flatMap(({ to = "198.51.100.2", ...rest }, index) =>
    engine.observe({
      kind: "connection",
      atMs: startMs + index * 100,
      protocol: "tcp",
      source: parseAddress("192.0.2.7"),
      destination: parseAddress(to),
      port: 80,
      outcome: "accepted",
      handshake: false,
      ...rest,
    }).map(({ scenario, measure }) => `${scenario} ${measure}`)
  );
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const failed = { outcome: "unanswered" } as const;
const shaken = { outcome: "accepted", handshake: true } as const;

const scenes: { name: string; contacts: Contact[]; alerts: string[] }[] = [
  {
    name: "a SYN scan, whose source may be forged",
    contacts: times(30, (port) => ({ ...failed, port })),
    alerts: ["port-scan caution"],
  },
  {
    name: "a connect scan that found an open port",
    contacts: times(30, (port) => ({ port, ...port === 3 ? shaken : failed })),
    alerts: ["port-scan block"],
  },
  {
    name: "SYNs forged in the name of a client that is here",
    contacts: times(
      20,
      (port) => ({ port, ...port % 5 ? failed : { ...shaken, payload: true } }),
    ),
    alerts: ["port-scan caution"],
  },
  ...(["fin", "null", "xmas", "ack", "maimon"] as const).map((probe) => ({
    name: `a scan by ${probe} probes`,
    contacts: times(
      12,
      (port) => ({ port, probe, outcome: "refused" as const }),
    ),
    alerts: ["port-scan caution"],
  })),
  ...[22, 445, 3_389].map((port) => ({
    name: `a sweep of many hosts for port ${port}`,
    contacts: times(
      20,
      (host) => ({ ...failed, port, to: `198.51.100.${host}` }),
    ),
    alerts: ["port-scan caution"],
  })),
  {
    name: "a scan of UDP ports",
    contacts: times(
      25,
      (port) => ({ ...failed, port, protocol: "udp" as const }),
    ),
    alerts: ["udp-scan caution"],
  },
  ...(["icmp", "arp"] as const).map((protocol) => ({
    name: `a sweep by ${protocol}`,
    contacts: times(30, (host) => ({
      protocol,
      port: 0,
      to: `198.51.100.${host}`,
      ...host % 10 ? failed : {},
    })),
    alerts: ["host-sweep none"],
  })),
  {
    name: "monitoring of a dozen ports, four of them down",
    contacts: times(
      200,
      (index) => ({ port: index % 12, ...index % 12 < 4 ? failed : shaken }),
    ),
    alerts: [],
  },
  {
    name: "a service that is down, tried again and again",
    contacts: times(500, () => ({ ...failed, port: 8_080 })),
    alerts: [],
  },
  {
    name: "browsing where every fifth server is slow",
    contacts: times(100, (index) => ({
      port: 443,
      to: `203.0.113.${index}`,
      ...index % 5 ? shaken : failed,
    })),
    alerts: [],
  },
  {
    name: "backup that reaches every host but two",
    contacts: times(40, (host) => ({
      port: 873,
      to: `198.51.100.${host}`,
      ...host % 20 === 7 ? failed : shaken,
    })),
    alerts: [],
  },
  {
    name: "a program that looks for its peers, three of four gone",
    contacts: times(200, (peer) => ({
      port: 10_000 + 211 * peer % 50_000,
      to: `203.0.${peer}.9`,
      atMs: startMs + peer * 30_000,
      ...peer % 4 === 1 ? shaken : failed,
    })),
    alerts: [],
  },
  {
    name: "a name server that answers many ports, as the kernel logs it",
    contacts: times(60, (index) => ({
      protocol: "udp" as const,
      port: 53,
      to: `198.51.100.${index}`,
    })),
    alerts: [],
  },
  {
    name: "a gateway that asks for hosts, half of them off",
    contacts: times(100, (host) => ({
      protocol: "arp" as const,
      port: 0,
      to: `198.51.100.${host}`,
      ...host % 2 ? failed : {},
    })),
    alerts: [],
  },
];

for (const { name, contacts, alerts } of scenes) {
  Deno.test(`${name}: ${alerts.join(", ") || "nothing"}`, () => {
    deepEqual(alertsAbout(contacts), alerts);
  });
}

Deno.test("what was learned of a port spares its clients, not scanners", () => {
  const baseline = new FirstContactBaseline();
  for (let client = 0; client < 400; client++) {
    for (let port = 7_000; port < 7_012; port++) {
      baseline.learn(port, client % 2 === 0, startMs);
    }
  }
  const engine = new DetectionEngine(scenarios, { baseline });
  const alerts = (source: string, first: number) =>
    times(12, (index) =>
      engine.observe({
        kind: "connection",
        atMs: startMs + learnMs + index,
        protocol: "tcp",
        source: parseAddress(source),
        destination: parseAddress("198.51.100.2"),
        port: first + index,
        outcome: "unanswered",
        handshake: false,
      }).map(({ scenario }) => scenario)).flat();
  deepEqual(alerts("192.0.2.7", 7_000), []);
  deepEqual(alerts("192.0.2.8", 100), ["port-scan"]);
});
