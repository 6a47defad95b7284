import { deepEqual, equal, ok } from "node:assert/strict";
import { parseAddress } from "../../defense/address.ts";
import {
  alertOf,
  dawnMs,
  minuteMs,
  Stage,
  stranger,
  villain,
} from "./agent_scene.ts";

const self = 0;

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

Deno.test("Agent keeps its voice although a stranger forges sources", () => {
  const stage = new Stage(self, 3);
  for (let index = 1; index <= 30; index++) {
    stage.detect(alertOf(stranger(index), "E0", dawnMs, "block"));
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

Deno.test("Agent says of someone on the never-block list that it is protected", () => {
  const neverBlock = [{ network: "192.0.2.0/24", reason: "operator's list" }];
  const stage = new Stage(self, 3, { neverBlock });
  const listed = parseAddress("192.0.2.7");
  const words = "192.0.2.0/24 (operator's list)";
  stage.detect(alertOf(listed, "E1", dawnMs));
  const [first] = stage.recorded("seen", "alert");
  equal(first?.detail.protectedBy, words, "although nobody has refused yet");
  equal(stage.agent.explain(listed, dawnMs).protectedBy, words);
  equal(stage.last[0], "apply", "containment decides, not the words");
  stage.detect(alertOf(villain, "E1", dawnMs));
  const [, other] = stage.recorded("seen", "alert");
  equal(other?.detail.protectedBy, undefined);
});

Deno.test("Agent tells first what a quorum lacks, cautions last", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(stranger(1), "E0", dawnMs));
  stage.detect(alertOf(villain, "E1", dawnMs));
  deepEqual(stage.urgencies, [2, 0]);
  // With three members two votes are a quorum: the third is one more.
  for (const other of [1, 2]) {
    const there = new Stage(other, 3);
    there.detect(alertOf(stranger(2), "E1", dawnMs));
    stage.hear(other, there.published[0]!);
  }
  stage.detect(alertOf(stranger(2), "E1", dawnMs));
  deepEqual(stage.urgencies, [2, 0, 1]);
});

Deno.test("Agent takes unproved evidence for an echo while it steers", () => {
  const stage = new Stage(self, 3);
  stage.detect(alertOf(villain, "E2", dawnMs, "steer"));
  equal(stage.agent.measureAgainst(villain), "steer");
  const untilMs = () => stage.agent.leases(stage.nowMs)[0]?.untilMs;
  const before = untilMs();
  stage.pass(2 * minuteMs);
  stage.detect(alertOf(villain, "E0", stage.nowMs, "block"));
  deepEqual([untilMs(), stage.agent.measureAgainst(villain)], [
    before,
    "steer",
  ]);
  stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  equal(stage.agent.measureAgainst(villain), "block");
});
