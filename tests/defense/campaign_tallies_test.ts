/** Tallies from one agent's detectors to another's, over the codec. */
import { deepEqual, equal } from "node:assert/strict";
import { decodeMessage } from "../../defense/alert_codec.ts";
import { DetectionEngine } from "../../defense/detectors/engine.ts";
import { NewcomerTally } from "../../defense/detectors/newcomer_tally.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import { dawnMs, innocent, minuteMs, payloadOf, Stage } from "./agent_scene.ts";

const scenario = "password-spraying";

function failed(count: number): NewcomerTally {
  const tally = new NewcomerTally();
  for (let index = 0; index < count; index++) tally.giveUp([`person${index}`]);
  return tally;
}

const told = (count: number, atMs = dawnMs) =>
  payloadOf({ kind: "tally", scenario, atMs, tally: failed(count) });

const typo = {
  kind: "auth_failure",
  atMs: dawnMs,
  service: "sshd",
  source: innocent,
  user: "adda",
  unknownUser: true,
} as const;

Deno.test("Agent tells its newcomers of the day so far, when nothing else is to be told", () => {
  const stage = new Stage(0, 10);
  stage.on({ type: "tallied", scenario, tally: failed(2) });
  stage.nowMs += 5 * minuteMs;
  stage.on({ type: "tallied", scenario, tally: failed(3) });
  stage.on({ type: "tallied", scenario, tally: new NewcomerTally() });
  deepEqual(stage.urgencies, [2, 2]);
  const sums = stage.published.map((payload) => {
    const message = decodeMessage(payload);
    return message?.kind === "tally" ? message.tally.unresolved : -1;
  });
  deepEqual(sums, [2, 5]);
  stage.nowMs += 24 * 60 * minuteMs;
  stage.on({ type: "tallied", scenario, tally: failed(1) });
  const [last] = stage.published.slice(-1);
  const message = last && decodeMessage(last);
  equal(message?.kind === "tally" && message.tally.unresolved, 1);
});

Deno.test("Agent gives its detectors what f+1 others tell", () => {
  const stage = new Stage(0, 10);
  stage.hear(1, told(50));
  stage.hear(2, told(50));
  equal(stage.tallies.length, 0);
  stage.hear(3, told(4));
  deepEqual(
    stage.tallies.map(({ scenario, tally }) => [scenario, tally.unresolved]),
    [[scenario, 12]],
  );
  equal(stage.count("heard_tally"), 3);
});

Deno.test("Agent refuses tallies of strangers, of itself, stale ones and too many", () => {
  const stage = new Stage(0, 10);
  stage.hear(0, told(9));
  stage.hear(99, told(9));
  equal(stage.count("rejected_stranger"), 2);
  stage.hear(1, told(9, dawnMs - 11 * minuteMs));
  equal(stage.count("rejected_stale"), 1);
  stage.hear(1, told(9));
  stage.hear(1, told(10));
  equal(stage.count("rejected_tally_budget"), 1);
  stage.hear(1, told(9, dawnMs - 1));
  equal(stage.count("rejected_tally_window"), 1);
  equal(stage.count("heard_tally"), 1);
});

Deno.test("f liars with an honest machine's word slow a typing error down, and get no vote", () => {
  const stage = new Stage(0, 10);
  const engine = new DetectionEngine(embeddedScenarios());
  engine.observe(typo);
  stage.nowMs += 30 * minuteMs;
  for (const liar of [1, 2]) stage.hear(liar, told(60, stage.nowMs));
  stage.hear(3, told(4, stage.nowMs));
  for (const { scenario, tally } of stage.tallies) {
    for (const alert of engine.addTally(scenario, tally, stage.nowMs)) {
      stage.detect(alert);
    }
  }
  equal(stage.measure(innocent), "throttle");
  deepEqual(
    stage.published.map((payload) => {
      const message = decodeMessage(payload);
      return message?.kind === "claim" && message.evidence;
    }),
    ["E0"],
  );
});

Deno.test("f liars and one typing error start no campaign, and nobody is contained", () => {
  const stage = new Stage(0, 10);
  const engine = new DetectionEngine(embeddedScenarios());
  deepEqual(engine.observe(typo), []);
  // Whatever they tell, all day; and an honest member saw somebody give up, too.
  for (let round = 0; round < 200; round++) {
    stage.nowMs += 5 * minuteMs;
    for (const liar of [1, 2]) stage.hear(liar, told(60, stage.nowMs));
    if (round === 100) stage.hear(3, told(1, stage.nowMs));
    for (const { scenario, tally } of stage.tallies.splice(0)) {
      deepEqual(engine.addTally(scenario, tally, stage.nowMs), []);
    }
  }
  equal(stage.kernel.size, 0);
});
