/**
 * The operator's signals in a mesh of twelve machines, on the product's own
 * links: through a partition, past a member that replays and forges, and under
 * the never-block list.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import {
  embeddedScenarios,
  encodeMessage,
  encodeSignal,
  parseAddress,
  type SealedSignal,
  signalBytes,
  type SignalOrder,
} from "../../defense/mod.ts";
import type { Signer } from "../../mesh/mod.ts";
import type { VirtualHost } from "../../sims/world/host.ts";
import { Site } from "../../sims/world/site.ts";

const villain = parseAddress("203.0.113.7");
const second = parseAddress("203.0.113.8");
const gateway = parseAddress("192.0.2.1");
const minuteMs = 60_000;

/** A site that has found together, and what an operator does at it. */
async function open(seed: string) {
  const site = await Site.open({
    seed,
    nodes: 12,
    profile: "lan",
    served: [22],
    scenarios: embeddedScenarios(),
    protectedEntries: [{ network: gateway, reason: "gateway" }],
  });
  const run = async (ms: number, until = () => false) => {
    const endMs = site.clock.nowMs() + ms;
    while (!until() && await site.step(endMs));
  };
  const seal = (
    host: VirtualHost,
    order: SignalOrder,
    forMs: number,
    key: Signer = site.operator,
  ): SealedSignal => {
    const wish = { order, forMs, by: "ada", scope: "mesh" } as const;
    const draft = host.agent.draftSignal(wish, site.clock.wallMs());
    if ("refused" in draft) throw new Error(draft.refused);
    const statement = encodeSignal(draft);
    return { statement, signature: key.sign(signalBytes(statement)) };
  };
  const cut = (cut: boolean) => {
    site.hosts.forEach((a, index) => {
      for (const b of site.hosts.slice(index + 1)) {
        if (index >= 6 || site.hosts.indexOf(b) < 6) continue;
        site.network.cut(`${a.address}:8443`, `${b.address}:8443`, cut);
      }
    });
  };
  const holders = (address = villain, set = /^block4$/) =>
    site.hosts.filter(({ firewall }) =>
      firewall.held().some((held) =>
        held.address === address && set.test(held.set)
      )
    ).length;
  const alertness = () =>
    site.hosts.map(({ agent }) => agent.view(site.clock.wallMs()).alertness);
  await run(minuteMs);
  return { site, run, seal, cut, holders, alertness };
}

const payloadOf = ({ statement, signature }: SealedSignal) =>
  encodeMessage({
    kind: "signal",
    statement,
    signature: signature ?? new Uint8Array(64),
  });

Deno.test("signals cross a partition when it heals, and the later of two wins on both sides", async () => {
  const { site, run, seal, cut, holders, alertness } = await open("parted");
  const [first, ...others] = site.hosts;
  ok(first);
  cut(true);
  await run(30_000);
  void first.signal(seal(first, {
    what: "contain",
    subject: villain,
    measure: "block",
  }, 4 * minuteMs));
  void first.signal(
    seal(first, { what: "stand_down" }, 4 * minuteMs),
  );
  await run(minuteMs, () => holders() === 6);
  await run(10_000);
  equal(holders(), 6, "one side has it, the other cannot");
  deepEqual(alertness().slice(6), Array(6).fill("usual"));
  // The operator carries the key to the other side and says something else.
  const far = others.at(-1);
  ok(far);
  void far.signal(seal(far, { what: "caution" }, 4 * minuteMs));
  await run(30_000);
  deepEqual(alertness().slice(6), Array(6).fill("caution"));
  cut(false);
  await run(
    10 * minuteMs,
    () => holders() === 12 && new Set(alertness()).size === 1,
  );
  equal(holders(), 12);
  deepEqual(alertness(), Array(12).fill("caution"), "it was said last");
  // All see the same until everything has ended, and nothing is left.
  await run(5 * minuteMs);
  equal(holders(), 0);
  deepEqual(alertness(), Array(12).fill("usual"));
});

