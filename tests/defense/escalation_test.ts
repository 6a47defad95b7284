import { deepEqual, equal } from "node:assert/strict";
import { parseAddress } from "../../defense/address.ts";
import type { Alert, EvidenceClass } from "../../defense/alert.ts";
import { decodeMessage } from "../../defense/alert_codec.ts";
import type { Service } from "../../defense/service.ts";
import {
  alertOf,
  claimPayload,
  minuteMs,
  Stage,
  villain,
} from "./agent_scene.ts";

const ssh: Service = { protocol: "tcp", port: 22 };
const ftp: Service = { protocol: "tcp", port: 21 };

/** Alerts by minute; what the kernel then holds, and for how many minutes. */
const rows: {
  name: string;
  alerts: [
    minute: number,
    service: Service | undefined,
    measure?: Alert["measure"],
    evidence?: EvidenceClass,
  ][];
  holds: [key: string, minutes: number][];
}[] = [
  {
    name: "guesses at one service close that service",
    alerts: [[0, ssh]],
    holds: [["block tcp/22", 10]],
  },
  {
    name: "a second alert of the same burst changes nothing",
    alerts: [[0, ssh], [0.5, ssh]],
    holds: [["block tcp/22", 9.5]],
  },
  {
    name: "fresh evidence closes the whole address, for longer",
    alerts: [[0, ssh], [2, ssh]],
    holds: [["block tcp/22", 8], ["block", 20]],
  },
  {
    name: "another service closes the whole address at once",
    alerts: [[0, ssh], [0.1, ftp]],
    holds: [["block tcp/22", 9.9], ["block", 9.9]],
  },
  {
    name: "an alert about no service does so too",
    alerts: [[0, ssh], [0.1, undefined]],
    holds: [["block tcp/22", 9.9], ["block", 9.9]],
  },
  {
    name: "a decoy touched is about everything",
    alerts: [[0, ssh, "block", "E2"]],
    holds: [["block", 10]],
  },
  {
    name: "who comes back after the lease finds everything closed",
    alerts: [[0, ssh], [30, ssh]],
    holds: [["block", 20]],
  },
  {
    name: "throttle becomes block on the same service within a burst",
    alerts: [[0, ssh, "throttle"], [0.5, ssh, "block"]],
    holds: [["throttle tcp/22", 9.5], ["block tcp/22", 10]],
  },
  {
    name: "the whole address stays the whole address",
    alerts: [[0, undefined], [0.1, ssh]],
    holds: [["block", 9.9]],
  },
  {
    name: "unanswered retries of what is blocked are no news",
    alerts: [[0, ssh], [2, ssh, "block", "E0"]],
    holds: [["block tcp/22", 8]],
  },
];

for (const { name, alerts, holds } of rows) {
  Deno.test(`own evidence: ${name}`, () => {
    const stage = new Stage(0, 1);
    let passed = 0;
    for (const [minute, service, measure, evidence] of alerts) {
      stage.pass((minute - passed) * minuteMs);
      passed = minute;
      stage.detect({
        ...alertOf(villain, evidence ?? "E1", stage.nowMs, measure ?? "block"),
        ...(service && { service }),
      });
    }
    deepEqual(
      [...stage.kernel].map(([key, { untilMs }]) => [
        key.replace(` ${villain}`, ""),
        Math.round((untilMs - stage.nowMs) / minuteMs * 10) / 10,
      ]),
      holds,
    );
  });
}

Deno.test("a scan of other ports by who is blocked on one is no echo", () => {
  const stage = new Stage(0, 1);
  const alert = alertOf(villain, "E1", stage.nowMs, "block");
  stage.detect({ ...alert, service: ssh });
  stage.detect({ ...alert, evidence: "E0", technique: "T1046" });
  equal(stage.measure(villain), "block");
  equal(stage.count("echo"), 0);
});

Deno.test("the mesh's agreement is about the whole address", () => {
  const stage = new Stage(0, 3);
  const alert = alertOf(villain, "E1", stage.nowMs, "block");
  stage.detect({ ...alert, service: ssh });
  equal(stage.measure(villain), "none");
  stage.hear(1, claimPayload(villain, "E1", stage.nowMs));
  equal(stage.measure(villain), "block");
});

