import { deepEqual, equal, throws } from "node:assert/strict";
import { decodeMessage } from "../../defense/alert_codec.ts";
import {
  alertOf,
  claimPayload,
  dawnMs,
  minuteMs,
  Stage,
  villain,
} from "./agent_scene.ts";

const self = 0;

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

Deno.test("Agent signs a release where it can, unless it is for this host alone", () => {
  const operator = {
    verify: () => true,
    sign: () => new Uint8Array(64).fill(7),
  };
  for (const here of [false, true]) {
    const stage = new Stage(self, 3, { operator });
    stage.detect(alertOf(villain, "E1", dawnMs));
    stage.on({ type: "operator_release", subject: villain, here });
    equal(stage.measure(villain), "none");
    const told = decodeMessage(stage.published.at(-1) ?? new Uint8Array());
    equal(told?.kind, here ? "withdraw" : "release");
    const [entry] = stage.recorded("operator", "release");
    equal(entry?.detail["everywhere"], !here);
  }
});

Deno.test("Agent that starts does not take up from others whom it has let go", () => {
  const stage = new Stage(self, 3);
  const kept = [{ subject: villain, atMs: dawnMs }] as const;
  stage.on({ type: "releases_kept", kept });
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs - 1_000));
  }
  equal(stage.measure(villain), "none");
  equal(stage.count("dismissed"), 2);
  stage.nowMs += 2_000;
  for (const from of [1, 2]) {
    stage.hear(from, claimPayload(villain, "E1", dawnMs + 1_000));
  }
  equal(stage.measure(villain), "block", "what is seen since counts");
});
