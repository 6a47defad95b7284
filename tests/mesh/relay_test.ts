import { deepEqual, equal, ok } from "node:assert/strict";
import { relayBurstMax, relayHopsMax } from "../../mesh/overlay/relay_guard.ts";
import { RelaySeal } from "../../mesh/relay_seal.ts";
import { encodeBody } from "../../mesh/wire/sealed_body.ts";
import { nodePrefix } from "../../mesh/node_id.ts";
import { type Relayed, RelayNet, type Script } from "./relay_net.ts";
import { keysOf, meshId, randomOf } from "./roster_cast.ts";

const longerThanAttempt = 3_100;

/** Every link twice as fast as the attempts, as often as is tried. */
function tellAndWait(net: RelayNet, from = "a", to = "d", text = "hello") {
  net.tell(from, to, text);
  net.run();
  for (let i = 0; i < 3; i++) net.wait(longerThanAttempt);
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => index === at ? byte ^ 1 : byte);
}

/** What a bad relay `x`, on the shortest way from a to d, may try. */
const scripts: Record<string, Script> = {
  "drops everything": () => [],
  "alters the seal": (message, from, neighbours) =>
    neighbours.filter((to) => to !== from).map((to) => ({
      to,
      message: { ...message, sealed: flipped(message.sealed, 40) },
    })),
  "sends it back and all round, again and again": (message, _from, all) =>
    [...all, ...all, ...all].map((to) => ({ to, message })),
  "inflates the hops": (message, _from, all) =>
    all.map((to) => ({ to, message: { ...message, hopsLeft: 127 } })),
  "renews the hops": (message, _from, all) =>
    all.map((to) => ({ to, message: { ...message, hopsLeft: relayHopsMax } })),
  "cuts it short": (message, _from, all) =>
    all.map((to) => ({
      to,
      message: { ...message, sealed: message.sealed.slice(0, -1) },
    })),
  "sends it to somebody else": (message, _from, all) =>
    all.map((to) => ({
      to,
      message: { ...message, to: nodePrefix(keysOf("b").node) },
    })),
};

for (const [name, script] of Object.entries(scripts)) {
  Deno.test(`Relay: a message gets by a relay that ${name}, once`, () => {
    // a–x–d is shortest; a–b–c–d goes round the bad relay.
    const net = new RelayNet("ax xd ab bc cd");
    net.scripts.set("x", script);
    net.node("a").routes.heard(
      net.node("d").keys.node,
      net.node("x").keys.node,
      0,
    );
    tellAndWait(net);
    deepEqual(net.told("d"), [{
      from: net.node("a").keys.node,
      text: "hello",
    }]);
    for (const other of ["a", "b", "c"]) deepEqual(net.told(other), []);
    equal(net.count("a", "tells_answered"), 1);
    ok(net.said.length < 300, `${net.said.length} messages`);
  });
}

for (const aheadMs of [0, 45_000, -45_000]) {
  Deno.test(`Relay: a ping tells that a clock is ${aheadMs} ms ahead, to half the way`, () => {
    const net = new RelayNet("ax xb");
    net.clockAheadMs.set("b", aheadMs);
    const outcome = net.ping("a", "b", 500);
    ok(outcome?.answered);
    equal(outcome.roundTripMs, 500);
    ok(Math.abs(outcome.clockAheadMs - aheadMs) <= 250);
  });
}

