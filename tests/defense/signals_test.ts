import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../defense/address.ts";
import type { SealedSignal, SignalOrder } from "../../defense/signal.ts";
import { decodeSignal, encodeSignal } from "../../defense/signal_codec.ts";
import { signalsMax } from "../../defense/signal_table.ts";
import {
  alertOf,
  claimPayload,
  innocent,
  memberAddress,
  membersOf,
  minuteMs,
  nodeOf,
  Stage,
  stranger,
  villain,
} from "./agent_scene.ts";
import {
  Authority,
  kept,
  lastId,
  say,
  seal,
  signalPayload,
  stageOf,
  strangerKey,
} from "./signal_scene.ts";

const hour = 60 * minuteMs;
const block: SignalOrder = {
  what: "contain",
  subject: villain,
  measure: "block",
};

/** The operator's host and a member that hears it. */
function pair(more: ConstructorParameters<typeof Stage>[2] = {}) {
  const holder = stageOf(0, 7);
  const member = stageOf(1, 7, more);
  const tell = (order: SignalOrder, forMs: number, by?: string) => {
    const sealed = say(holder, order, forMs, by);
    member.nowMs = holder.nowMs;
    member.hear(0, signalPayload(sealed));
    return sealed;
  };
  return { holder, member, tell };
}

Deno.test("a contain signal is an operator's lease on every member, and ends with it", () => {
  const { holder, member, tell } = pair();
  tell(block, 30 * minuteMs, "ada");
  for (const stage of [holder, member]) {
    equal(stage.measure(villain), "block");
    equal(Math.round(stage.minutes(villain)), 30);
    const [entry] = stage.recorded("operator", "signal");
    equal(entry?.subject, villain);
    equal(entry?.detail["by"], "ada");
  }
  member.pass(31 * minuteMs);
  equal(member.measure(villain), "none");
  equal(member.recorded("undone", "signal")[0]?.detail["ended"], "expired");
});

Deno.test("never-block stands above the operator's signal, and so does membership", () => {
  const { member, tell } = pair();
  member.refuse = () => ({ code: "never_block", matched: "gateway" });
  tell(block, hour);
  equal(member.measure(villain), "none");
  const draft = member.agent.draftSignal({
    order: { ...block, subject: memberAddress(3) },
    forMs: hour,
    by: "",
    scope: "mesh",
  }, member.nowMs);
  ok("refused" in draft && draft.refused.includes("mesh member node-3"));
});

Deno.test("a member that observes only says what it would do", () => {
  const { member, tell } = pair({ mode: "observe" });
  member.refuse = () => ({ code: "observe" });
  tell(block, hour);
  equal(member.measure(villain), "none");
  equal(member.recorded("refused", "lease")[0]?.detail["code"], "observe");
  equal(member.agent.leases(member.nowMs)[0]?.state, "would");
});

Deno.test("a release signal undoes what everybody decided; fresh evidence counts again", () => {
  const { holder, member, tell } = pair();
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  for (const from of [2, 3]) {
    member.hear(from, claimPayload(villain, "E1", member.nowMs));
  }
  equal(member.measure(villain), "block");
  holder.nowMs += 1_000;
  tell({ what: "release", subject: villain }, 0);
  equal(member.measure(villain), "none");
  // What was seen before and arrives late is judged already.
  member.hear(4, claimPayload(villain, "E1", member.nowMs - 500));
  equal(member.measure(villain), "none");
  member.nowMs += minuteMs;
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  equal(member.measure(villain), "block");
});

Deno.test("a release that lasts dismisses what is seen until it ends", () => {
  const { member, tell } = pair();
  tell({ what: "release", subject: villain }, hour);
  member.nowMs += 10 * minuteMs;
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  member.hear(2, claimPayload(villain, "E1", member.nowMs));
  equal(member.measure(villain), "none");
  equal(member.recorded("seen", "alert")[0]?.detail["dismissed"], true);
  member.pass(51 * minuteMs);
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  equal(member.measure(villain), "block");
});

