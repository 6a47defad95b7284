/**
 * Measures on one service, on /64s and on what is published from behind a
 * host, with real packets.
 *
 * @module
 */
import { deepEqual, equal } from "node:assert/strict";
import type { Rehearsal } from "../../../defense/containment/rehearsal.ts";
import type { Lease } from "../../../defense/lease.ts";
import type { Service } from "../../../defense/service.ts";
import {
  apply,
  connect,
  enforce,
  kernelTest,
  waitMs,
} from "./containment_lab.ts";
import { attacker, container, victim } from "./network_lab.ts";

const ssh: Service = { protocol: "tcp", port: 2222 };

for (
  const [from, to] of [[attacker.v4, victim.v4], [
    attacker.v6,
    victim.v6,
  ]] as const
) {
  kernelTest(
    `block of ${from} on one service ends that, old and new, and nothing else`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      for (const port of [2222, 80]) {
        await host.tell({ do: "listen", address: "::", port });
      }
      await stranger.tell({ do: "listen", address: "::", port: 2222 });
      const guesser = await connect(stranger, to, 2222);
      const visitor = await connect(stranger, to, 80);
      // Our own way to a service of the same port over there.
      const outbound = await connect(host, from, 2222);
      await apply(host, "block", from, 60_000, ssh);
      const echo = (peer: typeof host, { id }: { id: number }) =>
        peer.tell({ do: "echo", id, waitMs });
      equal(await echo(stranger, guesser), false);
      equal(await echo(stranger, visitor), true);
      equal(await echo(host, outbound), true);
      const outcome = async (port: number) =>
        (await connect(stranger, to, port)).outcome;
      deepEqual(
        [await outcome(2222), await outcome(80), await outcome(81)],
        ["silent", "open", "refused"],
      );
      equal((await connect(host, from, 2222)).outcome, "open");
      const [lease] = await host.tell<Lease[]>({ do: "held" });
      deepEqual(lease?.service, ssh);
      equal(await host.tell({ do: "release", subject: from }), 1);
      equal(await outcome(2222), "open");
    },
  );

  kernelTest(
    `throttle of ${from} on one service lets six connections through there`,
    async (lab, host) => {
      await enforce(host);
      const stranger = lab.peer("a");
      for (const port of [2222, 80]) {
        await host.tell({ do: "listen", address: "::", port });
      }
      await apply(host, "throttle", from, 60_000, ssh);
      const outcomes: string[] = [];
      for (let attempt = 0; attempt < 8; attempt++) {
        outcomes.push((await connect(stranger, to, 2222)).outcome);
      }
      deepEqual(outcomes, [...Array(6).fill("open"), "silent", "silent"]);
      equal((await connect(stranger, to, 80)).outcome, "open");
      equal((await connect(stranger, to, 81)).outcome, "refused");
    },
  );
}

kernelTest(
  "a service is met under the port it listens on, where that is redirected",
  async (lab, host) => {
    await lab.run("v", ..."nft add table inet theirs".split(" "));
    await lab.run(
      "v",
      ..."nft add chain inet theirs redirected { type nat hook prerouting priority -100; }"
        .split(" "),
    );
    await lab.run(
      "v",
      ..."nft add rule inet theirs redirected tcp dport 22 redirect to 2222"
        .split(
          " ",
        ),
    );
    await enforce(host);
    await host.tell({ do: "listen", address: "::", port: 2222 });
    const stranger = lab.peer("a");
    equal((await connect(stranger, victim.v4, 22)).outcome, "open");
    await apply(host, "block", attacker.v4, 60_000, ssh);
    equal((await connect(stranger, victim.v4, 22)).outcome, "silent");
    equal((await connect(stranger, victim.v4, 2222)).outcome, "silent");
  },
);

