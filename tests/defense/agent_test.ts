import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { type Address, parseAddress } from "../../defense/address.ts";
import type { EvidenceClass } from "../../defense/alert.ts";
import type { Refusal } from "../../defense/lease.ts";
import {
  alertOf,
  claimPayload,
  dawnMs,
  innocent,
  memberAddress,
  membersOf,
  minuteMs,
  nodeOf,
  payloadOf,
  Stage,
  villain,
} from "./agent_scene.ts";

const self = 0;
const other = (index: number) => parseAddress(`192.0.2.${index}`);

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

Deno.test("Agent asks the kernel first, then tells, then writes", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E1", dawnMs));
  equal(stage.last[0], "apply");
  const firstRecord = stage.last.indexOf("record");
  ok(stage.last.indexOf("publish") < firstRecord);
  equal(stage.last.lastIndexOf("apply"), 0);
  equal(stage.published.length, 1);
  deepEqual(
    stage.records.map(({ stage: at, what }) => `${at} ${what}`),
    ["done lease", "seen alert", "claimed claim"],
  );
  equal(stage.recorded("done", "lease")[0]?.detail.latencyMs, 4);
});

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

Deno.test("Agent says of a protected attacker that it is protected", () => {
  const stage = new Stage(self, 3);
  const refusal: Refusal = { code: "never_block", matched: "gateway" };
  stage.refuse = () => refusal;
  stage.detect(alertOf(villain, "E1", dawnMs, "block"));
  equal(stage.measure(villain), "none");
  equal(stage.published.length, 1, "the claim is still told");
  const [refused] = stage.recorded("refused", "lease");
  equal(refused?.detail.code, "never_block");
  equal(refused?.detail.matched, "gateway");
  equal(stage.agent.explain(villain, dawnMs).protectedBy, "gateway");
  deepEqual(stage.agent.leases(dawnMs), []);
  stage.pass(2 * minuteMs);
  stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  const [, again] = stage.recorded("seen", "alert");
  equal(again?.detail.protectedBy, "gateway");
  // Others' votes do not even ask the kernel again.
  const before = stage.count("refused_never_block");
  stage.hear(1, claimPayload(villain, "E1", stage.nowMs));
  equal(stage.count("refused_never_block"), before);
});

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

Deno.test("Agent renews the network's lease only by a fresh quorum", () => {
  const stage = new Stage(self, 4);
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs));
  }
  equal(stage.minutes(villain), 10);
  stage.pass(5 * minuteMs);
  stage.hear(1, claimPayload(villain, "E1", stage.nowMs));
  equal(stage.minutes(villain), 5, "one node cannot prolong a block");
  stage.hear(3, claimPayload(villain, "E1", stage.nowMs));
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

Deno.test("Agent hears at most 20 subjects an hour from one signer", () => {
  const stage = new Stage(self, 3);
  for (let index = 1; index <= 30; index++) {
    stage.hear(1, claimPayload(other(index), "E1", dawnMs));
  }
  equal(stage.kernel.size, 20);
  equal(stage.count("rejected_budget"), 10);
  stage.hear(2, claimPayload(other(30), "E1", dawnMs));
  equal(stage.measure(other(30)), "throttle", "another signer is heard");
});

Deno.test("Agent keeps its voice although a stranger forges sources", () => {
  const stage = new Stage(self, 3);
  for (let index = 1; index <= 30; index++) {
    stage.detect(alertOf(other(index), "E0", dawnMs, "block"));
  }
  equal(stage.published.length, 10);
  equal(stage.kernel.size, 30, "this host is protected all the same");
  stage.detect(alertOf(villain, "E1", dawnMs));
  equal(stage.published.length, 11);
});

