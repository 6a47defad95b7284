import { deepEqual, equal, ok } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import type {
  ConnectionOutcome,
  Observation,
} from "../../../defense/observation.ts";
import {
  DetectionEngine,
  priorNatsMax,
} from "../../../defense/detectors/engine.ts";
import { parseScenario } from "../../../defense/detectors/scenario_file.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";

const scenarios = embeddedScenarios();
const attacker = parseAddress("192.0.2.7");
const host = parseAddress("198.51.100.2");
const elsewhere = parseAddress("192.0.3.9");

function contact(
  port: number,
  outcome: ConnectionOutcome,
  options: { atMs?: number; source?: Address; handshake?: boolean } = {},
): Observation {
  const { atMs = 0, source = attacker, handshake = false } = options;
  return {
    kind: "connection",
    atMs,
    protocol: "tcp",
    source,
    destination: host,
    port,
    outcome,
    handshake,
  };
}

type Login = "ok" | "wrong" | "root" | "unknown";

function login(
  result: Login,
  atMs: number,
  source = attacker,
): Observation {
  const base = { atMs, service: "sshd", source };
  return result === "ok"
    ? { kind: "auth_success", ...base, user: "ada" }
    : result === "root"
    ? { kind: "auth_failure", ...base, user: "root" }
    : result === "wrong"
    ? { kind: "auth_failure", ...base, user: "ada" }
    : { kind: "auth_failure", ...base, user: `u${atMs}`, unknownUser: true };
}

/** How many observations until the first alert; Infinity if none. */
function untilAlert(observations: readonly Observation[]): number {
  const engine = new DetectionEngine(scenarios);
  const at = observations.findIndex((one) => engine.observe(one).length > 0);
  return at < 0 ? Infinity : at + 1;
}

const ports = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const logins = (...results: Login[]) =>
  results.map((result, index) => login(result, index * 2_000));

const rows: { name: string; observations: Observation[]; alert: number }[] = [
  {
    name: "a scan at the ninth closed port",
    observations: ports(20).map((port) => contact(port, "refused")),
    alert: 9,
  },
  {
    name: "a scan that finds one open port among the first nine, later",
    observations: ports(20).map((port) =>
      contact(port, port === 3 ? "accepted" : "unanswered")
    ),
    alert: 11,
  },
  {
    name: "no scan in one closed port, however often",
    observations: ports(100).map(() => contact(8_080, "refused")),
    alert: Infinity,
  },
  {
    name: "no scan in a client of many services",
    observations: ports(60).map((port) =>
      contact(port, port % 4 === 0 ? "refused" : "accepted")
    ),
    alert: Infinity,
  },
  {
    name: "guessing at the fifth wrong password of root",
    observations: logins(...Array<"root">(12).fill("root")),
    alert: 5,
  },
  {
    name: "guessing at the twelfth wrong password of one ordinary account",
    observations: logins(...Array<"wrong">(20).fill("wrong")),
    alert: 12,
  },
  {
    name: "guessing at the fourth unknown account",
    observations: logins(...Array<"unknown">(12).fill("unknown")),
    alert: 4,
  },
  {
    name: "no guessing in three typing errors and a success, all day",
    observations: Array.from(
      { length: 20 },
      (_, hour) =>
        (["wrong", "wrong", "wrong", "ok"] as const).map((result, index) =>
          login(result, hour * 3_600_000 + index * 5_000)
        ),
    ).flat(),
    alert: Infinity,
  },
  {
    name: "no guessing in one wrong password on the hour, by a machine",
    observations: ports(100).map((hour) => login("wrong", hour * 3_600_000)),
    alert: Infinity,
  },
];

for (const { name, observations, alert } of rows) {
  Deno.test(`DetectionEngine.observe() sees ${name}`, () => {
    equal(untilAlert(observations), alert);
  });
}

Deno.test("DetectionEngine.observe() says what happened in plain words", () => {
  const engine = new DetectionEngine(scenarios);
  const [alert] = logins(...Array<"root">(5).fill("root"))
    .flatMap((one) => [...engine.observe(one)]);
  ok(alert);
  const { score, ...rest } = alert;
  deepEqual(rest, {
    serviceName: "sshd",
    atMs: 8_000,
    technique: "T1110.001",
    scenario: "ssh-bruteforce",
    subject: { address: attacker },
    evidence: "E1",
    observations: 5,
    measure: "block",
    summary: "192.0.2.7 failed 5 logins on sshd in 8 s",
  });
  ok(score >= Math.log(0.99 / 1e-5));
});

