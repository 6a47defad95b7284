import { deepEqual, equal, ok } from "node:assert/strict";
import type { EvidenceClass } from "../../defense/alert.ts";
import {
  alertOf,
  claimPayload,
  dawnMs,
  innocent,
  minuteMs,
  nodeOf,
  Stage,
  villain,
} from "./agent_scene.ts";

const self = 0;

/** Who says what, when (minutes before now); what this host then does. */
const answers: {
  name: string;
  members: number;
  own?: [EvidenceClass, measure: "block" | "throttle" | "none"];
  claims?: [from: number, evidence: EvidenceClass, agoMinutes?: number][];
  measure: string;
}[] = [
  // Design §7, row by row.
  {
    name: "own E0 protects self",
    members: 3,
    own: ["E0", "block"],
    measure: "block",
  },
  {
    name: "own evidence alone, alone",
    members: 1,
    own: ["E1", "throttle"],
    measure: "throttle",
  },
  {
    name: "an alert worth no measure",
    members: 3,
    own: ["E1", "none"],
    measure: "none",
  },
  {
    name: "one alert of words",
    members: 3,
    claims: [[1, "E0"]],
    measure: "caution",
  },
  { name: "one vote", members: 3, claims: [[1, "E1"]], measure: "throttle" },
  {
    name: "one decoy touched",
    members: 3,
    claims: [[1, "E2"]],
    measure: "throttle",
  },
  {
    name: "f+1 votes of 3",
    members: 3,
    claims: [[1, "E1"], [2, "E1"]],
    measure: "block",
  },
  {
    name: "own full detection counts as one",
    members: 3,
    own: ["E1", "throttle"],
    claims: [[1, "E1"]],
    measure: "block",
  },
  {
    name: "both of a pair",
    members: 2,
    own: ["E1", "throttle"],
    claims: [[1, "E1"]],
    measure: "block",
  },
  {
    name: "two votes of 4",
    members: 4,
    claims: [[1, "E1"], [2, "E1"]],
    measure: "block",
  },
  {
    name: "two votes of 7",
    members: 7,
    claims: [[1, "E1"], [2, "E1"]],
    measure: "throttle",
  },
  {
    name: "three votes of 7",
    members: 7,
    claims: [[1, "E1"], [2, "E1"], [3, "E2"]],
    measure: "block",
  },
  {
    name: "three votes of 50",
    members: 50,
    claims: [[1, "E1"], [2, "E1"], [3, "E1"]],
    measure: "throttle",
  },
  {
    name: "four votes of 50",
    members: 50,
    claims: [[1, "E1"], [2, "E1"], [3, "E1"], [4, "E1"]],
    measure: "block",
  },
  {
    name: "five votes of 200",
    members: 200,
    claims: [1, 2, 3, 4, 5].map((from) => [from, "E1"]),
    measure: "throttle",
  },
  {
    name: "six votes of 200",
    members: 200,
    claims: [1, 2, 3, 4, 5, 6].map((from) => [from, "E1"]),
    measure: "block",
  },
  // Hostile rows.
  {
    name: "a liar alone, repeating itself",
    members: 3,
    claims: [[1, "E1", 2], [1, "E2", 1], [1, "E2"]],
    measure: "throttle",
  },
  {
    name: "f liars",
    members: 7,
    claims: [[1, "E2"], [2, "E2"]],
    measure: "throttle",
  },
  {
    name: "the liar of a pair",
    members: 2,
    claims: [[1, "E2"]],
    measure: "throttle",
  },
  {
    name: "words of everybody",
    members: 7,
    claims: [1, 2, 3, 4, 5, 6].map((from) => [from, "E0"]),
    measure: "caution",
  },
  {
    name: "a liar and our own forgeable evidence",
    members: 3,
    own: ["E0", "throttle"],
    claims: [[1, "E1"]],
    measure: "throttle",
  },
  {
    name: "a liar and our own alert worth no measure",
    members: 3,
    own: ["E1", "none"],
    claims: [[1, "E1"]],
    measure: "throttle",
  },
  {
    name: "a stale vote",
    members: 3,
    claims: [[1, "E1", 10.1]],
    measure: "none",
  },
  {
    name: "a vote from the future",
    members: 3,
    claims: [[1, "E1", -2.1]],
    measure: "none",
  },
  {
    name: "a fresh vote and a stale one",
    members: 3,
    claims: [[1, "E1"], [2, "E1", 11]],
    measure: "throttle",
  },
  {
    name: "a stranger's vote",
    members: 3,
    claims: [[9, "E1"]],
    measure: "none",
  },
  {
    name: "our own words come back",
    members: 3,
    claims: [[self, "E1"]],
    measure: "none",
  },
  // The stated limit: one more than f liars do block.
  {
    name: "f+1 colluding liars (the stated limit)",
    members: 7,
    claims: [[1, "E1"], [2, "E1"], [3, "E1"]],
    measure: "block",
  },
];

