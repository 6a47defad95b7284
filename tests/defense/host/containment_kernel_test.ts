/**
 * What containment does to real packets, in namespaces of our own. Root, `ip`,
 * `nft` and `nmap` needed; never skipped in CI.
 *
 * @module
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import type { ContainmentIsolateReport } from "../../../defense/host/spawn_containment.ts";
import type { Lease } from "../../../defense/lease.ts";
import type { LeaseOutcome, ProtectedEntry } from "../../../defense/world.ts";
import {
  attacker,
  labMissing,
  NetworkLab,
  type Peer,
  victim,
} from "./network_lab.ts";

type Connected = { outcome: string; id: number };

const waitMs = 300;

function kernelTest(
  name: string,
  check: (lab: NetworkLab, host: Peer) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: labMissing,
    async fn() {
      await using lab = await NetworkLab.create();
      await check(lab, lab.peer("v"));
    },
  });
}

function enforce(host: Peer, entries: ProtectedEntry[] = []): Promise<unknown> {
  return host.tell({
    do: "spawn",
    mode: "enforce",
    protected: entries,
    onExit: "remove",
  });
}

async function apply(
  host: Peer,
  measure: Lease["measure"],
  subject: string,
  forMs = 60_000,
): Promise<void> {
  const [outcome] = await host.tell<LeaseOutcome[]>({
    do: "apply",
    leases: [{ subject, measure, forMs }],
  });
  ok(outcome?.applied, JSON.stringify(outcome));
}

function connect(
  peer: Peer,
  address: string,
  port: number,
): Promise<Connected> {
  return peer.tell({ do: "connect", address, port, waitMs });
}

function ruleset(lab: NetworkLab): Promise<string> {
  return lab.run("v", "nft", "list", "ruleset");
}

kernelTest(
  "a lease is in the kernel at once and ends there without us",
  async (lab, host) => {
    await enforce(host);
    await apply(host, "block", attacker.v4, 1_500);
    await apply(host, "caution", attacker.v6, 60_000);
    match(await ruleset(lab), /10\.77\.0\.2 timeout 1s\d+ms/);
    await host.kill();
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    const after = await ruleset(lab);
    ok(!/10\.77\.0\.2/.test(after), after);
    match(after, /fd77::2 timeout/);
  },
);

for (
  const { from, to } of [
    { from: attacker.v4, to: victim.v4 },
    { from: attacker.v6, to: victim.v6 },
  ]
) {
  kernelTest(
    `block of ${from} ends what it opened and nothing that we opened`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      await host.tell({ do: "listen", address: "::", port: 2222 });
      await stranger.tell({ do: "listen", address: "::", port: 80 });
      const inbound = await connect(stranger, to, 2222);
      const outbound = await connect(host, from, 80);
      deepEqual([inbound.outcome, outbound.outcome], ["open", "open"]);
      equal(await stranger.tell({ do: "echo", id: inbound.id, waitMs }), true);
      await apply(host, "block", from);
      equal(await stranger.tell({ do: "echo", id: inbound.id, waitMs }), false);
      equal((await connect(stranger, to, 2222)).outcome, "silent");
      equal(await host.tell({ do: "echo", id: outbound.id, waitMs }), true);
      equal((await connect(host, from, 80)).outcome, "open");
      equal(await host.tell({ do: "release", subject: from }), 1);
      equal((await connect(stranger, to, 2222)).outcome, "open");
    },
  );

  kernelTest(
    `caution of ${from} hides what we do not serve, and only that`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      await host.tell({ do: "listen", address: "::", port: 2222 });
      equal((await connect(stranger, to, 2223)).outcome, "refused");
      await apply(host, "caution", from);
      equal((await connect(stranger, to, 2223)).outcome, "silent");
      const served = await connect(stranger, to, 2222);
      equal(served.outcome, "open");
      equal(await stranger.tell({ do: "echo", id: served.id, waitMs }), true);
    },
  );

  kernelTest(
    `throttle of ${from} lets six connections through`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      await host.tell({ do: "listen", address: "::", port: 2222 });
      const before = await connect(stranger, to, 2222);
      await apply(host, "throttle", from);
      equal((await connect(stranger, to, 2223)).outcome, "silent");
      const outcomes: string[] = [];
      for (let attempt = 0; attempt < 8; attempt++) {
        outcomes.push((await connect(stranger, to, 2222)).outcome);
      }
      deepEqual(outcomes, [...Array(6).fill("open"), "silent", "silent"]);
      // What was open before goes on.
      equal(await stranger.tell({ do: "echo", id: before.id, waitMs }), true);
    },
  );
}

/** Ports of `nmap` output by state: `closed`, `open`, `filtered`. */
function portsIn(output: string, state: string): number {
  const [, , shown = "0"] = output.match(
    new RegExp(`(Not shown: .*?)?\\b(\\d+) ${state} tcp ports`),
  ) ?? [];
  return Number(shown) +
    [...output.matchAll(new RegExp(`^\\d+/tcp\\s+${state}\\b`, "gm"))].length;
}