kernelTest(
  "a block of one /64 meets every address in it, and no other",
  async (lab, host) => {
    // Of other networks than our own, so that nobody protected is in them.
    const addresses = ["fd99::2", "fd99::3", "fd99:0:0:1::2"];
    for (const address of addresses) {
      await lab.run(
        ...["a", "ip", "address", "add", `${address}/64`] as const,
        ...["dev", "eth0", "nodad"],
      );
    }
    for (const network of ["fd99::/64", "fd99:0:0:1::/64"]) {
      await lab.run("v", "ip", "route", "add", network, "dev", "eth0");
    }
    await enforce(host);
    await host.tell({ do: "listen", address: "::", port: 80 });
    const reached = async () => {
      const seen: boolean[] = [];
      for (const address of addresses) {
        const output = await lab.run(
          ...["a", "nmap", "-6", "-sS", "-n", "-Pn", "-p", "80"] as const,
          ...["--max-retries", "1", "--max-rtt-timeout", "300ms"],
          ...["-S", address, "-e", "eth0", victim.v6],
        );
        seen.push(/^80\/tcp\s+open/m.test(output));
      }
      return seen;
    };
    deepEqual(await reached(), [true, true, true]);
    await apply(host, "block", "fd99::");
    deepEqual(await reached(), [false, false, true]);
    equal(await host.tell({ do: "release", subject: "fd99::" }), 1);
    await apply(host, "block", "fd99::3");
    deepEqual(await reached(), [true, false, true]);
  },
);

for (
  const { family, from, to } of [
    { family: "IPv4", from: attacker.v4, to: victim.v4 },
    { family: "IPv6", from: attacker.v6, to: victim.v6 },
  ]
) {
  kernelTest(
    `a port published from behind the host, as Docker does, over ${family}`,
    async (lab, host) => {
      await lab.addContainer();
      await enforce(host);
      const inside = lab.peer("c");
      await inside.tell({ do: "listen", address: "::", port: 80 });
      const stranger = lab.peer("a");
      const outcome = async () =>
        (await connect(stranger, to, container.published)).outcome;
      const open = await connect(stranger, to, container.published);
      equal(open.outcome, "open");
      const echo = () => stranger.tell({ do: "echo", id: open.id, waitMs });
      const published: Service = {
        protocol: "tcp",
        port: container.published,
      };
      // Named as the world knows it, not as the container does.
      await apply(host, "block", from, 60_000, { protocol: "tcp", port: 80 });
      equal(await outcome(), "open");
      await apply(host, "block", from, 60_000, published);
      deepEqual([await outcome(), await echo()], ["silent", false]);
      await host.tell({ do: "release", subject: from });
      equal(await outcome(), "open");
      await apply(host, "block", from);
      deepEqual([await outcome(), await echo()], ["silent", false]);
      await host.tell({ do: "release", subject: from });
      await apply(host, "throttle", from, 60_000, published);
      const outcomes: string[] = [];
      for (let attempt = 0; attempt < 7; attempt++) {
        outcomes.push(await outcome());
      }
      deepEqual(outcomes, [...Array(6).fill("open"), "silent"]);
      // What the container itself opens goes on.
      await stranger.tell({ do: "listen", address: "::", port: 8080 });
      await lab.run(
        ...["a", "ip", "route", "add", `${container.v4}/32`] as const,
        ...["via", victim.v4],
      );
      await lab.run(
        ...["a", "ip", "route", "add", `${container.v6}/128`] as const,
        ...["via", victim.v6],
      );
      await apply(host, "block", from);
      equal((await connect(inside, from, 8080)).outcome, "open");
    },
  );
}

kernelTest(
  "a rehearsal names what a block would cut, and cuts nothing",
  async (lab, host) => {
    await enforce(host);
    const stranger = lab.peer("a");
    await host.tell({ do: "listen", address: "::", port: 2222 });
    await stranger.tell({ do: "listen", address: "::", port: 80 });
    const inbound = await connect(stranger, victim.v4, 2222);
    await connect(host, attacker.v4, 80);
    const rehearsal = await host.tell<Rehearsal>({
      do: "rehearse",
      subject: attacker.v4,
    });
    deepEqual(
      rehearsal.cut.map(({ toPort, program = "" }) => [
        toPort,
        program.replace(/\d+/, "N"),
      ]),
      [[2222, "deno (N)"]],
    );
    deepEqual(rehearsal.kept.map(({ toPort }) => toPort), [80]);
    equal(
      await stranger.tell({ do: "echo", id: inbound.id, waitMs }),
      true,
    );
    deepEqual(await host.tell({ do: "held" }), []);
  },
);