Deno.test("Relay: a bad relay that makes each copy look new is held by its budget", () => {
  const net = new RelayNet("ax xb bc cd bd ce de");
  const seal = new RelaySeal(meshId, new Uint8Array(32), randomOf("x"));
  const to = net.node("e").keys;
  for (let i = 0; i < 5_000; i++) {
    const sealed = seal.seal(
      net.node("x").keys,
      to.node,
      to.noise.public,
      new Uint8Array(0),
    ).map((byte, at) => at < 4 ? (i >> (8 * at)) & 0xff : byte);
    if (i > 200) sealed.set(net.said[0]!.message.sealed.subarray(4), 4);
    net.say("x", "b", {
      type: "relayed",
      to: nodePrefix(to.node),
      everywhere: true,
      hopsLeft: relayHopsMax,
      sealed,
    });
    if (i > 200) break;
  }
  net.run();
  equal(net.count("b", "relay_over_budget"), 202 - relayBurstMax);
  // Six links besides x's, each crossed at most once each way per message.
  ok(net.said.length - 202 <= relayBurstMax * 12);
  equal(net.told("e").length, 0);
});

Deno.test("Relay: a recording is worth nothing, neither at once nor later", () => {
  const net = new RelayNet("ax xd");
  const recorded: Relayed[] = [];
  net.scripts.set("x", (message, from, all) => {
    recorded.push(message);
    return all.filter((to) => to !== from).map((to) => ({ to, message }));
  });
  net.tell("a", "d", "once");
  net.run();
  equal(net.told("d").length, 1);
  const first = recorded[0]!;
  net.say("x", "d", first);
  net.run();
  equal(net.count("d", "relay_duplicates"), 1);
  // The other way flag gives it another name; the number inside does not change.
  net.say("x", "d", { ...first, everywhere: !first.everywhere });
  net.run();
  equal(net.told("d").length, 1);
  equal(net.count("d", "tells_repeated"), 1);
});

Deno.test("Relay: a message is refused once it is older than the time it may take", () => {
  const net = new RelayNet("ax xd");
  const kept: Relayed[] = [];
  net.scripts.set("x", (message) => {
    kept.push(message);
    return [];
  });
  net.tell("a", "d", "late");
  net.run();
  net.nowMs += 600_001;
  net.say("x", "d", kept[0]!);
  net.run();
  deepEqual(net.told("d"), []);
  equal(net.count("d", "relay_stale"), 1);
});

Deno.test("Relay: the outcome of a tell nobody answers is known in bounded time", () => {
  const net = new RelayNet("ax xd");
  net.scripts.set("x", () => []);
  tellAndWait(net);
  equal(net.count("a", "tells_unanswered"), 1);
  equal(net.node("a").relay.wakeAtMs(), Infinity);
});

Deno.test("Relay: too many open messages are refused", () => {
  const net = new RelayNet("ax xd");
  net.scripts.set("x", () => []);
  for (let i = 0; i < 100; i++) net.tell("a", "d", `${i}`);
  equal(net.count("a", "tells_refused"), 36);
});

Deno.test("Relay: a seal of a key that is no member's is not believed", () => {
  const net = new RelayNet("ax xd");
  const stranger = keysOf("stranger");
  const seal = new RelaySeal(
    meshId,
    new Uint8Array(32).fill(9),
    randomOf("stranger"),
  );
  const to = net.node("d").keys;
  const body = encodeBody({
    kind: "tell",
    hopsGiven: 8,
    incarnation: 1,
    number: 0,
    sentMs: Date.UTC(2026, 0, 15, 2),
    payload: new Uint8Array(3),
  });
  net.say("x", "d", {
    type: "relayed",
    to: nodePrefix(to.node),
    everywhere: false,
    hopsLeft: 3,
    sealed: seal.seal(stranger, to.node, to.noise.public, body),
  });
  net.run();
  deepEqual(net.told("d"), []);
  equal(net.count("d", "relay_strangers"), 1);
});

Deno.test("Relay: the size of what a relay sees is one of a few", () => {
  const sizes = new Set<number>();
  for (const length of [0, 1, 50, 100, 101, 300, 900, 8_000]) {
    const net = new RelayNet("ax xd");
    net.tell("a", "d", "x".repeat(length));
    net.run();
    for (const { message } of net.said) sizes.add(message.sealed.length);
  }
  equal(sizes.size, 4);
});
