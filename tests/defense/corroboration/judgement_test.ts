import { deepEqual, equal, ok } from "node:assert/strict";
import type { Address } from "../../../defense/address.ts";
import {
  alertOf,
  claimPayload,
  dawnMs,
  memberAddress,
  membersOf,
  minuteMs,
  payloadOf,
  Stage,
  villain,
} from "../agent_scene.ts";

const self = 0;

const members: { name: string; subject: Address }[] = [
  { name: "a member", subject: memberAddress(2) },
  { name: "our own address", subject: memberAddress(self) },
];
for (const { name, subject } of members) {
  Deno.test(`Agent takes no measure on votes about ${name}`, () => {
    const stage = new Stage(self, 4);
    for (const from of [1, 2, 3]) {
      stage.hear(from, claimPayload(subject, "E2", dawnMs));
    }
    equal(stage.measure(subject), "none");
    equal(stage.priors.has(subject), false);
    stage.detect(alertOf(subject, "E1", dawnMs, "block"));
    equal(stage.measure(subject), "none");
    equal(stage.recorded("refused", "lease").length, 1);
    equal(stage.published.length, 1, "the claim is still told");
    const { protectedBy, votes, leases } = stage.agent
      .explain(subject, dawnMs);
    ok(protectedBy?.startsWith("mesh member node-"));
    equal(votes.length, 4);
    deepEqual(leases, []);
  });
}

Deno.test("Agent doubles a lease with fresh evidence only", () => {
  const stage = new Stage(self, 3);
  const first = dawnMs;
  stage.detect(alertOf(villain, "E1", first, "block"));
  equal(stage.minutes(villain), 10);
  stage.pass(5 * minuteMs);
  stage.detect(alertOf(villain, "E1", first, "block"));
  equal(stage.minutes(villain), 5, "old evidence");
  stage.detect(alertOf(villain, "E0", stage.nowMs, "block"));
  equal(stage.minutes(villain), 5, "may be the echo of our own block");
  stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  equal(stage.minutes(villain), 20);
  for (let round = 0; round < 6; round++) {
    stage.pass(2 * minuteMs);
    stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  }
  equal(stage.minutes(villain), 240);
});

Deno.test("Agent lengthens the network's lease only with evidence of its own", () => {
  const stage = new Stage(self, 4);
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs));
  }
  equal(stage.minutes(villain), 10);
  stage.pass(5 * minuteMs);
  for (const from of [1, 2, 3]) {
    stage.hear(from, claimPayload(villain, "E1", stage.nowMs));
  }
  equal(stage.minutes(villain), 5, "a quorum of liars could say so too");
  stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  equal(stage.minutes(villain), 20);
});

Deno.test("Agent keeps a lease whose votes expire, and drops it on withdrawal", () => {
  const stage = new Stage(self, 4);
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs - 5 * minuteMs));
  }
  stage.pass(6 * minuteMs);
  equal(stage.measure(villain), "block");
  deepEqual(
    stage.agent.explain(villain, stage.nowMs).votes.map(({ counts }) => counts),
    [false, false],
  );
  const withdraw = { kind: "withdraw", subject: villain } as const;
  const replay = payloadOf({ ...withdraw, atMs: dawnMs - 6 * minuteMs });
  stage.hear(2, replay);
  equal(stage.measure(villain), "block", "withdrawn before it was said");
  stage.hear(3, payloadOf({ ...withdraw, atMs: stage.nowMs }));
  equal(stage.measure(villain), "block", "never said it");
  stage.hear(2, payloadOf({ ...withdraw, atMs: stage.nowMs }));
  equal(stage.measure(villain), "throttle");
  equal(stage.minutes(villain), 4, "until the same end");
  stage.hear(1, payloadOf({ ...withdraw, atMs: stage.nowMs }));
  equal(stage.measure(villain), "none");
});

Deno.test("Agent keeps its own measure when the network's falls", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E1", dawnMs, "throttle"));
  stage.hear(1, claimPayload(villain, "E1", dawnMs));
  equal(stage.measure(villain), "block");
  stage.hear(
    1,
    payloadOf({ kind: "withdraw", subject: villain, atMs: dawnMs }),
  );
  equal(stage.measure(villain), "throttle");
});

Deno.test("Agent drops what rests on a revoked member's word", () => {
  const stage = new Stage(self, 4);
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs));
  }
  equal(stage.measure(villain), "block");
  const revoked = membersOf(4).map((member, index) => ({
    ...member,
    revoked: index === 2,
  }));
  stage.on({ type: "roster", members: revoked });
  equal(stage.measure(villain), "throttle");
  stage.hear(2, claimPayload(villain, "E1", dawnMs + 1));
  equal(stage.measure(villain), "throttle");
  equal(stage.count("rejected_stranger"), 1);
});

Deno.test("Agent lets go of an address that becomes a member's", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(memberAddress(3), "E1", dawnMs, "block"));
  equal(stage.measure(memberAddress(3)), "block");
  stage.on({ type: "roster", members: membersOf(4) });
  equal(stage.measure(memberAddress(3)), "none");
});

Deno.test("Agent hints voters to the detectors, at most 2·ln 4", () => {
  const stage = new Stage(self, 7);
  stage.hear(1, claimPayload(villain, "E0", dawnMs));
  equal(stage.priors.get(villain), undefined, "words are no votes");
  const nats: (number | undefined)[] = [];
  for (const from of [2, 3, 4]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs));
    nats.push(stage.priors.get(villain));
  }
  deepEqual(nats, [Math.log(4), 2 * Math.log(4), 2 * Math.log(4)]);
  stage.pass(10 * minuteMs + 1);
  equal(stage.priors.get(villain), 0);
});