Deno.test("DetectionEngine.observe() gives E1 only to who completed a handshake", () => {
  for (const handshake of [false, true]) {
    const engine = new DetectionEngine(scenarios);
    const alerts = ports(12).flatMap((port) => [
      ...engine.observe(
        contact(port, port === 1 ? "accepted" : "refused", { handshake }),
      ),
    ]);
    deepEqual(alerts.map(({ evidence }) => evidence), [
      handshake ? "E1" : "E0",
    ]);
  }
});

Deno.test("DetectionEngine.observe() holds no old handshake against a forged scan", () => {
  const engine = new DetectionEngine(scenarios);
  // An honest client comes back to the one service it knows ...
  for (let visit = 0; visit < 5; visit++) {
    engine.observe(contact(443, "accepted", { handshake: true }));
  }
  // ... and its walk is accepted as honest, before somebody forges its address.
  for (const port of [80, 22, 25]) {
    engine.observe(contact(port, "accepted", { handshake: true }));
  }
  engine.observe(contact(443, "accepted", { handshake: true }));
  const alerts = ports(20).flatMap((port) => [
    ...engine.observe(contact(10_000 + port, "unanswered")),
  ]);
  deepEqual(alerts.map(({ evidence }) => evidence), ["E0"]);
});

Deno.test("DetectionEngine.observe() strikes once in a quiet period, then only on fresh evidence", () => {
  const engine = new DetectionEngine(scenarios);
  const fire = (count: number, fromMs: number) =>
    Array.from({ length: count }, (_, i) => login("root", fromMs + i * 2_000))
      .flatMap((one) => [...engine.observe(one)])
      .filter(({ scenario }) => scenario === "ssh-bruteforce").length;
  equal(fire(60, 0), 1);
  equal(
    fire(4, 700_000),
    0,
    "what was seen in the quiet period is no evidence",
  );
  equal(fire(1, 710_000), 1);
});

Deno.test("DetectionEngine.addPrior() brings an alert forward but makes none", () => {
  const engine = new DetectionEngine(scenarios);
  engine.addPrior(attacker, 1_000);
  const needed = 1 +
    ports(20).findIndex((port) =>
      engine.observe(contact(port, "refused")).length > 0
    );
  equal(needed, 7, "two voters' ln 4 are worth two failures and no more");
  const quiet = new DetectionEngine(scenarios);
  quiet.addPrior(attacker, priorNatsMax);
  quiet.addPrior(attacker, 0);
  equal(
    1 +
      ports(20).findIndex((port) =>
        quiet.observe(contact(port, "refused")).length > 0
      ),
    9,
  );
  quiet.addPrior(parseAddress("192.0.2.99"), NaN);
  equal(quiet.subjects, 1);
});

/** Refusals until an alert, if other hosts lent so much; Infinity if none. */
function untilAlertLent(
  nats: number,
  guesses: readonly Observation[],
  { untilMs = Infinity, before = [] as Observation[] } = {},
): number {
  const engine = new DetectionEngine(scenarios);
  for (const seen of before) engine.observe(seen);
  engine.lend(attacker, { nats, untilMs });
  const at = guesses.findIndex((one) => engine.observe(one).length > 0);
  return at < 0 ? Infinity : at + 1;
}

const keys = logins(...Array<"root">(12).fill("root")).map((seen) =>
  ({ ...seen, method: "publickey" }) as Observation
);
const roots = logins(...Array<"root">(12).fill("root"));

const lending: { name: string; refusals: number; needed: number }[] = [
  {
    name: "two passwords of a default account, whatever others say",
    refusals: untilAlertLent(1_000, roots),
    needed: 2,
  },
  {
    name: "four of one ordinary account",
    refusals: untilAlertLent(
      1_000,
      logins(...Array<"wrong">(12).fill("wrong")),
    ),
    needed: 4,
  },
  {
    name: "no fewer after it has ended",
    refusals: untilAlertLent(1_000, roots, { untilMs: -1 }),
    needed: 5,
  },
  {
    name: "no fewer where the account got in before",
    refusals: untilAlertLent(
      1_000,
      logins(...Array<"wrong">(12).fill("wrong")),
      { before: [login("ok", -1_000)] },
    ),
    needed: Infinity,
  },
  {
    name: "no fewer keys",
    refusals: untilAlertLent(1_000, keys),
    needed: untilAlertLent(0, keys),
  },
];

for (const { name, refusals, needed } of lending) {
  Deno.test(`DetectionEngine.lend() needs ${name}`, () => {
    equal(refusals, needed);
  });
}

