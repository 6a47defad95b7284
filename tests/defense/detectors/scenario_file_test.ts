import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import {
  loadScenarios,
  parseScenario,
  ScenarioError,
} from "../../../defense/detectors/scenario_file.ts";

const good = `name: knocking
title: Knocking
technique: T1046
evidence: E0
filter: { kind: connection, port: 23 }
key: source
mechanism:
  type: leaky_bucket
  capacity: 2
  leak: 10s
  score: 12
measure: throttle
for: 5m
quiet: 1m
summary: "{subject} knocked {count} times"
sample:
  - title: one
    log: x
    alerts: []
`;

Deno.test("parseScenario() reads durations as milliseconds and one as many", () => {
  const scenario = parseScenario("knocking.yaml", good);
  equal(scenario.for, 300_000);
  deepEqual(scenario.filter, { kind: ["connection"], port: [23] });
});

const rows: { name: string; text: string; at: string; reason: RegExp }[] = [
  {
    name: "a word that is none",
    text: good.replace("port: 23", "prot: 23"),
    at: "5:29",
    reason: /prot/,
  },
  {
    name: "an impossible port",
    text: good.replace("port: 23", "port: 99999"),
    at: "5:35",
    reason: /filter\.port/,
  },
  {
    name: "a time without a unit",
    text: good.replace("leak: 10s", "leak: 10"),
    at: "10:9",
    reason: /mechanism\.leak/,
  },
  {
    name: "a lease that is too long",
    text: good.replace("for: 5m", "for: 5h"),
    at: "13:6",
    reason: /4h/,
  },
  {
    name: "an unknown mechanism",
    text: good.replace("leaky_bucket", "guessing"),
    at: "8:9",
    reason: /mechanism\.type/,
  },
  {
    name: "something missing",
    text: good.replace("technique: T1046\n", ""),
    at: "1:1",
    reason: /technique/,
  },
  {
    name: "broken YAML",
    text: good.replace("[]", "["),
    at: "20:1",
    reason: /./,
  },
  { name: "nothing", text: "", at: "1:1", reason: /./ },
  { name: "a list", text: "- 1\n", at: "1:1", reason: /./ },
  {
    name: "the same key twice",
    text: good + "name: again\n",
    at: "20:1",
    reason: /unique/,
  },
  {
    name: "far too much",
    text: "#".repeat(70_000),
    at: "1:1",
    reason: /longer/,
  },
  {
    name: "an alias that grows",
    text: `a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b]\n`,
    at: "1:1",
    reason: /./,
  },
];

for (const { name, text, at, reason } of rows) {
  Deno.test(`parseScenario() says where it found ${name}`, () => {
    const { scenarios, errors } = loadScenarios([["my.yaml", text], [
      "good.yaml",
      good,
    ]]);
    const [error] = errors;
    equal(error instanceof ScenarioError, true);
    equal(`${error?.line}:${error?.column}`, at, error?.message);
    equal(reason.test(error?.reason ?? ""), true, error?.reason);
    equal(
      error?.message.startsWith(`Cannot read scenario my.yaml:${at}: `),
      true,
    );
    equal(scenarios.length, 1, "the others load");
  });
}

Deno.test("loadScenarios() lets a later file replace one of the same name", () => {
  const { scenarios } = loadScenarios([["a", good], [
    "b",
    good.replace("title: Knocking", "title: Mine"),
  ]]);
  deepEqual(scenarios.map(({ title }) => title), ["Mine"]);
});

Deno.test("parseScenario() does nothing but accept or reject", () => {
  const lines = good.split("\n");
  const edit = fc.tuple(
    fc.nat(lines.length - 1),
    fc.constantFrom(
      "",
      "- x",
      "  : ",
      "&a *a",
      "? [",
      "\t",
      "!!js x",
      "{}",
      "0",
    ),
  );
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 3 }), (edits) => {
      const text = [...lines];
      for (const [index, replacement] of edits) text[index] = replacement;
      try {
        parseScenario("x.yaml", text.join("\n"));
      } catch (error) {
        equal(error instanceof ScenarioError, true, String(error));
      }
    }),
    { numRuns: 200 },
  );
});
