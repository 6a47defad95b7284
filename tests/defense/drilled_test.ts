import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../defense/address.ts";
import {
  decodeDrillAnswer,
  encodeDrillAnswer,
} from "../../defense/drills/drill_answer.ts";
import { drillMs, drillsPerHourMax } from "../../defense/drills/drill_log.ts";
import {
  claimPayload,
  dawnMs,
  nodeOf,
  payloadOf,
  Stage,
  villain,
} from "./agent_scene.ts";

const nobodys = parseAddress("192.0.2.77");
const idOf = (number: number) => number.toString(16).padStart(16, "0");

function drillPayload(id: number, atMs = dawnMs, subject = nobodys) {
  return payloadOf({ kind: "drill", subject, atMs, id: idOf(id) });
}

/** The first of `count` members begins one, the others hear it. */
function begun(count: number) {
  const stages = Array.from(
    { length: count },
    (_, index) => new Stage(index, count),
  );
  const [first] = stages;
  first!.on({ type: "operator_drill", subject: nobodys, id: idOf(1) });
  const payload = first!.published.at(-1)!;
  for (const other of stages.slice(1)) {
    other.nowMs += 40;
    other.hear(0, payload);
  }
  return { first: first!, others: stages.slice(1) };
}

Deno.test("everybody answers a drill with what it would do, and does nothing", () => {
  const { first, others } = begun(4);
  for (const [index, other] of others.entries()) {
    equal(other.kernel.size, 0);
    const [told] = other.told;
    equal(told?.to, nodeOf(0));
    deepEqual(decodeDrillAnswer(told!.payload), {
      drill: idOf(1),
      heardMs: dawnMs + 40,
      mode: "enforce",
      would: "throttle",
      needed: 2,
      protected: false,
    });
    const [entry] = other.recorded("claimed", "drill");
    equal(entry?.node, nodeOf(0));
    equal(entry?.detail["exercise"], true);
    first.nowMs += 100;
    first.on({ type: "told", from: nodeOf(index + 1), payload: told!.payload });
  }
  const answers = first.recorded("claimed", "drill_answer");
  deepEqual(
    answers.map(({ node, detail }) => [node, detail["answeredMs"]]),
    [[nodeOf(1), 100], [nodeOf(2), 200], [nodeOf(3), 300]],
  );
  const [ended] = first.recorded("system", "drill_ended");
  deepEqual(ended?.detail, {
    exercise: true,
    drill: idOf(1),
    of: 3,
    heard: 3,
    silent: [],
  });
});

Deno.test("a drill ends when its time is over, and says who is silent", () => {
  const { first, others } = begun(3);
  const [told] = others[0]!.told;
  first.on({ type: "told", from: nodeOf(1), payload: told!.payload });
  first.pass(drillMs - 1);
  equal(first.recorded("system", "drill_ended").length, 0);
  first.pass(1);
  const [ended] = first.recorded("system", "drill_ended");
  deepEqual(ended?.detail["silent"], [nodeOf(2)]);
  equal(ended?.detail["heard"], 1);
  // Who is late is still written down, but ends nothing twice.
  const [late] = others[1]!.told;
  first.on({ type: "told", from: nodeOf(2), payload: late!.payload });
  equal(first.recorded("claimed", "drill_answer").length, 2);
  equal(first.recorded("system", "drill_ended").length, 1);
});

Deno.test("every receiver refuses an address that may be somebody's", () => {
  const stage = new Stage(0, 3);
  const somebody = parseAddress("8.8.8.8");
  stage.hear(1, drillPayload(1, dawnMs, somebody));
  equal(stage.count("rejected_drill_address"), 1);
  deepEqual([stage.told, stage.records], [[], []]);
});

Deno.test("a member holds a few drills an hour, as its receivers count", () => {
  const stage = new Stage(0, 3);
  for (let number = 0; number < drillsPerHourMax + 3; number++) {
    stage.hear(1, drillPayload(number));
  }
  equal(stage.told.length, drillsPerHourMax);
  equal(stage.count("rejected_drill_too_many"), 3);
  stage.hear(1, drillPayload(0));
  equal(stage.count("rejected_drill_repeated"), 1);
  // Another member has its own hour, and the hour ends.
  stage.hear(2, drillPayload(90));
  stage.pass(3_600_000);
  stage.hear(1, drillPayload(91, stage.nowMs));
  equal(stage.told.length, drillsPerHourMax + 2);
});