Deno.test("release lets go of services too, and an operator orders several", () => {
  const stage = new Stage(0, 1);
  for (const service of [ssh, ftp]) {
    stage.on({
      type: "operator_contain",
      subject: villain,
      measure: "block",
      service,
      forMs: 5 * minuteMs,
    });
  }
  deepEqual(
    stage.agent.leases(stage.nowMs).map(({ service, state }) => [
      service?.port,
      state,
    ]),
    [[22, "in_force"], [21, "in_force"]],
  );
  stage.on({ type: "operator_release", subject: villain });
  deepEqual([stage.kernel.size, stage.agent.leases(stage.nowMs)], [0, []]);
});

Deno.test("leases on services are taken over after a restart", () => {
  const before = new Stage(0, 1);
  const alert = alertOf(villain, "E1", before.nowMs, "block");
  before.detect({ ...alert, service: ssh });
  const after = new Stage(0, 1);
  after.on({ type: "held", leases: [...before.kernel.values()] });
  const [lease] = after.agent.leases(after.nowMs);
  deepEqual([lease?.service, lease?.state], [ssh, "in_force"]);
  after.pass(2 * minuteMs);
  after.detect({
    ...alertOf(villain, "E1", after.nowMs, "block"),
    service: ssh,
  });
  equal(after.measure(villain), "block");
});

const far = ["2001:db8:1:2::7", "2001:db8:1:2:a::9"].map(parseAddress);
const prefix = parseAddress("2001:db8:1:2::");

Deno.test("addresses of one /64 are one subject, told by the address seen", () => {
  const stage = new Stage(0, 3);
  const [first = prefix, second = prefix] = far;
  stage.detect(alertOf(first, "E1", stage.nowMs, "throttle"));
  equal(stage.measure(prefix), "throttle");
  // Another member met another address of it.
  stage.hear(1, claimPayload(second, "E1", stage.nowMs));
  equal(stage.measure(prefix), "block");
  const [told] = stage.published;
  const message = told && decodeMessage(told);
  equal(message?.kind === "claim" && message.subject, first);
  equal(stage.agent.explain(second, stage.nowMs).votes.length, 2);
  stage.on({ type: "operator_release", subject: second });
  equal(stage.measure(prefix), "none");
});

Deno.test("two addresses of one /64 in a member's mouth are one vote", () => {
  const stage = new Stage(0, 3);
  for (const each of far) {
    stage.hear(1, claimPayload(each, "E1", stage.nowMs));
  }
  equal(stage.measure(prefix), "throttle");
});

for (
  const { name, stage } of [
    {
      name: "the never-block list has somebody",
      stage: new Stage(0, 3, {
        neverBlock: [{ network: "2001:db8:1:2::1", reason: "gateway" }],
      }),
    },
    {
      name: "a member lives",
      stage: (() => {
        const stage = new Stage(0, 3);
        stage.on({
          type: "roster",
          members: [{
            node: stage.agent.self,
            name: "node-0",
            addresses: ["[2001:db8:1:2::53]:8443"],
            custodian: false,
            observer: false,
            revoked: false,
            generation: 0,
            keysSinceMs: 0,
            notAfterMs: Infinity,
          }],
        });
        return stage;
      })(),
    },
  ]
) {
  Deno.test(`a /64 in which ${name} is no subject, its addresses are`, () => {
    const [first = prefix, second = prefix] = far;
    stage.detect(alertOf(first, "E1", stage.nowMs, "block"));
    deepEqual(
      [prefix, first, second].map((each) => stage.measure(each)),
      ["none", "block", "none"],
    );
  });
}

Deno.test("a /64 that containment refuses is taken apart from then on", () => {
  const stage = new Stage(0, 1);
  const [first = prefix] = far;
  stage.refuse = ({ subject }) =>
    subject === prefix ? { code: "never_block", matched: "DNS" } : undefined;
  stage.detect(alertOf(first, "E1", stage.nowMs, "block"));
  equal(stage.measure(first), "none");
  stage.detect(alertOf(first, "E1", stage.nowMs + 1, "block"));
  equal(stage.measure(first), "block");
});

Deno.test("a member that moves into a contained /64 ends the lease on it", () => {
  const stage = new Stage(0, 3);
  const [first = prefix] = far;
  stage.detect(alertOf(first, "E1", stage.nowMs, "block"));
  equal(stage.measure(prefix), "block");
  stage.on({
    type: "roster",
    members: [{
      node: stage.agent.self,
      name: "node-0",
      addresses: ["[2001:db8:1:2::53]:8443"],
      custodian: false,
      observer: false,
      revoked: false,
      generation: 0,
      keysSinceMs: 0,
      notAfterMs: Infinity,
    }],
  });
  equal(stage.measure(prefix), "none");
});
