/**
 * Where an attacker's connections end under `steer` and `caution` while decoys
 * run, and that nobody else ever meets one, in namespaces of our own.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import type { SteerPlan } from "../../../defense/containment/steer_rules.ts";
import type { Transcript } from "../../../defense/decoys/transcript.ts";
import type {
  DecoyReport,
  DecoyTouched,
} from "../../../defense/host/decoy_messages.ts";
import { membersPort } from "./namespace_peer.ts";
import { attacker, type Peer, victim } from "./network_lab.ts";
import {
  apply,
  connect,
  enforce,
  kernelTest,
  waitMs,
} from "./containment_lab.ts";

/** What a peer hears from a port before it says anything. */
async function greeting(
  peer: Peer,
  address: string,
  port: number,
  patienceMs = waitMs,
): Promise<string> {
  const { outcome, id } = await connect(peer, address, port);
  if (outcome !== "open") return outcome;
  return await peer.tell<string>({ do: "hear", id, waitMs: patienceMs });
}

interface Visits {
  touched: DecoyTouched[];
  visits: Transcript[];
  report: DecoyReport;
}

for (
  const { from, to } of [
    { from: attacker.v4, to: victim.v4 },
    { from: attacker.v6, to: victim.v6 },
  ]
) {
  kernelTest(
    `steer of ${from} leads every connection to a decoy, and no one else's`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      await host.tell({ do: "listen", address: "::", port: 22 });
      await stranger.tell({ do: "listen", address: "::", port: 80 });
      await host.tell({ do: "decoys", ports: [], steered: [from] });
      const before = await connect(stranger, to, 22);
      const outbound = await connect(host, from, 80);
      equal(await stranger.tell({ do: "echo", id: before.id, waitMs }), true);
      await apply(host, "steer", from);
      // Served or not, everything is a decoy now.
      match(await greeting(stranger, to, 22), /^SSH-2\.0-OpenSSH_/);
      match(await greeting(stranger, to, 23), /^\xff\xfd/);
      equal(await greeting(stranger, to, 4711), "");
      // What it had opened is cut, what we opened goes on.
      equal(await stranger.tell({ do: "echo", id: before.id, waitMs }), false);
      equal(await host.tell({ do: "echo", id: outbound.id, waitMs }), true);
      equal((await connect(host, from, 80)).outcome, "open");
      equal(await host.tell({ do: "release", subject: from }), 1);
      const after = await connect(stranger, to, 22);
      equal(await stranger.tell({ do: "echo", id: after.id, waitMs }), true);
      // None of it was the subject's choice.
      const { touched } = await host.tell<Visits>({ do: "visits" });
      deepEqual(touched, []);
    },
  );

  kernelTest(
    `caution of ${from} leads strays alone to a decoy`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      await host.tell({ do: "listen", address: "::", port: 22 });
      await host.tell({ do: "decoys", ports: [], steered: [from] });
      equal((await connect(stranger, to, 23)).outcome, "refused");
      await apply(host, "caution", from);
      match(await greeting(stranger, to, 2222), /^SSH-2\.0-OpenSSH_/);
      equal((await connect(stranger, to, 4711)).outcome, "open");
      const served = await connect(stranger, to, 22);
      equal(await stranger.tell({ do: "echo", id: served.id, waitMs }), true);
    },
  );
}

kernelTest(
  "steer of a /64 leads each of its addresses to a decoy",
  async (lab, host) => {
    await enforce(host);
    const stranger = lab.peer("a");
    await host.tell({ do: "listen", address: "::", port: 22 });
    await host.tell({ do: "decoys", ports: [], steered: [attacker.v6] });
    // By hand: the warden spares a /64 that this host is in itself.
    await lab.run(
      ...["v", "nft", "add element inet stealthmesh steer6"] as const,
      "{ fd77:: timeout 60s }",
    );
    match(await greeting(stranger, victim.v6, 22), /^SSH-2\.0-OpenSSH_/);
    equal((await connect(stranger, victim.v6, 4711)).outcome, "open");
  },
);

kernelTest(
  "a decoy's port answers nobody who comes by himself",
  async (lab, host) => {
    await enforce(host, [{ network: attacker.friend, reason: "operator" }]);
    const stranger = lab.peer("a");
    const plan = await host.tell<SteerPlan>({
      do: "decoys",
      ports: [],
      steered: [],
    });
    const [, ssh = 0] = plan.services.find(([asked]) => asked === 22) ?? [];
    equal((await connect(stranger, victim.v4, ssh)).outcome, "silent");
    const scan = (...from: string[]) =>
      lab.run(
        ...["a", "nmap", "-sS", "-n", "-Pn", "-p", String(ssh)] as const,
        ...["--max-retries", "0", "--host-timeout", "9s", ...from, victim.v4],
      );
    match(await scan("-e", "eth0", "-S", attacker.friend), /filtered/);
    // Somebody flushes the ruleset: then the isolate itself sends him away.
    await lab.run("v", "nft", "flush", "ruleset");
    const { outcome, id } = await connect(stranger, victim.v4, ssh);
    equal(outcome, "open");
    equal(await stranger.tell({ do: "hear", id, waitMs }), "");
    const { report, visits } = await host.tell<Visits>({ do: "visits" });
    deepEqual([report.strangers, report.taken, visits.length], [1, 0, 0]);
  },
);