Deno.test("a drill is refused with the reason and the way on", () => {
  const refusal = (stage: Stage, subject = nobodys) =>
    stage.agent.drillRefusal(subject, stage.nowMs)?.refused ?? "";
  match(refusal(new Stage(0, 1)), /only member/);
  const stage = new Stage(0, 3);
  match(refusal(stage, parseAddress("10.0.0.9")), /may be somebody's; take/);
  equal(refusal(stage), "");
  stage.on({ type: "operator_drill", subject: nobodys, id: idOf(1) });
  match(refusal(stage), /under way; wait/);
  // What is refused is not begun either.
  stage.on({ type: "operator_drill", subject: nobodys, id: idOf(2) });
  equal(stage.published.length, 1);
  for (let number = 2; number <= drillsPerHourMax; number++) {
    stage.pass(drillMs);
    stage.on({ type: "operator_drill", subject: nobodys, id: idOf(number) });
  }
  stage.pass(drillMs);
  match(refusal(stage), /four within the hour; try again in \d+ min/);
  const accused = new Stage(0, 3);
  accused.hear(1, claimPayload(nobodys, "E1", dawnMs));
  match(refusal(accused), /has something against 192\.0\.2\.77/);
});

Deno.test("explain() says for an hour that it was an exercise", () => {
  const { others } = begun(2);
  const [other] = others;
  const { exercise, votes, leases } = other!.agent.explain(
    nobodys,
    other!.nowMs,
  );
  deepEqual(exercise, { node: nodeOf(0), atMs: dawnMs + 40 });
  deepEqual([votes, leases], [[], []]);
  other!.pass(3_600_000);
  equal(other!.agent.explain(nobodys, other!.nowMs).exercise, undefined);
});

Deno.test("answers of strangers, to nothing, or twice count for nothing", () => {
  const { first, others } = begun(3);
  const { payload } = others[0]!.told[0]!;
  first.on({ type: "told", from: nodeOf(9), payload });
  equal(first.recorded("claimed", "drill_answer").length, 0);
  first.on({ type: "told", from: nodeOf(1), payload });
  first.on({ type: "told", from: nodeOf(1), payload });
  equal(first.recorded("claimed", "drill_answer").length, 1);
  const other = encodeDrillAnswer({
    ...decodeDrillAnswer(payload)!,
    drill: idOf(7),
  });
  first.on({ type: "told", from: nodeOf(2), payload: other });
  equal(first.count("rejected_drill_answer"), 2);
  first.on({ type: "told", from: nodeOf(2), payload: Uint8Array.of(1, 2) });
  equal(first.count("ignored_told"), 1);
});

// The guarantee: with drills in between, an agent decides as without them.
Deno.test("drills change nothing of what is decided", () => {
  const addresses = [villain, nobodys, parseAddress("2001:db8::5")];
  const step = fc.record({
    from: fc.integer({ min: 1, max: 3 }),
    about: fc.constantFrom(...addresses),
    evidence: fc.constantFrom("E0", "E1", "E2"),
    drill: fc.boolean(),
    passMs: fc.constantFrom(0, 500, 61_000, 700_000),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
    const with_ = new Stage(0, 4);
    const without = new Stage(0, 4);
    let drills = 0;
    for (const { from, about, evidence, drill, passMs } of steps) {
      if (drill) {
        const before = with_.published.length;
        with_.hear(from, drillPayload(drills++, with_.nowMs, about));
        ok(with_.last.every((type) => type === "tell" || type === "record"));
        equal(with_.published.length, before);
      } else {
        for (const stage of [with_, without]) {
          stage.hear(from, claimPayload(about, evidence, stage.nowMs));
        }
      }
      with_.pass(passMs);
      without.pass(passMs);
    }
    deepEqual([...with_.kernel], [...without.kernel]);
    deepEqual([...with_.priors], [...without.priors]);
    const words = (stage: Stage) =>
      stage.records.filter(({ detail }) => detail["exercise"] !== true);
    deepEqual(words(with_), words(without));
    for (const address of addresses) {
      const { exercise: _, ...said } = with_.agent.explain(
        address,
        with_.nowMs,
      );
      deepEqual(said, without.agent.explain(address, without.nowMs));
    }
  }));
});