for (const { name, members, own, claims, measure } of answers) {
  Deno.test(`Agent answers ${name}: ${measure}`, () => {
    const stage = new Stage(self, members);
    if (own) {
      const [evidence, asks] = own;
      stage.detect(alertOf(villain, evidence, dawnMs, asks));
    }
    for (const [from, evidence, ago = 0] of claims ?? []) {
      const atMs = dawnMs - ago * minuteMs;
      stage.hear(from, claimPayload(villain, evidence, atMs));
    }
    equal(stage.measure(villain), measure);
    equal(stage.measure(innocent), "none");
    const blocks = stage.recorded("agreed", "lease")
      .filter(({ detail }) => detail.measure === "block");
    if (own === undefined || own[1] !== "block") {
      equal(blocks.length, measure === "block" ? 1 : 0);
    }
  });
}

Deno.test("Agent survives a wall clock that jumps", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E1", dawnMs, "block"));
  stage.on({ type: "operator_release", subject: "all" });
  stage.nowMs -= 86_400_000;
  stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  equal(stage.measure(villain), "block", "a release from the future is void");
  stage.nowMs -= 86_400_000;
  stage.on({ type: "tick" });
  const [lease] = stage.agent.leases(stage.nowMs);
  ok(lease && lease.untilMs - stage.nowMs <= 10 * minuteMs);
});

Deno.test("Agent.explain() tells the story of a subject", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E0", dawnMs, "block"));
  stage.hear(1, claimPayload(villain, "E1", dawnMs + 1));
  const story = stage.agent.explain(villain, dawnMs + 2, stage.records);
  deepEqual(
    story.votes.map(({ node, name, own, evidence, counts }) => ({
      node,
      name,
      own,
      evidence,
      counts,
    })),
    [
      {
        node: nodeOf(0),
        name: "node-0",
        own: true,
        evidence: "E0",
        counts: false,
      },
      {
        node: nodeOf(1),
        name: "node-1",
        own: false,
        evidence: "E1",
        counts: true,
      },
    ],
  );
  equal(story.have, 1);
  equal(story.needed, 2);
  deepEqual(
    story.leases.map(({ measure, cause, state }) => [measure, cause, state]),
    [["block", "own", "in_force"], ["throttle", "mesh", "in_force"]],
  );
  equal(story.history.length, stage.records.length);
  const { members, faultBound, blockQuorum } = stage.agent.view(dawnMs);
  deepEqual([members, faultBound, blockQuorum], [3, 1, 2]);
});

Deno.test("handle() lets go of whom the never-block list covers now, and tells no one", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E1", stage.nowMs));
  stage.detect(alertOf(innocent, "E1", stage.nowMs));
  equal(stage.kernel.size, 2);
  const published = stage.published.length;
  const listed = [{ network: `${innocent}/32`, reason: "operator's list" }];
  stage.on({ type: "listed", entries: listed });
  deepEqual([...stage.kernel.keys()], [`throttle ${villain}`]);
  equal(stage.published.length, published);
  const { what, subject, detail } = stage.records.at(-1)!;
  deepEqual([what, subject, detail], ["lease", innocent, {
    ended: "never",
  }]);
  equal(
    stage.agent.explain(innocent, stage.nowMs).protectedBy,
    `${innocent} (operator's list)`,
  );
  // Taken off again, it may be contained on what it does from then on.
  stage.on({ type: "listed", entries: [] });
  stage.detect(alertOf(innocent, "E1", stage.nowMs));
  ok(stage.kernel.has(`throttle ${innocent}`));
});
