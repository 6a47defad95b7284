import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import {
  type DrillMembers,
  drillOf,
  type EventRecord,
} from "../../../dashboard/mod.ts";

const drill = "0123456789abcdef";
const waitsMs = 180_000;
const toldMs = 1_000_000;
const others = ["b", "c", "d"];
const members: DrillMembers = {
  nameOf: (node) => node === "d" ? "" : `host-${node}`,
  stateOf: (node) => node === "d" ? "gone" : "up",
  others,
};

function entry(
  what: string,
  node: string,
  detail: EventRecord["detail"],
): EventRecord {
  return {
    seq: 2,
    atMs: toldMs + 1,
    stage: "claimed",
    subject: "192.0.2.77",
    node,
    what,
    detail: { drill, ...detail },
  };
}

const begun: EventRecord = {
  ...entry("drill", "", { of: 3 }),
  atMs: toldMs,
  stage: "operator",
};
const answer = (node: string, heardMs: number, answeredMs: number) =>
  entry("drill_answer", node, {
    heardMs,
    answeredMs,
    would: "throttle",
    needed: 2,
    mode: "enforce",
    protected: false,
  });
const path = (node: string, clockAheadMs: number, roundTripMs = 20) =>
  entry("drill_path", node, { hops: 2, clockAheadMs, roundTripMs });

function put(about: readonly EventRecord[], nowMs = toldMs + 5_000) {
  return drillOf(begun, about, members, nowMs, waitsMs);
}

Deno.test("drillOf() orders who heard, and names who did not", () => {
  const view = put([
    answer("c", toldMs + 90, 200),
    answer("b", toldMs + 40, 120),
  ]);
  deepEqual(
    view.members.map(({ name, heardAfterMs, state }) => [
      name,
      heardAfterMs,
      state,
    ]),
    [["host-b", 40, undefined], ["host-c", 90, undefined], [
      "",
      undefined,
      "gone",
    ]],
  );
  deepEqual(
    [view.of, view.heard, view.halfMs, view.mostMs, view.lastMs, view.running],
    [3, 2, 40, 90, 90, true],
  );
});

Deno.test("drillOf() corrects a clock that a ping shows to be another", () => {
  const view = put([
    answer("b", toldMs + 60_040, 120),
    path("b", 60_000),
    // Less than the ping can know is no difference.
    answer("c", toldMs + 90, 200),
    path("c", 9),
  ]);
  deepEqual(
    view.members.slice(0, 2).map(({ heardAfterMs, hops }) => [
      heardAfterMs,
      hops,
    ]),
    [[40, 2], [90, 2]],
  );
});

Deno.test("drillOf() ends with the entry that says so, or with its time", () => {
  const ended = entry("drill_ended", "", { heard: 1, of: 3, silent: ["c"] });
  const view = put([answer("b", toldMs + 40, 120), ended]);
  equal(view.running, false);
  // Who was there then, not who is there now.
  deepEqual(view.members.map(({ node }) => node), ["b", "c"]);
  equal(put([], toldMs + waitsMs).running, false);
  // A clock that was set back lets no drill run for ever.
  equal(put([], toldMs - 1).running, false);
});

Deno.test("drillOf() takes no entry of another drill", () => {
  const strange = { ...answer("b", toldMs, 1), detail: { drill: "f" } };
  equal(put([strange]).heard, 0);
});

Deno.test("drillOf(): whatever clocks and entries say, a word arrives between telling and answer", () => {
  const odd = fc.oneof(
    fc.double(),
    fc.constant("x"),
    fc.constant(null),
    fc.integer(),
  );
  fc.assert(
    fc.property(odd, odd, odd, odd, (heardMs, answeredMs, ahead, way) => {
      const { members } = put([
        entry("drill_answer", "b", { heardMs, answeredMs }),
        entry("drill_path", "b", { clockAheadMs: ahead, roundTripMs: way }),
      ]);
      const { heardAfterMs = 0, answeredAfterMs = 0 } = members[0]!;
      return heardAfterMs >= 0 && heardAfterMs <= answeredAfterMs;
    }),
  );
});