function scan(lab: NetworkLab, ...from: string[]): Promise<string> {
  return lab.run(
    ...["a", "nmap", "-sS", "-T4", "-n", "-Pn", "--top-ports", "100"] as const,
    ...[
      "--max-retries",
      "1",
      "--host-timeout",
      "60s",
      "--max-rtt-timeout",
      "100ms",
      ...from,
      victim.v4,
    ],
  );
}

kernelTest(
  "the kernel alone lets a scan of 100 ports learn 8",
  async (lab, host) => {
    await enforce(host);
    const output = await scan(lab);
    const learned = portsIn(output, "closed");
    ok(learned >= 1 && learned <= 9, output);
    const [lease] = await host.tell<Lease[]>({ do: "held" });
    equal(lease?.subject, attacker.v4);
    deepEqual([lease?.measure, lease?.cause], ["block", "own"]);
  },
);

kernelTest(
  "a protected address is never dropped, whatever it does",
  async (lab, host) => {
    await enforce(host, [{ network: attacker.friend, reason: "operator" }]);
    const output = await scan(lab, "-e", "eth0", "-S", attacker.friend);
    equal(portsIn(output, "closed"), 100, output);
    deepEqual(await host.tell({ do: "held" }), []);
    const [outcome] = await host.tell<LeaseOutcome[]>({
      do: "apply",
      leases: [{ subject: attacker.friend, measure: "block", forMs: 1_000 }],
    });
    deepEqual(outcome?.applied === false && outcome.refusal, {
      code: "never_block",
      matched: `${attacker.friend} (operator)`,
    });
  },
);

kernelTest(
  "who becomes protected is let go, and stays out of the fast path",
  async (lab, host) => {
    await enforce(host);
    await apply(host, "block", attacker.v4);
    await host.tell({ do: "protect", network: `${attacker.v4}/31` });
    deepEqual(await host.tell({ do: "held" }), []);
    equal(portsIn(await scan(lab), "closed"), 100);
  },
);

kernelTest("observe writes nothing into the kernel", async (lab, host) => {
  await host.tell({
    do: "spawn",
    mode: "observe",
    protected: [],
    onExit: "remove",
  });
  const [outcome] = await host.tell<LeaseOutcome[]>({
    do: "apply",
    leases: [{ subject: attacker.v4, measure: "block", forMs: 1_000 }],
  });
  deepEqual(outcome?.applied === false && outcome.refusal.code, "observe");
  equal(await ruleset(lab), "");
  await host.tell({ do: "mode", mode: "enforce" });
  await apply(host, "block", attacker.v4);
  match(await ruleset(lab), /table inet stealthmesh/);
  await host.tell({ do: "mode", mode: "observe" });
  equal(await ruleset(lab), "");
});

kernelTest(
  "rules of others stay as they are, from start to stop",
  async (lab, host) => {
    await lab.run("v", "nft", "add table inet theirs");
    await lab.run(
      "v",
      "nft",
      "add chain inet theirs input { type filter hook input priority 0; }; add rule inet theirs input tcp dport 9 counter drop",
    );
    const before = await ruleset(lab);
    await enforce(host);
    await apply(host, "block", attacker.v4);
    ok((await ruleset(lab)).startsWith(before.trimEnd()));
    await host.tell({ do: "stop" });
    equal(await ruleset(lab), before);
  },
);

