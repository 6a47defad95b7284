import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../../defense/address.ts";
import { ToldWays } from "../../../../defense/detectors/lateral/told_ways.ts";

const source = parseAddress("10.0.200.77");
const dawnMs = Date.UTC(2026, 0, 1);
const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Ten members. */
const faultBound = 2;
const self = "self";

class Ear {
  readonly told = new ToldWays();
  nowMs = dawnMs;
  /** Whether anything was ever asked for. */
  struck = false;

  /** What is asked for after a member's word. */
  hear(node: string, { domain = node, atMs = this.nowMs, f = faultBound } = {}):
    | "caution"
    | "throttle"
    | undefined {
    const way = { node, domain, source, service: "ssh" as const, atMs };
    const measure = this.told.take(way, self, f, this.nowMs)?.measure;
    this.struck ||= measure !== undefined;
    return measure;
  }

  /** The same, one after the other. */
  walk(nodes: readonly string[], stepMs: number, f = faultBound) {
    return nodes.map((node) => {
      const measure = this.hear(node, { f });
      this.nowMs += stepMs;
      return measure;
    });
  }
}

const members = (count: number) =>
  Array.from({ length: count }, (_, index) => `member ${index}`);
/** At which member a measure is first asked for, counted from 1; 0 if never. */
const first = (
  measures: readonly (string | undefined)[],
  measure: string,
): number => measures.indexOf(measure) + 1;

const rows: {
  name: string;
  stepMs: number;
  caution: number;
  throttle: number;
}[] = [
  { name: "in a hurry", stepMs: 10_000, caution: 3, throttle: 5 },
  { name: "every 3 min", stepMs: 3 * minuteMs, caution: 4, throttle: 6 },
  {
    name: "in an afternoon, as with a new laptop",
    stepMs: 25 * minuteMs,
    caution: 10,
    throttle: 12,
  },
  { name: "two a day", stepMs: 12 * 3_600_000, caution: 0, throttle: 0 },
];

for (const { name, stepMs, caution, throttle } of rows) {
  Deno.test(`ToldWays.take() of who goes from member to member ${name}`, () => {
    const measures = new Ear().walk(members(14), stepMs);
    equal(first(measures, "caution"), caution);
    equal(first(measures, "throttle"), throttle);
  });
}

Deno.test("ToldWays.take() trusts what this host saw itself", () => {
  // Its own word, and three others of whom two may lie.
  const measures = new Ear().walk([self, ...members(4)], 1_000);
  deepEqual(measures, [
    undefined,
    undefined,
    undefined,
    "caution",
    "throttle",
  ]);
});

Deno.test("ToldWays.take() hears nothing in the words of f members, or of one rack", () => {
  const measures = new Ear().walk(["liar", "other liar", self], 1_000);
  deepEqual(measures, [undefined, undefined, undefined]);
  const ear = new Ear();
  for (const node of members(9)) {
    equal(ear.hear(node, { domain: "rack" }), undefined);
  }
});

Deno.test("ToldWays.take() needs more words where more may lie", () => {
  const measures = new Ear().walk(members(12), 1_000, 5);
  equal(first(measures, "caution"), 6);
  equal(first(measures, "throttle"), 8);
});

Deno.test("ToldWays.take() says again what goes on after ten minutes, and nothing before", () => {
  const ear = new Ear();
  ear.walk(members(5), 1_000);
  equal(ear.hear("member 5"), undefined);
  ear.nowMs += 10 * minuteMs;
  equal(ear.hear("member 6"), "throttle");
});

Deno.test("ToldWays.take() names where and when", () => {
  const ear = new Ear();
  ear.walk(["a", "b"], 1_000);
  const found = ear.told.take(
    { node: "c", domain: "c", source, service: "rdp", atMs: ear.nowMs },
    self,
    faultBound,
    ear.nowMs,
  );
  deepEqual(
    found?.visits.map(({ node, service, atMs }) => [node, service, atMs]),
    [
      ["a", "ssh", dawnMs],
      ["b", "ssh", dawnMs + 1_000],
      ["c", "rdp", dawnMs + 2_000],
    ],
  );
  ok((found?.score ?? 0) > Math.log(1e5));
});

Deno.test("ToldWays.take() learns who always finds new members, but not from f liars", () => {
  const days = (liars: boolean) => {
    const ear = new Ear();
    let cautions = 0;
    for (let day = 0; day < 14; day++) {
      ear.nowMs = dawnMs + day * dayMs;
      const fresh = members(12).map((name) => `${name} of day ${day}`);
      const nodes = liars ? ["liar", "other liar"] : fresh;
      const said = ear.walk(nodes, 90 * minuteMs);
      if (day > 6) cautions += said.filter(Boolean).length;
    }
    ear.nowMs = dawnMs + 15 * dayMs;
    return { cautions, after: ear.walk(members(10), 25 * minuteMs) };
  };
  const honest = days(false);
  equal(honest.cautions, 0);
  equal(first(honest.after, "caution"), 0);
  equal(first(days(true).after, "caution"), 10);
});

Deno.test("ToldWays.forget() starts a source, or all, from nothing", () => {
  for (const whom of [source, "all"] as const) {
    const ear = new Ear();
    ear.walk(members(2), 1_000);
    ear.told.forget(whom);
    deepEqual(ear.walk(members(2), 1_000), [undefined, undefined]);
  }
});

Deno.test("ToldWays.take() asks for no throttle that honest members alone would not", () => {
  const word = fc.record({
    liar: fc.boolean(),
    who: fc.nat(7),
    pauseMs: fc.integer({ min: 0, max: 20 * minuteMs }),
  });
  fc.assert(fc.property(fc.array(word, { maxLength: 24 }), (words) => {
    const all = new Ear();
    const honest = new Ear();
    for (const { liar, who, pauseMs } of words) {
      all.nowMs += pauseMs;
      honest.nowMs = all.nowMs;
      const node = liar ? `liar ${who % faultBound}` : `member ${who}`;
      // The other hears honest members only, and trusts them all.
      if (!liar) honest.hear(node, { f: 0 });
      if (all.hear(node) === "throttle") ok(honest.struck);
    }
  }));
});

Deno.test("ToldWays.take() keeps its false-alarm rate", () => {
  // Mulberry32: a seed makes a run repeatable.
  let seed = 7;
  const random = () => {
    seed = seed + 0x6d2b79f5 | 0;
    let mixed = Math.imul(seed ^ seed >>> 15, 1 | seed);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
  const ear = new Ear();
  let alarms = 0;
  for (let visit = 0; visit < 100_000; visit++) {
    ear.nowMs += Math.ceil(-Math.log(1 - random()) * dayMs);
    if (ear.hear(`member ${visit % 500}`, { f: 0 }) !== undefined) alarms++;
  }
  // At most one in 33,000 on average; eight are a chance of 1 in 80.
  ok(alarms < 8, `${alarms} alarms`);
});
