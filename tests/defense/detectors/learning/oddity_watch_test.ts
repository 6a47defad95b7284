import { equal, ok } from "node:assert/strict";
import { type Address, parseAddress } from "../../../../defense/address.ts";
import type { Alert } from "../../../../defense/alert.ts";
import { DetectionEngine } from "../../../../defense/detectors/engine.ts";
import {
  oddityMs,
  OddityWatch,
} from "../../../../defense/detectors/learning/oddity_watch.ts";
import { embeddedScenarios } from "../../../../defense/detectors/scenario_set.ts";
import type { Connection } from "../../../../defense/observation.ts";

const startMs = Date.UTC(2026, 0, 1);
const odd = parseAddress("203.0.113.7");
const here = parseAddress("10.0.0.1");
const scenarios = embeddedScenarios().filter(({ name }) =>
  name === "port-scan"
);

function connection(
  source: Address,
  atMs: number,
  port: number,
  outcome: Connection["outcome"] = "accepted",
): Connection {
  const handshake = outcome === "accepted";
  const protocol = "tcp";
  return {
    kind: "connection",
    atMs,
    protocol,
    source,
    destination: here,
    port,
    outcome,
    handshake,
  };
}

/** Visits to a web server, one a second, until an hour before the start. */
function* usualDay(): Generator<Connection> {
  for (let visit = 0; visit < 3_000; visit++) {
    const source = parseAddress(`198.51.100.${1 + visit % 200}`);
    yield connection(
      source,
      startMs - 3_600_000 - (3_000 - visit) * 1_000,
      443,
    );
  }
}

function taught(): OddityWatch {
  const watch = new OddityWatch();
  for (const seen of usualDay()) watch.take(seen, seen.source);
  return watch;
}

Deno.test("OddityWatch suspects who is odd by ln 4 at most, and less and less for ten minutes", () => {
  const watch = taught();
  equal(watch.nats(odd, startMs), 0);
  for (let port = 1; port <= 20; port++) {
    watch.take(connection(odd, startMs, port, "refused"), odd);
    ok(watch.nats(odd, startMs) <= Math.log(4));
  }
  const nats = watch.nats(odd, startMs);
  ok(nats > 1, String(nats));
  equal(watch.nats(odd, startMs + oddityMs / 2), nats / 2);
  equal(watch.nats(odd, startMs + oddityMs), 0);
  ok(/^; odd: \w/.test(watch.words(odd, startMs)));
  equal(watch.words(odd, startMs + oddityMs), "");
  const usual = parseAddress("198.51.100.1");
  equal(watch.nats(usual, startMs), 0, "who does what all do is not odd");
});

Deno.test("OddityWatch says nothing before it has learned, and nothing of pings", () => {
  const watch = new OddityWatch();
  watch.take(connection(odd, startMs, 22, "refused"), odd);
  equal(watch.nats(odd, startMs), 0);
  const trained = taught();
  const ping = { ...connection(odd, startMs, 0), protocol: "icmp" } as const;
  trained.take(ping, odd);
  equal(trained.nats(odd, startMs), 0);
});

/** Number of the closed port, from 1, at which a scan is found. */
function foundAt(
  learning: boolean,
  peersNats = 0,
): { port: number; alert: Alert } {
  const engine = new DetectionEngine(scenarios, { learning });
  for (const seen of usualDay()) equal(engine.observe(seen).length, 0);
  engine.addPrior(odd, peersNats);
  for (let port = 1; port < 30; port++) {
    const seen = connection(odd, startMs + port * 100, port, "refused");
    const [alert] = engine.observe(seen);
    if (alert) return { port, alert };
  }
  throw new Error("the scan was never found");
}

Deno.test("DetectionEngine finds an odd scanner a step earlier, and says what was odd", () => {
  const plain = foundAt(false);
  const learned = foundAt(true);
  equal(plain.port, 9);
  equal(learned.port, 8);
  equal(/odd/.test(plain.alert.summary), false);
  ok(
    /odd: .*(service|outcome|ports|failures|pace)/.test(learned.alert.summary),
  );
});

Deno.test("DetectionEngine never lends more than two voters' hints, oddity included", () => {
  equal(foundAt(false, 2 * Math.log(4)).port, 7);
  equal(foundAt(true, 2 * Math.log(4)).port, 7);
});