Deno.test("of contain and release the one issued last holds, in whatever order they come", () => {
  const holder = stageOf(0, 7);
  const first = say(holder, block, hour);
  holder.nowMs += 10;
  const second = say(holder, { what: "release", subject: "all" }, 0);
  holder.nowMs += 10;
  const third = say(holder, block, 2 * hour);
  for (
    const heard of [[first, second, third], [third, second, first], [
      second,
      third,
      first,
    ]]
  ) {
    const member = stageOf(1, 7);
    member.nowMs = holder.nowMs;
    for (const each of heard) member.hear(2, signalPayload(each));
    equal(Math.round(member.minutes(villain)), 120);
  }
  const late = stageOf(2, 7);
  late.nowMs = holder.nowMs;
  for (const each of [second, first]) late.hear(3, signalPayload(each));
  equal(late.measure(villain), "none");
  const early = stageOf(3, 7);
  early.nowMs = holder.nowMs + 5_000;
  for (const each of [first, second]) early.hear(4, signalPayload(each));
  equal(early.measure(villain), "none", "although it arrived after both");
});

Deno.test("cancel takes a signal back, also where it comes first", () => {
  const { holder, member } = pair();
  const sealed = say(holder, block, hour);
  const cancel = say(holder, { what: "cancel", id: lastId(holder) }, 0);
  equal(holder.measure(villain), "none");
  member.nowMs = holder.nowMs;
  member.hear(0, signalPayload(cancel));
  member.hear(0, signalPayload(sealed));
  equal(member.measure(villain), "none");
  deepEqual(member.agent.view(member.nowMs).signals, []);
});

Deno.test("this host's own operator may release what a signal contained", () => {
  const { member, tell } = pair();
  const sealed = tell(block, hour);
  member.on({ type: "operator_release", subject: villain });
  equal(member.measure(villain), "none");
  const [aside] = member.recorded("operator", "signal_aside");
  equal(aside?.detail["id"], decodeSignal(sealed.statement)?.id);
  member.hear(4, signalPayload(sealed));
  equal(member.measure(villain), "none");
});

Deno.test("stand-down ends what was decided, keeps what is ordered, and goes on telling", () => {
  const { holder, member, tell } = pair();
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  for (const from of [2, 3, 4]) {
    member.hear(from, claimPayload(innocent, "E1", member.nowMs));
  }
  equal(member.measure(villain), "block");
  equal(member.measure(innocent), "block");
  const third = stranger(9);
  tell({ ...block, subject: third }, hour);
  holder.nowMs += 1_000;
  tell({ what: "stand_down" }, 30 * minuteMs);
  equal(member.measure(villain), "none");
  equal(member.measure(innocent), "none");
  equal(member.measure(third), "block", "ordered, not decided");
  equal(member.agent.view(member.nowMs).alertness, "stand_down");

  member.published.length = 0;
  member.nowMs += 5 * minuteMs;
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  equal(member.measure(villain), "none");
  equal(member.published.length, 1, "it still tells");
  const [refused] = member.recorded("refused", "lease");
  equal(refused?.detail["code"], "stand_down");
  equal(member.agent.leases(member.nowMs)[0]?.state, "would");
  // An order of this host reaches the kernel.
  member.on({
    type: "operator_contain",
    subject: villain,
    measure: "throttle",
    forMs: hour,
  });
  equal(member.measure(villain), "throttle");

  member.pass(20 * minuteMs);
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  member.pass(6 * minuteMs);
  equal(member.agent.view(member.nowMs).alertness, "usual");
  equal(member.measure(villain), "block", "its evidence is fresh");
  equal(member.measure(innocent), "none");
});

Deno.test("caution and stand-down replace each other and can be cancelled", () => {
  const { holder, member, tell } = pair();
  const alertness = () =>
    member.asked.flatMap((each) =>
      each.type === "alertness" ? [each.alertness] : []
    );
  tell({ what: "caution" }, hour);
  holder.nowMs += 1_000;
  tell({ what: "stand_down" }, hour);
  holder.nowMs += 1_000;
  tell({ what: "cancel", id: lastId(holder) }, 0);
  deepEqual(alertness(), ["caution", "stand_down", "usual"]);
});

Deno.test("quarantine reaches everybody, the member itself included, and readmit lifts it", () => {
  const { holder, member, tell } = pair();
  const third = nodeOf(3);
  tell({ what: "quarantine", member: third }, hour);
  deepEqual(
    member.asked.map((each) =>
      each.type === "quarantine" ? [each.member, each.subject] : each.type
    ),
    [[third, memberAddress(3)]],
  );
  member.on({
    type: "quarantine_outcome",
    member: third,
    outcome: { applied: true },
  });
  const { quarantine, signals } = member.agent.explain(
    memberAddress(3),
    member.nowMs,
  );
  equal(quarantine?.state, "in_force");
  deepEqual(
    member.agent.view(member.nowMs).quarantines.map((
      { member, state, ordered },
    ) => ({ member, state, ordered })),
    [{ member: third, state: "in_force", ordered: true }],
  );
  equal(signals.length, 1);
  holder.nowMs += 1_000;
  tell({ what: "readmit", member: third }, 0);
  equal(member.asked.at(-1)?.type, "readmit");
  equal(
    member.agent.explain(memberAddress(3), member.nowMs).quarantine,
    undefined,
  );
});

