/** Traces from one agent's detectors to another's, over the codec. */
import { deepEqual, equal, match } from "node:assert/strict";
import { type Address, parseAddress } from "../../defense/address.ts";
import { decodeMessage } from "../../defense/alert_codec.ts";
import { DetectionEngine } from "../../defense/detectors/engine.ts";
import { embeddedScenarios } from "../../defense/detectors/scenario_set.ts";
import type { Trace } from "../../defense/trace.ts";
import { sourcesPerHourMax } from "../../defense/traces.ts";
import {
  dawnMs,
  innocent,
  memberAddress,
  minuteMs,
  payloadOf,
  Stage,
  stranger,
  villain,
} from "./agent_scene.ts";

const laptop = parseAddress("10.9.0.77");

const way = (subject: Address, atMs: number): Trace => ({
  kind: "way",
  subject,
  atMs,
  service: "ssh",
});
const refusals = (subject: Address, atMs: number, nats = 2.4): Trace => ({
  kind: "refusals",
  subject,
  atMs,
  nats,
});

/** Members say it, a second apart. */
function hear(
  stage: Stage,
  members: readonly number[],
  trace: (atMs: number) => Trace,
): void {
  for (const member of members) {
    stage.nowMs += 1_000;
    stage.hear(member, payloadOf(trace(stage.nowMs)));
  }
}

/** What the agent told, kind by kind. */
const toldKinds = (stage: Stage) =>
  stage.published.map((payload) => decodeMessage(payload)?.kind);

/** What detectors were lent of a source, last. */
const lent = (stage: Stage, subject: Address) =>
  stage.lent.filter((each) => each.subject === subject).at(-1)?.nats;

Deno.test("Agent tells its traces when nothing else is to be told", () => {
  const stage = new Stage(0, 10);
  stage.on({ type: "traced", trace: way(laptop, dawnMs + 0.4) });
  stage.on({ type: "traced", trace: refusals(villain, dawnMs) });
  stage.on({
    type: "traced",
    trace: way(parseAddress("127.0.0.1"), dawnMs),
  });
  deepEqual(toldKinds(stage), ["way", "refusals"]);
  deepEqual(stage.urgencies, [2, 2]);
  equal(stage.count("told_trace"), 2);
  equal(stage.count("untold_local"), 1);
});

Deno.test("Agent tells and takes traces of sixty sources an hour from each, by kind", () => {
  const stage = new Stage(0, 10);
  for (let index = 0; index <= sourcesPerHourMax; index++) {
    const source = stranger(1 + index);
    stage.on({ type: "traced", trace: refusals(source, dawnMs) });
    stage.hear(1, payloadOf(refusals(source, dawnMs)));
  }
  equal(stage.count("untold_trace"), 1);
  equal(stage.count("rejected_trace_budget"), 1);
  stage.hear(1, payloadOf(way(laptop, dawnMs)));
  stage.on({ type: "traced", trace: way(laptop, dawnMs) });
  equal(stage.count("untold_trace"), 1);
  equal(stage.count("rejected_trace_budget"), 1);
});

Deno.test("Agent is cautious of who goes to three members, and slows down who goes to five", () => {
  const stage = new Stage(0, 10);
  hear(stage, [1, 2], (atMs) => way(laptop, atMs));
  equal(stage.measure(laptop), "none");
  hear(stage, [3], (atMs) => way(laptop, atMs));
  equal(stage.measure(laptop), "caution");
  const [seen] = stage.recorded("seen", "alert");
  equal(seen?.detail["technique"], "T1021.004");
  equal(seen?.detail["evidence"], "E0");
  match(
    String(seen?.detail["summary"]),
    /^10\.9\.0\.77 came to 3 members in 2 s .*: node-1 by ssh, node-2 by ssh, node-3 by ssh$/,
  );
  hear(stage, [4, 5], (atMs) => way(laptop, atMs));
  equal(stage.measure(laptop), "throttle");
  hear(stage, [6, 7, 8, 9], (atMs) => way(laptop, atMs));
  equal(stage.measure(laptop), "throttle", "words never block");
  deepEqual(toldKinds(stage), [], "everybody heard the same");
});

