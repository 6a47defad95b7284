import { deepEqual, equal, ok } from "node:assert/strict";
import {
  alertOf,
  claimPayload,
  dawnMs,
  memberAddress,
  minuteMs,
  nodeOf,
  Stage,
} from "../agent_scene.ts";

const accused = nodeOf(6);
const address = memberAddress(6);

/** Seven members, of whom five have seen what the seventh did. */
function agreed(): Stage {
  const stage = new Stage(0, 7);
  stage.detect(alertOf(address, "E1", stage.nowMs));
  for (const voter of [1, 2, 3, 4]) {
    stage.hear(voter, claimPayload(address, "E1", stage.nowMs));
  }
  return stage;
}

Deno.test("a quarantine is agreed on, done, and over after ten minutes", () => {
  const stage = agreed();
  ok(stage.last.includes("quarantine"));
  equal(stage.agent.explain(address, stage.nowMs).quarantine?.state, "asked");
  stage.on({
    type: "quarantine_outcome",
    member: accused,
    outcome: { applied: true },
  });
  const { quarantine, needed, member } = stage.agent.explain(
    address,
    stage.nowMs,
  );
  equal(quarantine?.state, "in_force");
  equal(quarantine?.untilMs, dawnMs + 10 * minuteMs);
  equal(needed, 5);
  equal(member, accused);
  stage.pass(10 * minuteMs);
  equal(stage.agent.explain(address, stage.nowMs).quarantine, undefined);
  deepEqual(
    stage.records.filter(({ what }) => what === "quarantine")
      .map(({ stage }) => stage),
    ["agreed", "done", "undone"],
  );
});

Deno.test("a quarantine that only would be is written down and nothing else", () => {
  const stage = agreed();
  stage.on({
    type: "quarantine_outcome",
    member: accused,
    outcome: { applied: false, refusal: { code: "observe" } },
  });
  equal(stage.agent.explain(address, stage.nowMs).quarantine?.state, "would");
  deepEqual(stage.agent.view(stage.nowMs).quarantines, [{
    member: accused,
    subject: address,
    sinceMs: dawnMs,
    untilMs: dawnMs + 10 * minuteMs,
    state: "would",
  }]);
  equal(stage.recorded("refused", "quarantine")[0]?.detail.code, "observe");
  stage.pass(10 * minuteMs);
  equal(stage.recorded("undone", "quarantine").length, 0);
});

Deno.test("whom an operator lets back in is not cut off on the same votes again", () => {
  const stage = agreed();
  const outcome = { applied: true } as const;
  stage.on({ type: "quarantine_outcome", member: accused, outcome });
  stage.on({ type: "operator_readmit", member: accused });
  equal(
    stage.agent.explain(address, stage.nowMs).quarantine?.state,
    "released",
  );
  stage.hear(5, claimPayload(address, "E1", stage.nowMs));
  equal(stage.last.includes("quarantine"), false);
  stage.on({ type: "quarantine_outcome", member: accused, outcome });
  equal(
    stage.agent.explain(address, stage.nowMs).quarantine?.state,
    "released",
  );
  stage.pass(10 * minuteMs);
  equal(stage.recorded("undone", "quarantine").length, 1);
});

const endings = [
  { name: "is cut off", release: false, second: false },
  { name: "was let back in", release: true, second: true },
];

for (const { name, release, second } of endings) {
  Deno.test(`of seven members one at a time is cut off: a second one while the first ${name}`, () => {
    const stage = agreed();
    const outcome = { applied: true } as const;
    stage.on({ type: "quarantine_outcome", member: accused, outcome });
    if (release) stage.on({ type: "operator_readmit", member: accused });
    const other = memberAddress(5);
    stage.detect(alertOf(other, "E1", stage.nowMs));
    for (const voter of [1, 2, 3, 4]) {
      stage.hear(voter, claimPayload(other, "E1", stage.nowMs));
    }
    equal(stage.last.includes("quarantine"), second);
  });
}

Deno.test("the accused does nothing about itself", () => {
  const stage = new Stage(6, 7);
  for (const voter of [0, 1, 2, 3, 4, 5]) {
    stage.hear(voter, claimPayload(address, "E1", stage.nowMs));
  }
  equal(stage.recorded("agreed", "quarantine").length, 0);
});