Deno.test("readmit ends a quarantine by vote, on all evidence so far", () => {
  const { holder, member, tell } = pair();
  const accuse = () => {
    for (const from of [2, 4, 5, 6, 0]) {
      member.hear(from, claimPayload(memberAddress(3), "E1", member.nowMs));
    }
  };
  accuse();
  equal(member.asked.at(-1)?.type, "quarantine");
  holder.nowMs += 1_000;
  tell({ what: "readmit", member: nodeOf(3) }, 0);
  equal(member.asked.at(-1)?.type, "readmit");
  const { votes } = member.agent.explain(memberAddress(3), member.nowMs);
  deepEqual(votes, []);
});

Deno.test("never keeps a network out of all measures until it ends", () => {
  const { member, tell } = pair();
  const [one, other] = [
    parseAddress("198.51.100.7"),
    parseAddress("198.51.101.7"),
  ];
  member.detect(alertOf(one, "E1", member.nowMs, "block"));
  equal(member.measure(one), "block");
  tell({ what: "never", network: "198.51.100.0/24" }, hour);
  equal(member.measure(one), "none");
  equal(member.recorded("undone", "lease")[0]?.detail["ended"], "never");
  member.nowMs += minuteMs;
  member.detect(alertOf(one, "E1", member.nowMs, "block"));
  member.detect(alertOf(other, "E1", member.nowMs, "block"));
  equal(member.measure(one), "none");
  equal(member.measure(other), "block");
  ok(
    member.agent.explain(one, member.nowMs).protectedBy?.includes(
      "operator's word",
    ),
  );
  member.on({
    type: "operator_contain",
    subject: one,
    measure: "block",
    forMs: hour,
  });
  equal(member.measure(one), "none", "not even by an order");
  member.pass(hour);
  equal(member.asked.at(-1)?.type, "spare");
  member.detect(alertOf(one, "E1", member.nowMs, "block"));
  equal(member.measure(one), "block");
});

Deno.test("an exception for this host alone needs no key and is told to nobody", () => {
  const stage = new Stage(1, 7);
  const wish = {
    order: { what: "never", network: villain },
    forMs: hour,
    by: "",
    scope: "host",
  } as const;
  const draft = stage.agent.draftSignal(wish, stage.nowMs);
  ok(!("refused" in draft));
  const sealed = { statement: encodeSignal(draft) };
  stage.on({ type: "operator_signal", sealed });
  stage.detect(alertOf(villain, "E1", stage.nowMs, "block"));
  equal(stage.measure(villain), "none");
  equal(stage.published.length, 1, "its claim, and no signal");
});

Deno.test("what a peer sends forged, replayed, expired, from the future or torn is counted and ignored", () => {
  const holder = stageOf(0, 7);
  const forged = seal({
    order: block,
    issuedMs: holder.nowMs,
    untilMs: holder.nowMs + hour,
    expiresMs: holder.nowMs + 5 * hour,
    by: "",
  }, strangerKey);
  const future = seal({
    order: block,
    issuedMs: holder.nowMs + 10 * minuteMs,
    untilMs: holder.nowMs + hour,
    expiresMs: holder.nowMs + 5 * hour,
    by: "",
  });
  const sealed = say(holder, block, hour);
  const member = stageOf(1, 7);
  const rows: readonly [string, SealedSignal][] = [
    ["rejected_signature", forged],
    ["rejected_future", future],
    ["rejected_unreadable", {
      statement: new Uint8Array(9),
      signature: new Uint8Array(64),
    }],
  ];
  for (const [counter, each] of rows) {
    member.hear(5, signalPayload(each));
    equal(member.count(counter), 1, counter);
  }
  equal(member.measure(villain), "none");
  member.hear(5, signalPayload(sealed));
  for (let times = 0; times < 3; times++) member.hear(5, signalPayload(sealed));
  equal(member.count("signal_repeated"), 3);
  equal(member.recorded("operator", "signal").length, 1);

  member.pass(5 * hour);
  deepEqual(member.agent.signals(member.nowMs), []);
  member.hear(5, signalPayload(sealed));
  equal(member.count("rejected_expired"), 1);
  equal(member.measure(villain), "none");
  // A stranger is nobody, whatever it carries.
  member.hear(99, signalPayload(sealed));
  equal(member.count("rejected_stranger"), 1);
});