Deno.test("Agent tells a subject again after a minute, or with more", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E0", dawnMs));
  stage.detect(alertOf(villain, "E0", dawnMs + 1));
  equal(stage.published.length, 1);
  stage.detect(alertOf(villain, "E1", dawnMs + 2));
  equal(stage.published.length, 2);
  stage.pass(minuteMs);
  stage.detect(alertOf(villain, "E1", stage.nowMs));
  equal(stage.published.length, 3);
  stage.detect(alertOf(parseAddress("127.0.0.9"), "E1", stage.nowMs));
  equal(stage.published.length, 3, "loopback means nothing elsewhere");
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

Deno.test("Agent in observe computes the same and says what it would do", () => {
  const stage = new Stage(self, 3, { mode: "observe" });
  stage.refuse = () =>
    stage.agent.mode === "observe" ? { code: "observe" } : undefined;
  stage.detect(alertOf(villain, "E1", dawnMs, "block"));
  equal(stage.last[0], "apply");
  equal(stage.measure(villain), "none");
  const [refused] = stage.recorded("refused", "lease");
  equal(refused?.detail.code, "observe");
  equal(refused?.detail.measure, "block");
  deepEqual(
    stage.agent.leases(dawnMs).map(({ measure, state }) => [measure, state]),
    [["block", "would"]],
  );
  equal(stage.published.length, 1, "others are told");
  stage.on({ type: "set_mode", mode: "enforce" });
  equal(stage.measure(villain), "block");
  stage.on({ type: "set_mode", mode: "observe" });
  equal(stage.measure(villain), "none");
});

Deno.test("Agent takes over what the kernel still holds", () => {
  const stage = new Stage(self, 3);
  const untilMs = dawnMs + 7 * minuteMs;
  const held = [
    { subject: villain, measure: "block", untilMs, cause: "mesh" },
    { subject: innocent, measure: "throttle", untilMs: dawnMs, cause: "own" },
    { subject: memberAddress(1), measure: "block", untilMs, cause: "own" },
  ] as const;
  stage.on({ type: "held", leases: held });
  deepEqual(stage.last.filter((type) => type === "apply"), []);
  deepEqual(
    stage.agent.leases(dawnMs).map(({ subject, untilMs, state }) => ({
      subject,
      untilMs,
      state,
    })),
    [{ subject: villain, untilMs, state: "in_force" }],
  );
  ok(stage.last.includes("release"), "a member's address is let go");
  // Nobody's withdrawal undoes what we cannot attribute any more.
  stage.hear(
    1,
    payloadOf({ kind: "withdraw", subject: villain, atMs: dawnMs }),
  );
  equal(stage.agent.leases(dawnMs).length, 1);
  stage.pass(7 * minuteMs);
  deepEqual(stage.agent.leases(stage.nowMs), []);
  equal(stage.recorded("undone", "lease").at(-1)?.detail.ended, "expired");
});

Deno.test("Agent obeys the operator's contain and release", () => {
  const stage = new Stage(self, 3);
  const contain = { type: "operator_contain", subject: villain } as const;
  stage.on({ ...contain, measure: "block", forMs: 30 * minuteMs });
  equal(stage.minutes(villain), 30);
  throws(
    () => stage.on({ ...contain, measure: "block", forMs: 0 }),
    RangeError,
  );
  throws(
    () => stage.on({ ...contain, measure: "block", forMs: NaN }),
    RangeError,
  );
  stage.hear(1, claimPayload(villain, "E1", dawnMs));
  stage.detect(alertOf(villain, "E1", dawnMs));
  equal(stage.recorded("operator", "contain").length, 1);

  stage.pass(minuteMs);
  stage.on({ type: "operator_release", subject: villain });
  equal(stage.measure(villain), "none");
  equal(stage.recorded("operator", "release").length, 1);
  equal(stage.recorded("undone", "lease").at(-1)?.detail.ended, "operator");
  stage.hear(2, claimPayload(villain, "E1", stage.nowMs - 1));
  stage.detect(alertOf(villain, "E1", stage.nowMs - 1, "block"));
  equal(stage.measure(villain), "none", "old evidence was judged");
  equal(stage.count("dismissed"), 2);
  stage.detect(alertOf(villain, "E1", stage.nowMs + 1, "block"));
  equal(stage.measure(villain), "block", "new evidence counts again");
  equal(stage.minutes(villain), 10);
});

Deno.test("Agent's release takes its vote back elsewhere", () => {
  const here = new Stage(self, 3);
  const there = new Stage(2, 3);
  here.detect(alertOf(villain, "E1", dawnMs));
  there.hear(self, here.published[0] ?? new Uint8Array());
  there.hear(1, claimPayload(villain, "E1", dawnMs));
  equal(there.measure(villain), "block");
  here.on({ type: "operator_release", subject: villain });
  there.hear(self, here.published[1] ?? new Uint8Array());
  equal(there.measure(villain), "throttle");
});

Deno.test("Agent believes a release everywhere only with the operator's signature", () => {
  const seal = new Uint8Array(64).fill(7);
  const operator = {
    verify: (_: Uint8Array, signature: Uint8Array) => signature[0] === 7,
    sign: () => seal,
  };
  const rows = [
    { name: "signed", signature: seal, measure: "none" },
    { name: "forged", signature: new Uint8Array(64), measure: "block" },
    { name: "unsigned", signature: undefined, measure: "block" },
  ];
  for (const { name, signature, measure } of rows) {
    for (const subject of [villain, "all"] as const) {
      const stage = new Stage(self, 4, { operator });
      for (const from of [1, 2]) {
        stage.hear(from, claimPayload(villain, "E1", dawnMs));
      }
      stage.nowMs += 1_000;
      const release = { kind: "release", subject, atMs: dawnMs + 500 } as const;
      stage.hear(3, payloadOf({ ...release, ...(signature && { signature }) }));
      equal(stage.measure(villain), measure, `${name} ${subject}`);
    }
  }
  const stage = new Stage(self, 4, { operator });
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs + 2_000));
  }
  stage.nowMs += 3_000;
  const late = { kind: "release", subject: villain, atMs: dawnMs } as const;
  stage.hear(3, payloadOf({ ...late, signature: seal }));
  equal(stage.measure(villain), "block", "replayed, but evidence is newer");
});

Deno.test("Agent counts what it cannot read and goes on", () => {
  const stage = new Stage(self, 3);
  stage.hear(1, Uint8Array.of(1, 2, 3));
  stage.hear(1, new Uint8Array(0));
  equal(stage.count("rejected_unreadable"), 2);
  equal(stage.kernel.size, 0);
});

Deno.test("Agent writes at most 240 entries an hour for one member", () => {
  const stage = new Stage(self, 3);
  for (let round = 0; round < 1_000; round++) {
    const subject = other(1 + round % 20);
    stage.hear(1, claimPayload(subject, "E1", stage.nowMs));
    stage.hear(1, payloadOf({ kind: "withdraw", subject, atMs: stage.nowMs }));
    stage.nowMs += 3_500;
  }
  const written = stage.records.filter(({ stage: at }) =>
    at !== "done" && at !== "refused"
  );
  ok(written.length <= 2 * 240, `${written.length} entries`);
  ok(stage.count("unrecorded") > 0);
});

Deno.test("Agent asks again when the firewall failed", () => {
  const stage = new Stage(self, 3);
  stage.refuse = () => ({ code: "firewall", detail: "nft_missing" });
  stage.detect(alertOf(villain, "E1", dawnMs, "block"));
  equal(stage.agent.leases(dawnMs)[0]?.state, "failed");
  stage.refuse = () => undefined;
  stage.pass(4_000);
  equal(stage.measure(villain), "none");
  stage.pass(1_000);
  equal(stage.measure(villain), "block");
});

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
