import { deepEqual, equal, ok } from "node:assert/strict";
import type { Refusal } from "../../defense/lease.ts";
import {
  alertOf,
  claimPayload,
  dawnMs,
  innocent,
  memberAddress,
  minuteMs,
  payloadOf,
  Stage,
  villain,
} from "./agent_scene.ts";

const self = 0;

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