Deno.test("what was replaced cannot be brought back, not even when its successor is over", () => {
  const { holder, member, tell } = pair();
  const spared = tell({ what: "release", subject: villain }, 24 * hour);
  holder.nowMs += 1_000;
  tell(block, 10 * minuteMs);
  member.pass(6 * hour);
  equal(member.measure(villain), "none");
  member.hear(5, signalPayload(spared));
  equal(member.count("rejected_superseded"), 1);
  member.detect(alertOf(villain, "E1", member.nowMs, "block"));
  equal(member.measure(villain), "block", "it is not spared");
});

Deno.test("signals of a key that is the operator's no more end", () => {
  const operator = new Authority();
  const member = stageOf(1, 7, { operator });
  const holder = stageOf(0, 7);
  const sealed = say(holder, block, hour);
  const down = say(holder, { what: "stand_down" }, hour);
  for (const each of [sealed, down]) member.hear(0, signalPayload(each));
  equal(member.measure(villain), "block");
  operator.key = strangerKey;
  member.on({ type: "roster", members: membersOf(7) });
  equal(member.measure(villain), "none");
  equal(member.agent.view(member.nowMs).alertness, "usual");
  equal(member.count("signal_disowned"), 2);
  member.hear(5, signalPayload(sealed));
  equal(member.count("rejected_signature"), 1);
});

Deno.test("signals outlive a restart, and what this host set aside stays so", () => {
  const { holder, member, tell } = pair();
  tell(block, hour);
  tell({ ...block, subject: stranger(1) }, hour);
  tell({ what: "stand_down" }, hour);
  tell({ what: "never", network: "198.51.100.0/24" }, 24 * hour);
  member.on({ type: "operator_release", subject: villain });
  const again = stageOf(1, 7);
  again.nowMs = holder.nowMs + 5 * minuteMs;
  again.on({ type: "signals_kept", kept: kept(member) });
  equal(again.measure(villain), "none");
  equal(again.measure(stranger(1)), "block");
  equal(Math.round(again.minutes(stranger(1))), 55);
  equal(again.agent.view(again.nowMs).alertness, "stand_down");
  again.detect(
    alertOf(parseAddress("198.51.100.7"), "E1", again.nowMs, "block"),
  );
  equal(again.recorded("refused", "lease")[0]?.detail["code"], "never_block");
  deepEqual(again.recorded("operator", "signal"), [], "it is written already");
  again.pass(13 * hour);
  const [noted, ...more] = again.recorded("operator", "signal");
  deepEqual(more, [], "what is over is not written down again");
  equal(noted?.detail["again"], true);
});

Deno.test("whom a signal let go before a restart, others do not bring back", () => {
  const { holder, member, tell } = pair();
  tell({ what: "release", subject: villain }, 0);
  const again = stageOf(1, 7);
  again.nowMs = holder.nowMs + minuteMs;
  again.on({ type: "signals_kept", kept: kept(member) });
  for (const from of [2, 3, 4]) {
    again.hear(from, claimPayload(villain, "E1", holder.nowMs - 500));
  }
  equal(again.measure(villain), "none");
  for (const from of [2, 3, 4]) {
    again.hear(from, claimPayload(villain, "E1", again.nowMs));
  }
  equal(again.measure(villain), "block", "what they see since counts");
});

Deno.test("the end of a signal is told once, however often a host is started", () => {
  for (const ended of [false, true]) {
    const { holder, member, tell } = pair();
    tell({ what: "stand_down" }, hour);
    const again = stageOf(1, 7);
    again.nowMs = holder.nowMs + 2 * hour;
    again.on({
      type: "signals_kept",
      kept: kept(member).map((each) => ({ ...each, ended })),
    });
    again.pass(minuteMs);
    equal(again.recorded("undone", "signal").length, ended ? 0 : 1);
  }
});

