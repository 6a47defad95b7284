import { deepEqual, equal, ok } from "node:assert/strict";
import { parseAddress } from "../../../../defense/address.ts";
import {
  AnomalyDetector,
  anomalyNatsMax,
  trainedAfter,
} from "../../../../defense/detectors/learning/anomaly_detector.ts";
import type { Flow } from "../../../../defense/detectors/learning/flow_features.ts";

const staff = parseAddress("198.51.100.9");
const stranger = parseAddress("203.0.113.7");
const server = parseAddress("10.0.0.1");

function flow(atMs: number, more: Partial<Flow> = {}): Flow {
  return {
    atMs,
    source: staff,
    destination: server,
    protocol: "tcp",
    port: 443,
    outcome: "accepted",
    bytesOut: 500 + atMs % 700,
    bytesIn: 4_000 + atMs % 9_000,
    durationMs: 80 + atMs % 300,
    ...more,
  };
}

/** A detector that has seen `count` usual connections, one a minute. */
function trained(count = 2_000): AnomalyDetector {
  const detector = new AnomalyDetector();
  for (let n = 0; n < count; n++) {
    detector.take(flow(n * 60_000 + n * 37 % 997));
  }
  return detector;
}

Deno.test("AnomalyDetector says nothing before it has learned", () => {
  const detector = new AnomalyDetector();
  for (let n = 0; n < trainedAfter - 1; n++) {
    equal(detector.take(flow(n * 60_000)).nats, 0);
  }
  const odd = flow(1, { port: 6_379, outcome: "refused" });
  equal(new AnomalyDetector().take(odd).nats, 0);
});

Deno.test("AnomalyDetector finds what nobody does, and says what is odd", () => {
  const startMs = 3_000 * 60_000;
  const cases: [string, Partial<Flow>][] = [
    ["service", { port: 5_900 }],
    ["outcome", { outcome: "refused" }],
    ["bytes sent", { bytesOut: 3e9 }],
  ];
  for (const [name, more] of cases) {
    const { nats, because } = trained().take(
      flow(startMs, { source: stranger, ...more }),
    );
    ok(nats > 0 && nats <= anomalyNatsMax, `${name}: ${nats}`);
    ok((because as readonly string[]).includes(name), because.join());
  }
});

Deno.test("AnomalyDetector does not mind a stranger who does the usual", () => {
  const { nats, because } = trained().take(
    flow(3_000 * 60_000 + 437, { source: stranger }),
  );
  equal(nats, 0);
  deepEqual(because, []);
});

Deno.test("AnomalyDetector is worth ln 4 at most, whatever it sees", () => {
  const detector = trained();
  let most = 0;
  for (let n = 0; n < 500; n++) {
    const { nats } = detector.take(flow(3_000 * 60_000 + n, {
      source: stranger,
      port: 10_000 + n,
      outcome: "unanswered",
      bytesOut: 0,
      bytesIn: 0,
      durationMs: 0,
    }));
    most = Math.max(most, nats);
  }
  ok(most > 1 && most <= anomalyNatsMax, `${most}`);
});

Deno.test("AnomalyDetector is not talked into taking a flood for usual at once", () => {
  const detector = trained();
  const odd = (n: number) =>
    flow(3_000 * 60_000 + n * 60_000, { port: 5_900, bytesOut: 3e6 });
  for (let n = 0; n < 50; n++) ok(detector.take(odd(n)).nats > 0, `${n}`);
});

Deno.test("AnomalyDetector learns what becomes usual", () => {
  const detector = trained();
  const backup = (n: number) =>
    flow(4_000 * 60_000 + n * 60_000, { port: 873, bytesOut: 3e6 });
  ok(detector.take(backup(0)).nats > 0);
  for (let n = 1; n < 3_000; n++) detector.take(backup(n));
  equal(detector.take(backup(3_001)).nats, 0);
});

Deno.test("AnomalyDetector skips what a sensor cannot tell", () => {
  const detector = new AnomalyDetector();
  const bare = (atMs: number, port = 443): Flow => ({
    atMs,
    source: staff,
    destination: server,
    protocol: "tcp",
    port,
    outcome: "accepted",
  });
  for (let n = 0; n < 1_000; n++) detector.take(bare(n * 60_000));
  equal(detector.take(bare(1_001 * 60_000)).nats, 0);
  equal(detector.take(bare(1_002 * 60_000, 23)).because[0], "service");
});