Deno.test("DetectionEngine.lend() and a voter together lend no more", () => {
  const engine = new DetectionEngine(scenarios);
  engine.addPrior(attacker, priorNatsMax);
  engine.lend(attacker, { nats: 1_000, untilMs: Infinity });
  const [first, second] = roots.map((one) => engine.observe(one).length);
  deepEqual([first, second], [0, 1]);
  // Who is not known is not remembered for nothing.
  engine.lend(elsewhere, { nats: 0, untilMs: Infinity });
  equal(engine.subjects, 1);
});

Deno.test("DetectionEngine.takeRefusals() tells strangers' refusals as they grow, and what made good", () => {
  const engine = new DetectionEngine(scenarios);
  const told = (seen: Observation) => {
    engine.observe(seen);
    return engine.takeRefusals().map(({ nats }) => Math.round(nats * 10) / 10);
  };
  // An ordinary account: the second refusal says little more than the first.
  deepEqual(
    logins("wrong", "wrong", "wrong", "ok", "wrong").map(told),
    [[1.9], [], [3.7], [0], []],
  );
  deepEqual(
    roots.slice(0, 5).map((seen) => ({ ...seen, source: elsewhere })).map(told),
    [[2.4], [4.8], [7.2], [9.5], []],
    "an alert says it all",
  );
  deepEqual(
    keys.map((seen) => ({ ...seen, source: host })).map(told).flat(),
    [],
    "a stale key goes to many machines, too",
  );
});

Deno.test("DetectionEngine.forget() starts a subject from nothing", () => {
  const engine = new DetectionEngine(scenarios);
  for (const port of ports(8)) engine.observe(contact(port, "refused"));
  engine.forget(attacker);
  equal(engine.observe(contact(9, "refused")).length, 0);
});

Deno.test("DetectionEngine forgets the subject seen least recently when full", () => {
  const engine = new DetectionEngine(scenarios, { subjectsMax: 2 });
  const [a, b, c] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map(parseAddress);
  const strikes = (source: Address | undefined, from: number, count: number) =>
    ports(count).flatMap((port) => [
      ...engine.observe(contact(from + port, "refused", { source: source! })),
    ]).length;
  equal(strikes(a, 0, 8), 0);
  equal(strikes(b, 0, 8), 0);
  equal(strikes(a, 7, 1), 0); // seen again, but no first contact
  equal(strikes(c, 0, 1), 0); // b has to go
  equal(engine.subjects, 2);
  equal(strikes(a, 8, 1), 1);
  equal(strikes(b, 8, 1), 0);
});

const knocking = (key: string, mechanism: string): string =>
  `name: mine
title: Mine
technique: T1110
evidence: E1
filter: { kind: auth_failure }
key: ${key}
mechanism: ${mechanism}
measure: throttle
for: 5m
quiet: 1m
summary: "{subject} {user} {count}"
sample: [{ title: none, log: x, alerts: [] }]
`;
const bucket = "{ type: leaky_bucket, capacity: 3, leak: 1h, score: 12 }";

const keyed: {
  name: string;
  key: string;
  mechanism: string;
  logins: [Address, string][];
  accused: string[];
}[] = [
  {
    name: "by user, and names the sources that took part",
    key: "user",
    mechanism: bucket,
    logins: [[attacker, "ada"], [elsewhere, "ada"], [attacker, "bob"], [
      attacker,
      "ada",
    ], [elsewhere, "ada"]],
    accused: ["192.0.2.7 ada 4", "192.0.3.9 ada 4"],
  },
  {
    name: "by source and user",
    key: "[source, user]",
    mechanism: bucket,
    logins: [
      [attacker, "ada"],
      [elsewhere, "ada"],
      [attacker, "ada"],
      [
        attacker,
        "bob",
      ],
      [attacker, "ada"],
      [attacker, "ada"],
    ],
    accused: ["192.0.2.7 ada 4"],
  },
  {
    name: "by network",
    key: "network",
    mechanism: bucket,
    logins: [
      [attacker, "a"],
      [parseAddress("192.0.2.8"), "b"],
      [
        elsewhere,
        "c",
      ],
      [attacker, "d"],
      [attacker, "e"],
    ],
    accused: ["192.0.2.7 e 4", "192.0.2.8 e 4"],
  },
  {
    name: "different networks of one user",
    key: "user",
    mechanism:
      "{ type: distinct, fields: [network], count: 2, within: 1h, score: 12 }",
    logins: [[attacker, "ada"], [parseAddress("192.0.2.8"), "ada"], [
      elsewhere,
      "bob",
    ], [elsewhere, "ada"]],
    accused: ["192.0.2.7 ada 3", "192.0.2.8 ada 3", "192.0.3.9 ada 3"],
  },
];

