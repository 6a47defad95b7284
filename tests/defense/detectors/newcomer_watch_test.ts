import { deepEqual, equal } from "node:assert/strict";
import { type Address, parseAddress } from "../../../defense/address.ts";
import type { Alert } from "../../../defense/alert.ts";
import { DetectionEngine } from "../../../defense/detectors/engine.ts";
import { NewcomerTally } from "../../../defense/detectors/newcomer_tally.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import type { AuthFailure, Observation } from "../../../defense/observation.ts";

const minute = 60_000;
const hour = 60 * minute;
const scenarios = embeddedScenarios().filter(({ name }) =>
  name === "password-spraying"
);

const stranger = (index: number): Address =>
  parseAddress(`198.51.${index >> 8}.${index & 255}`);

function refused(
  source: Address,
  user: string,
  atMs: number,
  more: Partial<AuthFailure> = {},
): Observation {
  return { kind: "auth_failure", atMs, service: "sshd", source, user, ...more };
}

function letIn(source: Address, user: string, atMs: number): Observation {
  return { kind: "auth_success", atMs, service: "sshd", source, user };
}

/** Every subject accused while these are seen, and until four hours later. */
function accused(
  observations: readonly Observation[],
  engine = new DetectionEngine(scenarios),
): string[] {
  const sorted = observations.toSorted((one, other) => one.atMs - other.atMs);
  const end = (sorted.at(-1)?.atMs ?? 0) + 4 * hour;
  const late = letIn(parseAddress("203.0.113.250"), "late", end);
  const alerts: Alert[] = [...sorted, late].flatMap((one) => [
    ...engine.observe(one),
  ]);
  return alerts.map(({ subject }) => subject.address).sort();
}

/** Sources that try an account of their own, three minutes apart. */
const campaign = (count: number, account: (index: number) => string) =>
  Array.from(
    { length: count },
    (_, index) => refused(stranger(index), account(index), index * 3 * minute),
  );
const everybody = (count: number) =>
  Array.from({ length: count }, (_, index) => stranger(index)).sort();

Deno.test("NewcomerWatch finds all sources of a campaign, the first ones too", () => {
  const unique = campaign(40, (index) => `person${index}`);
  deepEqual(accused(unique), everybody(40));
  const few = campaign(40, (index) => `person${index % 8}`);
  deepEqual(accused(few), everybody(40));
  const one = campaign(40, () => "ada");
  // The first is alone when its time is up.
  deepEqual(accused(one).length >= 38, true);
});

Deno.test("NewcomerWatch accuses nobody when seven newcomers give up", () => {
  deepEqual(accused(campaign(7, (index) => `person${index}`)), []);
});

const bystander = parseAddress("203.0.113.9");
const bystanders: { name: string; seen: Observation[] }[] = [
  {
    name: "who gets in after some tries",
    seen: [
      refused(bystander, "ada", hour),
      refused(bystander, "ada", hour + 8_000),
      letIn(bystander, "ada", hour + 30 * minute),
    ],
  },
  {
    name: "who mistypes the own name and gets in later",
    seen: [
      refused(bystander, "dna", hour, { unknownUser: true }),
      refused(bystander, "dan", hour + 9_000),
      letIn(bystander, "dan", hour + 45 * minute),
    ],
  },
  {
    name: "who got in from there before",
    seen: [
      letIn(bystander, "ada", 0),
      refused(bystander, "ada", hour),
      refused(bystander, "bob", hour + minute),
    ],
  },
  {
    name: "a job whose key was taken away",
    seen: [0, 1, 2, 3].map((turn) =>
      refused(bystander, "root", turn * hour, { method: "none" })
    ),
  },
  {
    name: "a check with an old password",
    seen: Array.from(
      { length: 60 },
      (_, turn) => refused(bystander, "monitor", turn * minute),
    ),
  },
  {
    name: "a persistent stranger, who is for another test",
    seen: Array.from(
      { length: 20 },
      (_, turn) => refused(bystander, "zoe", turn * turn * 9_000),
    ),
  },
];

for (const { name, seen } of bystanders) {
  Deno.test(`NewcomerWatch leaves alone ${name}, during a campaign`, () => {
    const around = campaign(40, (index) => `person${index}`);
    deepEqual(accused([...around, ...seen]), everybody(40));
  });
}

Deno.test("NewcomerWatch accuses each source once", () => {
  const engine = new DetectionEngine(scenarios);
  const twice = campaign(30, (index) => `person${index}`);
  equal(accused(twice, engine).length, 30);
  const again = twice.map((one) => ({ ...one, atMs: one.atMs + 10 * hour }));
  deepEqual(accused(again, engine), []);
});