Deno.test("Agent counts who came to itself among them", () => {
  const stage = new Stage(0, 10);
  hear(stage, [1, 2, 3], (atMs) => way(laptop, atMs - minuteMs * 10));
  stage.on({ type: "traced", trace: way(laptop, stage.nowMs) });
  equal(stage.recorded("seen", "alert").length, 1);
});

Deno.test("f liars get nobody cautioned, and nobody throttled with one honest word", () => {
  const stage = new Stage(0, 10);
  for (let round = 0; round < 20; round++) {
    hear(stage, [1, 2], (atMs) => way(innocent, atMs));
  }
  stage.on({ type: "traced", trace: way(innocent, stage.nowMs) });
  equal(stage.kernel.size, 0);
  hear(stage, [3], (atMs) => way(innocent, atMs));
  equal(stage.measure(innocent), "caution");
  equal(stage.recorded("claimed", "claim").length, 0);
});

Deno.test("Agent tells of a member that moves, and does nothing to it", () => {
  const stage = new Stage(0, 10);
  hear(stage, [1, 2, 3, 4, 5, 6], (atMs) => way(memberAddress(9), atMs));
  equal(stage.kernel.size, 0);
  equal(stage.recorded("seen", "alert").length, 2);
  equal(stage.recorded("agreed", "quarantine").length, 0);
});

Deno.test("Agent tells of who is never blocked, and does nothing to it", () => {
  const neverBlock = [{ network: "10.9.0.0/24", reason: "operator: admins" }];
  const stage = new Stage(0, 10, { neverBlock });
  hear(stage, [1, 2, 3], (atMs) => way(laptop, atMs));
  const [seen] = stage.recorded("seen", "alert");
  match(String(seen?.detail["protectedBy"]), /admins/);
});

Deno.test("Agent counts no way any more that its operator has judged", () => {
  const stage = new Stage(0, 10);
  hear(stage, [1, 2, 3], (atMs) => way(laptop, atMs));
  stage.on({ type: "operator_release", subject: laptop });
  equal(stage.measure(laptop), "none");
  stage.hear(4, payloadOf(way(laptop, stage.nowMs)));
  equal(stage.count("dismissed"), 1);
  hear(stage, [5, 6], (atMs) => way(laptop, atMs));
  equal(stage.measure(laptop), "none");
});

Deno.test("Agent lends its detectors what is left of others' refusals without f words", () => {
  const stage = new Stage(0, 10);
  hear(stage, [1, 2], (atMs) => refusals(villain, atMs, 90));
  equal(lent(stage, villain), 0);
  hear(stage, [3, 4], (atMs) => refusals(villain, atMs));
  equal(lent(stage, villain), 4.8);
  stage.on({ type: "operator_release", subject: "all" });
  equal(lent(stage, villain), 0);
  hear(stage, [5], (atMs) => refusals(villain, atMs));
  equal(lent(stage, villain), 0);
});

Deno.test("Agent lends its detectors nothing about members", () => {
  const stage = new Stage(0, 10);
  hear(stage, [1, 2, 3, 4], (atMs) => refusals(memberAddress(9), atMs));
  deepEqual(stage.lent, []);
});

Deno.test("f liars have nobody blocked for one typing error, whatever they tell", () => {
  const stage = new Stage(0, 10);
  const engine = new DetectionEngine(embeddedScenarios());
  hear(stage, [1, 2], (atMs) => refusals(innocent, atMs, 90));
  // One honest machine saw him mistype, too.
  hear(stage, [3], (atMs) => refusals(innocent, atMs));
  for (const { subject, ...each } of stage.lent) engine.lend(subject, each);
  for (let typo = 0; typo < 4; typo++) {
    stage.nowMs += 5_000;
    deepEqual(
      engine.observe({
        kind: "auth_failure",
        atMs: stage.nowMs,
        service: "sshd",
        source: innocent,
        user: "ada",
      }),
      [],
    );
  }
});
