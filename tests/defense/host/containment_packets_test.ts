/**
 * What an attacker's packets meet under each measure, in namespaces of our
 * own; never skipped in CI.
 *
 * @module
 */
import { deepEqual, equal } from "node:assert/strict";
import type { Lease } from "../../../defense/lease.ts";
import type { LeaseOutcome } from "../../../defense/world.ts";
import { attacker, type NetworkLab, victim } from "./network_lab.ts";
import {
  apply,
  connect,
  type Connected,
  enforce,
  kernelTest,
  portsIn,
  scan,
  waitMs,
} from "./containment_lab.ts";

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

kernelTest(
  "raised caution makes a stranger's first port not served its last, and spares whom it is told to",
  async (lab, host) => {
    await enforce(host);
    const stranger = lab.peer("a");
    /** Nobody waits for these orders; what is asked next comes after them. */
    const order = async (command: Parameters<typeof host.tell>[0]) => {
      await host.tell(command);
      await host.tell({ do: "held" });
    };
    await host.tell({ do: "listen", address: "::", port: 2222 });
    for (
      const { from, to } of [
        { from: attacker.v4, to: victim.v4 },
        { from: attacker.v6, to: victim.v6 },
      ]
    ) {
      equal((await connect(stranger, to, 2223)).outcome, "refused");
      await order({ do: "cautious", cautious: true });
      equal((await connect(stranger, to, 2224)).outcome, "silent");
      // A suspect's second SYN is answered, and that comes after a second.
      const served: Connected = await stranger.tell({
        do: "connect",
        address: to,
        port: 2222,
        waitMs: 10_000,
      });
      equal(served.outcome, "open");
      await order({ do: "spare", networks: [from] });
      equal((await connect(stranger, to, 2225)).outcome, "refused");
      const [outcome] = await host.tell<LeaseOutcome[]>({
        do: "apply",
        leases: [{ subject: from, measure: "block", forMs: 60_000 }],
      });
      equal(outcome?.applied === false && outcome.refusal.code, "never_block");
      await order({ do: "spare", networks: [] });
      equal((await connect(stranger, to, 2226)).outcome, "silent");
      await order({ do: "cautious", cautious: false });
    }
  },
);

/** nmap's scans, and its name for a port that answers each truthfully. */
const scanTypes = [
  { flag: "-sS", truthful: "closed", answered: 2 },
  { flag: "-sT", truthful: "closed", answered: 2 },
  { flag: "-sF", truthful: "closed", answered: 0 },
  { flag: "-sN", truthful: "closed", answered: 0 },
  { flag: "-sX", truthful: "closed", answered: 0 },
  { flag: "-sA", truthful: "unfiltered", answered: 2 },
  { flag: "-sM", truthful: "closed", answered: 2 },
  { flag: "-sU", truthful: "closed", answered: 2 },
] as const;

/** How many ports nmap's XML says are in a state. */
function countIn(xml: string, state: string): number {
  const listed = xml.split(`<state state="${state}"`).length - 1;
  const summed = new RegExp(`<extraports state="${state}" count="(\\d+)"`)
    .exec(xml)?.[1];
  return listed + Number(summed ?? 0);
}

kernelTest(
  "the kernel alone lets a scan of any type learn two ports not served",
  async (lab, host) => {
    const probe = (flag: string) =>
      lab.run(
        ...["a", "nmap", flag, "-n", "-Pn", "-T4", "-oX", "-"] as const,
        ...["-p", "101-112", "--max-retries", "0"] as const,
        ...["--max-rtt-timeout", "300ms", "--host-timeout", "9s", victim.v4],
      );
    const bare = await probe("-sF");
    equal(countIn(bare, "closed"), 12, bare);
    await enforce(host);
    for (const { flag, truthful, answered } of scanTypes) {
      const output = await probe(flag);
      equal(countIn(output, truthful), answered, `${flag}: ${output}`);
      const [lease] = await host.tell<Lease[]>({ do: "held" });
      equal(lease?.subject, attacker.v4, flag);
      deepEqual([lease?.measure, lease?.cause], ["caution", "own"]);
      await host.tell({ do: "release", subject: "all" });
    }
  },
);