Deno.test("DetectionEngine.addTally() lets hosts see together what none sees alone", () => {
  const all = campaign(16, (index) => `person${index}`);
  const hosts = [0, 1, 2, 3].map((number) => ({
    engine: new DetectionEngine(scenarios),
    seen: all.filter((_, index) => index % 4 === number),
  }));
  for (const { engine, seen } of hosts) deepEqual(accused(seen, engine), []);
  const told = hosts.map(({ engine }) =>
    engine.takeTallies(5 * hour).get("password-spraying")?.encode()
  );
  const found = hosts.flatMap(({ engine }, host) =>
    told.flatMap((bytes, from) => {
      const tally = bytes && NewcomerTally.decode(bytes);
      if (from === host || tally === undefined) return [];
      return [...engine.addTally("password-spraying", tally, 5 * hour)];
    })
  );
  deepEqual(found.map(({ subject }) => subject.address).sort(), everybody(16));
  const [first] = hosts;
  const left = first?.engine.takeTallies(5 * hour).get("password-spraying");
  equal(left?.isEmpty, true);
  deepEqual(first?.engine.addTally("port-scan", new NewcomerTally(), 0), []);
});

/** What a host tells of newcomers that got in, and that never did. */
function tallyOf(resolved: number, accounts: readonly string[]) {
  const tally = new NewcomerTally();
  for (let count = 0; count < resolved; count++) tally.resolve();
  for (const account of accounts) tally.giveUp([account]);
  return tally;
}

Deno.test("DetectionEngine.takeTallies() counts those whose wait is over on a quiet host", () => {
  const engine = new DetectionEngine(scenarios);
  engine.observe(refused(stranger(1), "oracle", hour, { unknownUser: true }));
  const early = engine.takeTallies(hour + 19 * minute);
  equal(early.get("password-spraying")?.unresolved, 0);
  const late = engine.takeTallies(hour + 20 * minute);
  equal(late.get("password-spraying")?.unresolved, 1);
});

Deno.test("DetectionEngine.addTally() cannot hide what this host sees itself", () => {
  const engine = new DetectionEngine(scenarios);
  const seen = campaign(40, (index) => `person${index}`);
  for (const one of seen.slice(0, 5)) engine.observe(one);
  engine.addTally("password-spraying", tallyOf(60_000, []), 16 * minute);
  deepEqual(accused(seen.slice(5), engine).length >= 35, true);
});

Deno.test("DetectionEngine.addTally() forgets accounts tried elsewhere after two days", () => {
  for (const [days, found] of [[0, 1], [1, 1], [2, 0]] as const) {
    const engine = new DetectionEngine(scenarios);
    const atMs = days * 24 * hour + 4 * hour;
    const name = "password-spraying";
    engine.addTally(name, tallyOf(0, ["ada", "ada", "ada"]), 3 * hour);
    // One try at "ada" is part of it an hour later only if others tried her too.
    engine.observe(refused(bystander, "ada", atMs));
    const others = Array.from({ length: 30 }, (_, at) => `person${at}`);
    const alerts = [
      ...engine.addTally(name, tallyOf(0, others), atMs + 61 * minute),
    ];
    equal(alerts.length, found, `${days} days`);
  }
});

Deno.test("DetectionEngine.addTally() slows down on others' words, and blocks on its own newcomers", () => {
  const engine = new DetectionEngine(scenarios);
  const evident = campaign(20, () => "oracle").map((one) => ({
    ...one,
    unknownUser: true,
  }));
  for (const one of evident.slice(0, 2)) engine.observe(one);
  const others = Array.from({ length: 20 }, (_, at) => `person${at}`);
  const name = "password-spraying";
  const onWords = engine.addTally(name, tallyOf(0, others), 30 * minute);
  const kindOf = ({ subject, measure, evidence }: Alert) =>
    `${subject.address} ${measure} ${evidence}`;
  deepEqual(
    onWords.map(kindOf),
    [0, 1].map((index) => `${stranger(index)} throttle E0`),
  );
  // Told again, it is nothing new.
  deepEqual(engine.addTally(name, tallyOf(0, others), 31 * minute), []);
  const later = evident.slice(2).map((one) => ({
    ...one,
    atMs: one.atMs + 30 * minute,
  }));
  const late = letIn(parseAddress("203.0.113.250"), "late", 3 * hour);
  const alerts = [...later, late].flatMap((one) => [...engine.observe(one)]);
  const blocked = new Set(
    alerts.filter(({ measure, evidence }) =>
      measure === "block" && evidence === "E1"
    ).map(({ subject }) => subject.address),
  );
  deepEqual([...blocked].sort(), everybody(20));
});

Deno.test("DetectionEngine.forget() leaves no newcomer to be named later", () => {
  const engine = new DetectionEngine(scenarios);
  const spared = stranger(3);
  const observations = campaign(40, (index) => `person${index % 8}`);
  for (const seen of observations.slice(0, 5)) engine.observe(seen);
  engine.forget(spared);
  deepEqual(
    accused(observations.slice(5), engine),
    everybody(40).filter((source) => source !== spared),
  );
});