kernelTest(
  "a restart after kill -9 takes over what the kernel holds",
  async (lab, host) => {
    await enforce(host);
    await apply(host, "block", attacker.v4, 120_000);
    await apply(host, "throttle", attacker.v6, 60_000);
    await apply(host, "block", attacker.friend, 60_000);
    await host.kill();
    const next = lab.peer("v");
    await enforce(next, [{ network: attacker.friend, reason: "operator" }]);
    const held = await next.tell<Lease[]>({ do: "held" });
    deepEqual(
      held.map(({ subject, measure, cause }) => [subject, measure, cause]),
      [[attacker.v4, "block", "own"], [attacker.v6, "throttle", "own"]],
    );
    const remainingMs = (held[0]?.untilMs ?? 0) - Date.now();
    ok(remainingMs > 110_000 && remainingMs <= 120_000, `${remainingMs}`);
    equal(
      (await next.tell<ContainmentIsolateReport>({ do: "report" })).held,
      2,
    );
  },
);

kernelTest(
  "a table of another layout is replaced, its leases are kept",
  async (lab, host) => {
    await lab.run(
      "v",
      "nft",
      "add table inet stealthmesh; add set inet stealthmesh block4 { type ipv4_addr; size 16; flags timeout; }; " +
        `add element inet stealthmesh block4 { ${attacker.v4} timeout 90s comment "mesh", 10.77.0.9 timeout 90s }; ` +
        "add chain inet stealthmesh old { type filter hook input priority 0; }",
    );
    await enforce(host);
    const held = await host.tell<Lease[]>({ do: "held" });
    deepEqual(
      held.map(({ subject, cause }) => `${subject} ${cause}`).toSorted(),
      ["10.77.0.2 mesh", "10.77.0.9 operator"],
    );
    ok(!/chain old/.test(await ruleset(lab)));
  },
);

for (const step of ["held", "apply"] as const) {
  kernelTest(
    `somebody's flush ruleset is repaired at the next ${step}`,
    async (lab, host) => {
      await enforce(host);
      await apply(host, "block", attacker.v4);
      await lab.run("v", "nft", "flush", "ruleset");
      if (step === "apply") await apply(host, "caution", attacker.v6);
      const held = await host.tell<Lease[]>({ do: "held" });
      equal(held.length, step === "apply" ? 2 : 1);
      match(await ruleset(lab), /chain guard/);
      const report = await host.tell<ContainmentIsolateReport>({
        do: "report",
      });
      deepEqual([report.restored, report.failed], [1, 0]);
    },
  );
}

kernelTest("a new lease replaces a shorter one, and not a longer", async (
  _lab,
  host,
) => {
  await enforce(host);
  for (const forMs of [10_000, 100_000, 20_000]) {
    await apply(host, "block", attacker.v4, forMs);
  }
  const [lease] = await host.tell<Lease[]>({ do: "held" });
  ok((lease?.untilMs ?? 0) - Date.now() > 90_000);
});

kernelTest("a thousand leases at once, and not one more", async (
  _lab,
  host,
) => {
  await enforce(host);
  const leases = Array.from({ length: 1_005 }, (_, index) => ({
    subject: `10.78.${index >> 8}.${index & 255}`,
    measure: "caution" as const,
    forMs: 60_000,
  }));
  const outcomes = await host.tell<LeaseOutcome[]>({ do: "apply", leases });
  equal(outcomes.filter(({ applied }) => applied).length, 1_000);
  const rest = outcomes.slice(1_000);
  ok(rest.every((each) => !each.applied && each.refusal.code === "full"));
  equal((await host.tell<Lease[]>({ do: "held" })).length, 1_000);
  equal(await host.tell({ do: "release", subject: "all" }), 1_000);
});

kernelTest("a gateway is found in the routing table", async (lab, host) => {
  await lab.run("v", "ip", "route", "add", "default", "via", "10.77.0.77");
  await lab.run("v", "ip", "-6", "route", "add", "default", "via", "fd77::77");
  await enforce(host);
  const entries = await host.tell<ProtectedEntry[]>({ do: "entries" });
  const gateways = entries.filter(({ reason }) => reason === "gateway")
    .map(({ network }) => network);
  deepEqual(gateways, ["10.77.0.77", "fd77::77"]);
});

for (
  const { name, prefix, code } of [
    {
      name: "without the right to change the firewall",
      prefix: ["setpriv", "--bounding-set=-net_admin"],
      code: "nft_denied",
    },
    {
      name: "without nft",
      prefix: ["env", "PATH=/nowhere"],
      code: "nft_missing",
    },
  ]
) {
  kernelTest(`enforce ${name} says ${code}, observe goes on`, async (lab) => {
    const host = lab.peer("v", prefix);
    await rejects(enforce(host), new RegExp(code));
    await host.tell({
      do: "spawn",
      mode: "observe",
      protected: [],
      onExit: "remove",
    });
    deepEqual(await host.tell({ do: "held" }), []);
    await rejects(
      host.tell({ do: "mode", mode: "enforce" }),
      new RegExp(code),
    );
  });
}