Deno.test("a signal is told again after a silence, and soon after somebody joined", () => {
  const { holder, member, tell } = pair();
  const sealed = tell({ what: "never", network: villain }, 24 * hour);
  const told = (stage: Stage) =>
    stage.published.filter((payload) =>
      payload.toHex() === signalPayload(sealed).toHex()
    ).length;
  equal(told(holder), 1);
  equal(told(member), 0);
  member.pass(20 * minuteMs);
  member.hear(4, signalPayload(sealed));
  member.pass(20 * minuteMs);
  equal(told(member), 0, "another did");
  // A spoiled copy, which newcomers do not take, keeps nobody from telling.
  const spoiled = { ...sealed, signature: new Uint8Array(64) };
  member.hear(5, signalPayload(spoiled));
  equal(member.count("rejected_signature"), 1);
  member.pass(20 * minuteMs);
  equal(told(member), 1);
  member.on({ type: "roster", members: membersOf(8) });
  member.pass(3 * minuteMs);
  equal(told(member), 2);
});

Deno.test("an agent drafts no more signals than it can hold, and a key that fills it forgets none that is later", () => {
  const stage = stageOf(0, 7);
  const network = (index: number) => `10.${index >> 8}.${index & 255}.1`;
  const never = (index: number): SignalOrder => ({
    what: "never",
    network: network(index + 256),
  });
  const first = say(stage, never(0), hour);
  for (let index = 1; index < signalsMax; index++) {
    say(stage, never(index), hour);
  }
  const wish = {
    order: never(999),
    forMs: hour,
    by: "",
    scope: "mesh",
  } as const;
  const draft = stage.agent.draftSignal(wish, stage.nowMs);
  deepEqual(draft, { refused: `${signalsMax} signals are held already` });
  // Somebody who has the key does not ask.
  const issuedMs = stage.nowMs + signalsMax + 1;
  stage.hear(
    5,
    signalPayload(seal({
      order: never(999),
      issuedMs,
      untilMs: issuedMs + hour,
      expiresMs: issuedMs + 5 * hour,
      by: "",
    })),
  );
  equal(stage.agent.signals(stage.nowMs).length, signalsMax);
  stage.hear(5, signalPayload(first));
  equal(stage.count("rejected_superseded"), 1);
});

Deno.test("whatever comes in whatever order and how often, members agree", () => {
  const subjects = [villain, innocent];
  const order = fc.oneof(
    fc.record({
      what: fc.constant("contain" as const),
      subject: fc.constantFrom(...subjects),
      measure: fc.constantFrom("throttle" as const, "block" as const),
    }),
    fc.record({
      what: fc.constant("release" as const),
      subject: fc.constantFrom(...subjects, "all" as const),
    }),
    fc.record({
      what: fc.constantFrom("caution" as const, "stand_down" as const),
    }),
    fc.record({
      what: fc.constant("never" as const),
      network: fc.constantFrom<string>(villain, "198.51.100.0/24"),
    }),
    fc.record({
      what: fc.constantFrom("quarantine" as const, "readmit" as const),
      member: fc.constant(nodeOf(3)),
    }),
    fc.constant({ what: "cancel" as const, id: "" }),
  );
  const atOnce = new Set(["release", "cancel", "readmit"]);
  const orders = fc.array(order, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(orders, fc.array(fc.nat(), { maxLength: 24 }), (all, picks) => {
      const holder = stageOf(0, 7);
      const said: SealedSignal[] = [];
      for (const each of all) {
        holder.nowMs += 1_000;
        const wanted = each.what === "cancel"
          ? { ...each, id: lastId(holder) }
          : each;
        const draft = holder.agent.draftSignal({
          order: wanted,
          forMs: atOnce.has(each.what) ? 0 : hour,
          by: "",
          scope: "mesh",
        }, holder.nowMs);
        if ("refused" in draft) continue;
        const sealed = seal(draft);
        said.push(sealed);
        holder.on({ type: "operator_signal", sealed });
      }
      const member = stageOf(1, 7);
      member.nowMs = holder.nowMs;
      const heard = picks.flatMap((pick) => said[pick % said.length] ?? []);
      for (const each of [...heard, ...said.toReversed()]) {
        member.hear(2, signalPayload(each));
      }
      const stateOf = ({ agent, nowMs }: Stage) => ({
        signals: agent.view(nowMs).signals.map(({ id }) => id),
        alertness: agent.view(nowMs).alertness,
        cutOff: agent.explain(memberAddress(3), nowMs).quarantine?.untilMs,
        leases: agent.leases(nowMs).map(({ subject, measure, untilMs }) =>
          `${subject} ${measure} ${untilMs}`
        ).sort(),
      });
      deepEqual(stateOf(member), stateOf(holder));
    }),
    { numRuns: 500 },
  );
});