for (const { name, key, mechanism, logins, accused } of keyed) {
  Deno.test(`DetectionEngine.observe() counts ${name}`, () => {
    const engine = new DetectionEngine([
      parseScenario("mine.yaml", knocking(key, mechanism)),
    ]);
    const alerts = logins.flatMap(([source, user], index) => [
      ...engine.observe({
        kind: "auth_failure",
        atMs: index * 1_000,
        service: "sshd",
        source,
        user,
      }),
    ]);
    deepEqual(alerts.map(({ summary }) => summary), accused);
  });
}

Deno.test("DetectionEngine.observe() names at most eight sources of a subject", () => {
  const engine = new DetectionEngine([
    parseScenario("mine.yaml", knocking("user", bucket.replace("3", "19"))),
  ]);
  const alerts = ports(20).flatMap((last) => [
    ...engine.observe({
      kind: "auth_failure",
      atMs: last,
      service: "sshd",
      source: parseAddress(`192.0.2.${last}`),
      user: "ada",
    }),
  ]);
  deepEqual(
    alerts.map(({ subject }) => subject.address),
    ports(8).map((last) => `192.0.2.${12 + last}`),
  );
});

Deno.test("DetectionEngine.observe() says when an accused source gets in", () => {
  const engine = new DetectionEngine(scenarios);
  const seen = [
    ...logins(...Array<"root">(7).fill("root")),
    login("ok", 30_000),
    login("ok", 31_000),
  ].flatMap((one) => [...engine.observe(one)]);
  deepEqual(seen.map(({ scenario, technique }) => `${scenario} ${technique}`), [
    "ssh-bruteforce T1110.001",
    "login-after-attack T1078",
  ]);
});

Deno.test("watch() looks for a scenario no more, and begins it anew", () => {
  const engine = new DetectionEngine(scenarios);
  const none = new Set<string>();
  const probes = (from: number, count: number) =>
    ports(count).flatMap((port) =>
      engine.observe(contact(from + port, "refused"))
    )
      .map(({ scenario }) => scenario);
  const all = untilAlert(ports(99).map((port) => contact(port, "refused")));
  // One short of an alert; switched off and on, that is forgotten.
  deepEqual(probes(0, all - 1), []);
  engine.watch(new Set(["port-scan"]), false);
  equal(probes(100, 99).includes("port-scan"), false);
  engine.watch(none, false);
  deepEqual(probes(300, all - 1).filter((name) => name === "port-scan"), []);
  deepEqual(probes(500, 1), ["port-scan"]);
});

Deno.test("watch() leaves alone what goes on, and names nobody knows", () => {
  const engine = new DetectionEngine(scenarios);
  const all = untilAlert(ports(99).map((port) => contact(port, "refused")));
  const seen = ports(all - 1).flatMap((port) =>
    engine.observe(contact(port, "refused"))
  );
  deepEqual(seen, []);
  engine.watch(new Set(["ssh-bruteforce", "no-such-scenario"]), true);
  equal(engine.observe(contact(999, "refused"))[0]?.scenario, "port-scan");
});

Deno.test("watch() off says nothing of anything, and on again sees all of it anew", () => {
  const engine = new DetectionEngine(scenarios);
  const names = new Set(scenarios.map(({ name }) => name));
  const storm = (fromMs: number) => {
    const told = new Set<string>();
    for (let number = 0; number < 120; number++) {
      const source = parseAddress(`203.0.113.${number % 3}`);
      const atMs = fromMs + number * 1_000;
      const seen = [
        login("unknown", atMs, source),
        contact(number + 1, "refused", { atMs, source }),
      ];
      for (const each of seen) {
        for (const { scenario } of engine.observe(each)) told.add(scenario);
      }
    }
    return told;
  };
  const dayMs = 86_400_000;
  const before = storm(0);
  ok(before.has("port-scan") && before.has("ssh-bruteforce"));
  engine.watch(names, false);
  equal(storm(dayMs).size, 0);
  deepEqual(engine.takeTallies(2 * dayMs).size, 1);
  engine.watch(new Set(), false);
  const after = storm(3 * dayMs);
  ok(after.has("port-scan") && after.has("ssh-bruteforce"));
});