Deno.test("a member that replays, forges and dates ahead moves nobody", async () => {
  const { site, run, seal, holders, alertness } = await open("liar");
  const [first] = site.hosts;
  const liar = site.hosts.at(-1);
  ok(first && liar);
  const honest = site.hosts.slice(0, -1);
  const contain = seal(first, {
    what: "contain",
    subject: villain,
    measure: "block",
  }, 10 * minuteMs);
  void first.signal(contain);
  await run(minuteMs, () => holders() === 12);
  equal(holders(), 12);
  void first.signal(
    seal(first, { what: "release", subject: "all" }, 0),
  );
  await run(minuteMs, () => holders() === 0);
  equal(holders(), 0);

  const forger = { public: site.operator.public, sign: liarSign };
  const tampered = contain.statement.slice();
  tampered[tampered.length - 1] = 2;
  const words = [
    contain,
    { ...contain, statement: tampered },
    seal(liar, { what: "stand_down" }, 60 * minuteMs, forger),
    seal(liar, { what: "never", network: villain }, 60 * minuteMs, forger),
    seal(
      liar,
      {
        what: "contain",
        subject: gateway,
        measure: "block",
      },
      60 * minuteMs,
      forger,
    ),
    { statement: contain.statement, signature: new Uint8Array(64) },
    { statement: new Uint8Array(300), signature: new Uint8Array(64) },
  ];
  for (let round = 0; round < 8; round++) {
    for (const each of words) liar.publish(payloadOf(each));
    await run(20_000);
    equal(holders(), 0, `round ${round}`);
    deepEqual(new Set(alertness()), new Set(["usual"]));
  }
  for (const { agent } of honest) {
    const { counters, signals } = agent.view(site.clock.wallMs());
    deepEqual(signals, []);
    ok((counters["rejected_signature"] ?? 0) >= 8);
    ok((counters["signal_repeated"] ?? 0) >= 1);
    ok((counters["rejected_unreadable"] ?? 0) >= 1);
  }
});

function liarSign(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(64).fill(bytes[0] ?? 1);
}

Deno.test("caution makes the first port nobody serves the last; never and the list stand above all", async () => {
  const { site, run, seal, holders } = await open("caution");
  const [first, other, third] = site.hosts;
  ok(first && other && third);
  equal(site.probe(other, second, 1), "closed");
  equal(site.probe(other, second, 2), "closed");
  void first.signal(seal(first, { what: "caution" }, 60 * minuteMs));
  await run(10_000);
  for (const host of site.hosts) {
    equal(site.probe(host, villain, 81), "filtered");
    equal(site.probe(host, villain, 22), "open", "what is served stays");
    equal(site.probe(host, gateway, 81), "closed", "on the list");
    const peer: VirtualHost = host === third ? other : third;
    equal(site.probe(host, peer.address, 81), "closed", "a member");
  }
  void first.signal(
    seal(first, { what: "never", network: villain }, 60 * minuteMs),
  );
  for (const address of [villain, gateway]) {
    const wish = {
      what: "contain",
      subject: address,
      measure: "block",
    } as const;
    try {
      void first.signal(seal(first, wish, 60 * minuteMs));
    } catch (error) {
      ok(error instanceof Error && /never contained/.test(error.message));
    }
  }
  await run(10_000);
  equal(holders(villain), 0);
  equal(holders(gateway), 0);
  equal(site.probe(other, villain, 82), "closed", "this was us");
});

Deno.test("a member that is cut off by signal keeps the mesh, and hears that it is let back in", async () => {
  const { site, run, seal } = await open("quarantine");
  const [first] = site.hosts;
  const suspect = site.hosts[5];
  ok(first && suspect);
  void first.signal(
    seal(first, { what: "quarantine", member: suspect.node }, 60 * minuteMs),
  );
  await run(10_000);
  for (const host of site.hosts) {
    if (host === suspect) continue;
    equal(site.probe(host, suspect.address, 22), "filtered");
    equal(site.probe(host, suspect.address, 8443), "open");
  }
  void first.signal(seal(first, { what: "readmit", member: suspect.node }, 0));
  await run(10_000);
  for (const host of site.hosts) {
    if (host === suspect) continue;
    equal(site.probe(host, suspect.address, 22), "open");
  }
  const stages = site.entries.filter(({ entry }) => entry.what === "quarantine")
    .map(({ entry }) => entry.stage);
  equal(stages.filter((stage) => stage === "done").length, 12);
  equal(stages.filter((stage) => stage === "undone").length, 12);
});