for (
  const { from, to } of [
    { from: attacker.v4, to: victim.v4 },
    { from: attacker.v6, to: victim.v6 },
  ]
) {
  kernelTest(
    `the door for members answers ${from} if it is one, and else nobody`,
    async (lab, host) => {
      // Whom nothing contains is no member yet.
      await enforce(host, [{ network: from, reason: "operator" }]);
      const other = lab.peer("a");
      const open = (members: string[]) =>
        host.tell({ do: "decoys", ports: [], steered: [], members });
      await open([]);
      equal((await connect(other, to, membersPort)).outcome, "silent");
      await open([from]);
      equal((await connect(other, to, membersPort)).outcome, "open");
    },
  );
}

kernelTest(
  "a protected address is never steered",
  async (lab, host) => {
    await enforce(host, [{ network: attacker.v4, reason: "operator" }]);
    const stranger = lab.peer("a");
    await host.tell({ do: "listen", address: "::", port: 22 });
    await host.tell({ do: "decoys", ports: [], steered: [attacker.v4] });
    // Past the warden, by hand: the rules must hold by themselves.
    await lab.run(
      ...["v", "nft", "add element inet stealthmesh steer4"] as const,
      `{ ${attacker.v4} timeout 60s }`,
    );
    const { id } = await connect(stranger, victim.v4, 22);
    equal(await stranger.tell({ do: "echo", id, waitMs }), true);
    equal((await connect(stranger, victim.v4, 23)).outcome, "refused");
  },
);

kernelTest(
  "without a sign of life nobody is sent to what was a decoy's port",
  async (lab, host) => {
    await enforce(host);
    const stranger = lab.peer("a");
    const plan = await host.tell<SteerPlan>({
      do: "decoys",
      ports: [],
      steered: [attacker.v4],
    });
    await apply(host, "steer", attacker.v4);
    match(await greeting(stranger, victim.v4, 22), /^SSH-2\.0/);
    await lab.run("v", "nft", "flush set inet stealthmesh alive");
    equal((await connect(stranger, victim.v4, 22)).outcome, "silent");
    // The port is as any other now.
    await host.tell({ do: "release", subject: attacker.v4 });
    equal((await connect(stranger, victim.v4, plan.others)).outcome, "open");
  },
);

kernelTest("without a decoy steer drops", async (lab, host) => {
  await enforce(host);
  const stranger = lab.peer("a");
  await host.tell({ do: "listen", address: "::", port: 22 });
  await apply(host, "steer", attacker.v4);
  for (const port of [22, 23, 4711]) {
    equal((await connect(stranger, victim.v4, port)).outcome, "silent");
  }
});

kernelTest(
  "who finds a decoy port by himself has touched it, bare SYNs have not",
  async (lab, host) => {
    await enforce(host);
    const stranger = lab.peer("a");
    await host.tell({ do: "decoys", ports: [2222, 6379], steered: [] });
    await lab.run(
      ...["a", "nmap", "-sS", "-n", "-Pn", "-p", "2222", victim.v4] as const,
    );
    deepEqual((await host.tell<Visits>({ do: "visits" })).touched, []);
    match(await greeting(stranger, victim.v4, 2222), /^SSH-2\.0/);
    const { touched } = await host.tell<Visits>({ do: "visits" });
    deepEqual(
      touched.map(({ service, source, port }) => [service, source, port]),
      [["ssh", attacker.v4, 2222]],
    );
  },
);

kernelTest(
  "a real service can stand in a decoy's place",
  async (lab, host) => {
    await enforce(host);
    const stranger = lab.peer("a");
    await host.tell({ do: "listen", address: "127.0.0.1", port: 5022 });
    await host.tell({
      do: "decoys",
      ports: [],
      steered: [attacker.v4],
      relay: "127.0.0.1 5022",
    });
    await apply(host, "steer", attacker.v4);
    const { id } = await connect(stranger, victim.v4, 22);
    equal(await stranger.tell({ do: "echo", id, waitMs }), true);
  },
);

kernelTest(
  "nmap takes decoys for what they look like",
  async (lab, host) => {
    await enforce(host);
    await host.tell({ do: "decoys", ports: [], steered: [attacker.v4] });
    await apply(host, "steer", attacker.v4);
    const report = await lab.run(
      ...["a", "nmap", "-sV", "-T4", "-n", "-Pn", "-p"] as const,
      ...["22,23,80,3306,3389", "--host-timeout", "60s", victim.v4],
    );
    const named = [...report.matchAll(/^\d+\/tcp\s+open\s+(\S+)/gm)]
      .map(([, service]) => service);
    deepEqual(
      named,
      ["ssh", "telnet", "http", "mysql", "ms-wbt-server"],
      report,
    );
  },
);
