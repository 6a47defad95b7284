import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import type { BugName } from "../../sims/attacks/planted_bug.ts";
import { traitorNames } from "../../sims/attacks/traitor.ts";
import { judge, playOnce } from "../../sims/mesh_run.ts";
import {
  type Character,
  type MeshScenario,
  randomScenario,
} from "../../sims/mesh_scenario.ts";

/**
 * Of the random scenarios, some with every profile and most faults. The longer
 * ones are for CI, which has more time than somebody before a commit.
 */
const seeds = ["1", "7", "8", "23"].concat(
  Deno.env.has("CI") ? ["2", "3", "4", "10", "12", "21"] : [],
);

for (const seed of seeds) {
  const scenario = randomScenario(seed);
  const { profile, members, troubled } = scenario;
  const how = `${members.length} on ${profile}${
    troubled ? ", in trouble" : ""
  }`;
  Deno.test(`judge() finds nothing broken in seed ${seed} (${how}), twice the same`, () => {
    const verdict = judge(scenario, true);
    deepEqual(verdict.breaches, []);
    ok(verdict.words > 0 && verdict.cells > 0);
  });
}

const honest: Character = { driftPpm: 0, dialsOnly: false };

/** Eight members without faults; everybody speaks for half a minute. */
function quiet(
  plays: Partial<Record<number, Character["plays"]>>,
  change: Partial<MeshScenario> = {},
): MeshScenario {
  return {
    seed: "quiet",
    profile: "lan",
    delay: { baseMs: 0.1, jitterMs: 0.05 },
    members: Array.from({ length: 8 }, (_, at) => {
      const part = plays[at];
      return part ? { ...honest, plays: part } : honest;
    }),
    acts: Array.from({ length: 24 }, (_, at) => ({
      type: "publish" as const,
      member: at % 8,
      bytes: 120,
      urgency: 0 as const,
      atMs: 15_000 + 311 * at,
    })),
    troubled: false,
    calmMs: 15_000,
    recoveredMs: 15_000,
    endMs: 27_000,
    deliveryMsMax: 2_500,
    revocationMsMax: 2_500,
    ...change,
  };
}

Deno.test("judge() passes a mesh in which all is well", () => {
  deepEqual(judge(quiet({}), false).breaches, []);
});

for (const name of traitorNames) {
  Deno.test(`judge() passes a mesh with a ${name} in it: the honest do not suffer`, () => {
    deepEqual(judge(quiet({ 3: name }), false).breaches, []);
  });
}

const bugs: { bug: BugName; breach: RegExp }[] = [
  { bug: "extra_cell", breach: /sent twice in slot/ },
  { bug: "late_cells", breach: /at other times when nothing is said/ },
  { bug: "drops", breach: /did not reach/ },
  { bug: "throws", breach: /exception: planted/ },
];

for (const { bug, breach } of bugs) {
  Deno.test(`judge() notices the planted bug ${bug}`, () => {
    match(judge(quiet({ 0: bug }), false).breaches.join("\n"), breach);
  });
}

Deno.test("playOnce() gives other histories to other seeds", () => {
  const short = { endMs: 3_000, acts: [] };
  const one = playOnce(quiet({}, short), true);
  const other = playOnce(quiet({}, { ...short, seed: "other" }), true);
  notEqual(one.history, other.history);
  equal(playOnce(quiet({}, short), true).history, one.history);
});

Deno.test("randomScenario() brings every profile, fault and part within 200 seeds", () => {
  const scenarios = Array.from(
    { length: 200 },
    (_, seed) => randomScenario(String(seed)),
  );
  const kinds = new Set(
    scenarios.flatMap(({ acts, members, profile }) => [
      profile,
      ...acts.map(({ type }) => type),
      ...members.flatMap(({ plays }) => plays ?? []),
      ...members.flatMap(({ dialsOnly }) => dialsOnly ? ["inside"] : []),
    ]),
  );
  for (
    const kind of [
      ...["lan", "wan", "metered", "open", "publish", "cut", "mend", "weather"],
      ...["kill", "crash", "start", "stall", "jump", "disk_full", "revoke"],
      ...[...traitorNames, "inside"],
    ]
  ) ok(kinds.has(kind), kind);
});