/** How nmap sees one port of the victim from another address of the attacker. */
async function probeFrom(
  lab: NetworkLab,
  from: string,
  port: number,
): Promise<string> {
  const output = await lab.run(
    ...["a", "nmap", "-6", "-sS", "-n", "-Pn", "-e", "eth0", "-S"] as const,
    ...[from, "-p", `${port}`, "--max-retries", "2", "--host-timeout", "20s"],
    victim.v6,
  );
  return /^\d+\/tcp\s+(\w+)/m.exec(output)?.[1] ?? output;
}

kernelTest(
  "who hops through the addresses of his /64 learns no more ports than one",
  async (lab, host) => {
    const address = (hop: number) => `fd66:1::${hop}`;
    for (const hop of [1, 2, 3, 4]) {
      await lab.run(
        ...["a", "ip", "address", "add", `${address(hop)}/64`] as const,
        ...["dev", "eth0", "nodad"],
      );
    }
    await lab.run(
      "v",
      "ip",
      "-6",
      "route",
      "add",
      "fd66:1::/64",
      "dev",
      "eth0",
    );
    await enforce(host);
    const seen: string[] = [];
    for (const hop of [1, 2, 3, 4]) {
      seen.push(await probeFrom(lab, address(hop), 100 + hop));
    }
    deepEqual(seen, ["closed", "closed", "filtered", "filtered"]);
    const [lease] = await host.tell<Lease[]>({ do: "held" });
    deepEqual([lease?.subject, lease?.measure], ["fd66:1::", "caution"]);
    // Let go, and the same port again counts for nothing.
    equal(await host.tell({ do: "release", subject: "fd66:1::" }), 1);
    equal(await probeFrom(lab, address(1), 103), "closed");
  },
);

kernelTest(
  "neighbours in a /64 of ours are counted each for himself",
  async (lab, host) => {
    const hops = [11, 12, 13, 14];
    for (const hop of hops) {
      await lab.run(
        ...["a", "ip", "address", "add", `fd77::${hop}/64`] as const,
        ...["dev", "eth0", "nodad"],
      );
    }
    await enforce(host);
    for (const hop of hops) {
      equal(await probeFrom(lab, `fd77::${hop}`, 100 + hop), "closed");
    }
    deepEqual(await host.tell({ do: "held" }), []);
    // Each of them is met with silence all the same.
    for (const port of [201, 202]) await probeFrom(lab, "fd77::11", port);
    equal(await probeFrom(lab, "fd77::11", 203), "filtered");
    equal(await probeFrom(lab, "fd77::12", 204), "closed");
  },
);

kernelTest(
  "whose address a scan forges keeps what is served, a second later",
  async (lab, host) => {
    await enforce(host);
    await host.tell({ do: "listen", address: "::", port: 2222 });
    const stranger = lab.peer("a");
    const before = await connect(stranger, victim.v4, 2222);
    await scan(lab, "-p", "1-20");
    equal((await connect(stranger, victim.v4, 2223)).outcome, "silent");
    equal((await connect(stranger, victim.v4, 2222)).outcome, "silent");
    const { outcome } = await stranger.tell<{ outcome: string }>({
      do: "connect",
      address: victim.v4,
      port: 2222,
      waitMs: 3_000,
    });
    equal(outcome, "open");
    equal(await stranger.tell({ do: "echo", id: before.id, waitMs }), true);
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

/** What a closed port says to each kind of probe, and under a measure. */
const probes = [
  { flag: "-sU", open: "closed", hidden: "open|filtered" },
  { flag: "-sM", open: "closed", hidden: "open|filtered" },
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