/** What a closed port says to each kind of probe, and under a measure. */
const probes = [
  { flag: "-sU", open: "closed", hidden: "open|filtered" },
  { flag: "-sF", open: "closed", hidden: "open|filtered" },
  { flag: "-sA", open: "unfiltered", hidden: "filtered" },
  { flag: "-sS", open: "closed", hidden: "filtered" },
] as const;

for (const measure of ["caution", "throttle", "block"] as const) {
  kernelTest(
    `${measure} leaves probes of every kind without an answer`,
    async (lab, host) => {
      await enforce(host);
      const probe = (flag: string) =>
        lab.run(
          ...["a", "nmap", flag, "-T4", "-n", "-Pn", "-p", "9"] as const,
          ...["--max-retries", "0", "--host-timeout", "9s", victim.v4],
        );
      const states = async () => {
        const seen: string[] = [];
        for (const { flag } of probes) {
          seen.push((await probe(flag)).match(/^9\/\w+\s+(\S+)/m)?.[1] ?? "");
        }
        return seen;
      };
      deepEqual(await states(), probes.map(({ open }) => open));
      await apply(host, measure, attacker.v4);
      deepEqual(await states(), probes.map(({ hidden }) => hidden));
    },
  );
}

kernelTest(
  "keep on exit leaves leases to run out and starts nothing new",
  async (lab, host) => {
    await host.tell({
      do: "spawn",
      mode: "enforce",
      protected: [],
      onExit: "keep",
    });
    await apply(host, "block", attacker.friend);
    await host.tell({ do: "stop" });
    match(await ruleset(lab), /10\.77\.0\.3 timeout/);
    equal(portsIn(await scan(lab), "closed"), 100);
  },
);

kernelTest(
  "what is forwarded falls under block alone",
  async (lab, host) => {
    for (
      const command of [
        "ip link add inner type veth peer name far",
        "ip link set far up",
        "ip link set inner up",
        "ip address add 10.88.0.1/24 dev inner",
        "ip neigh add 10.88.0.9 lladdr 02:00:00:00:00:09 dev inner",
        "sysctl -q -w net.ipv4.ip_forward=1",
        "nft add table inet theirs",
        "nft add chain inet theirs forward { type filter hook forward priority 0; }",
        "nft add rule inet theirs forward ip daddr 10.88.0.9 counter",
      ]
    ) await lab.run("v", ...command.split(" "));
    await lab.run(
      ...["a", "ip", "route", "add", "10.88.0.0/24", "via", victim.v4] as const,
    );
    await enforce(host);
    /** Packets that got through to the inner host. */
    const forwarded = async () => {
      await lab.run(
        ...["a", "nmap", "-sS", "-n", "-Pn", "-p", "1-20"] as const,
        ...["--max-retries", "0", "--host-timeout", "9s", "10.88.0.9"],
      );
      const counted = await lab.run(
        ...["v", "nft", "list", "table", "inet", "theirs"] as const,
      );
      return Number(/packets (\d+)/.exec(counted)?.[1]);
    };
    // Twenty ports of somebody else are no scan of ours.
    equal(await forwarded(), 20);
    await apply(host, "caution", attacker.v4);
    equal(await forwarded(), 40);
    await apply(host, "block", attacker.v4);
    equal(await forwarded(), 40);
  },
);

for (
  const { name, signal } of [
    { name: "was killed", signal: "SIGKILL" },
    { name: "fell silent", signal: "SIGSTOP" },
  ] as const
) {
  kernelTest(
    `a lease reaches the kernel when nft ${name}`,
    async (lab, host) => {
      await enforce(host);
      await lab.signal("v", "nft", signal);
      await apply(host, "block", attacker.v4);
      await apply(host, "block", attacker.v6);
      match(await ruleset(lab), /10\.77\.0\.2 timeout/);
      equal((await host.tell<Lease[]>({ do: "held" })).length, 2);
      const { nft, restored, failed } = await host.tell<
        ContainmentIsolateReport
      >({ do: "report" });
      // Its death may be noticed before the next line, or by it.
      ok(nft.console && nft.consoleFailures <= 1);
      deepEqual([restored, failed], [0, 0]);
    },
  );
}
