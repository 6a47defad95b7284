/**
 * Measures on a host itself, with real processes, packets and `kill -9`.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type {
  HostLease,
  HostOutcome,
  HostTarget,
} from "../../../defense/host_lease.ts";
import { parseStat } from "../../../defense/host/process_control.ts";
import {
  connect,
  enforce,
  kernelTest,
  ruleset,
  until,
  waitMs,
} from "./containment_lab.ts";
import { attacker, type NetworkLab, type Peer, victim } from "./network_lab.ts";

/** Whether a process stands still: `cgroup.freeze` holds it in the kernel. */
async function isFrozen(pid: number): Promise<boolean> {
  const path = (await Deno.readTextFile(`/proc/${pid}/cgroup`))
    .match(/^0::(.*)$/m)?.[1] ?? "";
  const mounts = await Deno.readTextFile("/proc/mounts");
  const mount = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1] ?? "";
  if (path === "/") return false;
  const events = await Deno.readTextFile(`${mount}${path}/cgroup.events`);
  return /^frozen 1$/m.test(events);
}

function groupOf(pid: number): string {
  return Deno.readTextFileSync(`/proc/${pid}/cgroup`)
    .match(/^0::(.*)$/m)?.[1] ?? "";
}

const frozen = (pid: number) =>
  until(() => isFrozen(pid), () => `process ${pid} to freeze`);
const thawed = (pid: number) =>
  until(async () => !await isFrozen(pid), () => `process ${pid} to thaw`);

async function order(
  host: Peer,
  target: HostTarget,
  forMs: number,
  callerPid?: number,
): Promise<HostOutcome> {
  return await host.tell<HostOutcome>({
    do: "host_apply",
    order: { target, forMs, ...(callerPid && { callerPid }) },
  });
}

function refusalOf(outcome: HostOutcome): string {
  if (outcome.applied) return "applied";
  if ("script" in outcome) return "script";
  const { refusal } = outcome;
  return refusal.code === "never_block" ? refusal.matched : refusal.code;
}

for (const death of ["the agent lives", "kill -9 of the agent"] as const) {
  kernelTest(`a frozen process thaws on time: ${death}`, async (lab, host) => {
    await enforce(host);
    const other = lab.peer("v");
    const { pid } = other;
    await other.tell({ do: "listen", address: "::", port: 7000 });
    const before = groupOf(pid);
    const sinceMs = performance.now();
    const outcome = await order(host, { kind: "freeze", pid }, 4_000);
    ok(outcome.applied, JSON.stringify(outcome));
    // The kernel stops a process at the end of what it is doing (cgroup v2).
    await frozen(pid);
    const [lease] = await host.tell<HostLease[]>({ do: "host_leases" });
    equal(lease?.name, "deno");
    if (death !== "the agent lives") await host.kill();
    await thawed(pid);
    const tookMs = performance.now() - sinceMs;
    ok(tookMs > 3_900, `${tookMs} ms`);
    await until(() => groupOf(pid) === before, () => "its way home");
    // It works as if nothing had happened.
    equal((await connect(other, victim.v4, 7000)).outcome, "open");
  });
}

kernelTest("a frozen process is let go early, or when the agent stops", async (
  lab,
  host,
) => {
  await enforce(host);
  const { pid } = lab.peer("v");
  for (const key of [`freeze ${pid}`, "all"]) {
    ok((await order(host, { kind: "freeze", pid }, 60_000)).applied);
    await frozen(pid);
    equal(await host.tell({ do: "host_release", key }), 1);
    await thawed(pid);
  }
  ok((await order(host, { kind: "freeze", pid }, 60_000)).applied);
  await host.tell({ do: "stop" });
  await thawed(pid);
});

kernelTest("the helpers of a freeze are out of the agent's reach", async (
  lab,
  host,
) => {
  await enforce(host);
  const { pid } = lab.peer("v");
  ok((await order(host, { kind: "freeze", pid }, 60_000)).applied);
  const helpers = [...Deno.readDirSync("/proc")].map(({ name }) => name)
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return parseStat(Deno.readTextFileSync(`/proc/${name}/stat`))
          ?.parent === host.pid;
      } catch {
        return false;
      }
    })
    .filter((name) => /\/helpers$/.test(groupOf(Number(name))));
  equal(helpers.length, 3);
  for (const name of helpers) {
    const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
    const [, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    equal(session, name, "a session of its own");
  }
  await host.tell({ do: "host_release", key: "all" });
});

kernelTest("what the host and the operator depend on is spared", async (
  lab,
  host,
) => {
  const caller = lab.peer("v");
  await enforce(host);
  const spared = async (pid: number) =>
    refusalOf(await order(host, { kind: "freeze", pid }, 1_000, caller.pid));
  match(await spared(1), /the first process/);
  match(await spared(2), /thread of the kernel/);
  match(await spared(host.pid), /StealthMesh itself/);
  match(await spared(caller.pid), /your own session runs under it/);
  match(await spared(Deno.pid), /StealthMesh runs under it/);
  equal(await spared(4_194_304), "invalid");
  equal(
    refusalOf(await order(host, { kind: "freeze", pid: caller.pid }, 121_000)),
    "invalid",
  );
});

for (
  const [from, to] of [[attacker.v4, victim.v4], [
    attacker.v6,
    victim.v6,
  ]] as const
) {
  kernelTest(
    `an isolated process has no network over ${
      from.includes(":") ? "IPv6" : "IPv4"
    }, others have; kill -9 of the agent ends nothing early`,
    async (lab, host) => {
      await enforce(host);
      const bad = lab.peer("v");
      const good = lab.peer("v");
      const far = lab.peer("a");
      await far.tell({ do: "listen", address: "::", port: 80 });
      await bad.tell({ do: "listen", address: "::", port: 7000 });
      await good.tell({ do: "listen", address: "::", port: 7001 });
      const opened = await connect(bad, from, 80);
      const served = await connect(far, to, 7000);
      const before = groupOf(bad.pid);
      const outcome = await order(
        host,
        { kind: "isolate", pid: bad.pid },
        12_000,
      );
      ok(outcome.applied, JSON.stringify(outcome));
      const echo = (peer: Peer, { id }: { id: number }) =>
        peer.tell({ do: "echo", id, waitMs });
      deepEqual([await echo(bad, opened), await echo(far, served)], [
        false,
        false,
      ]);
      equal((await connect(bad, from, 80)).outcome, "silent");
      equal((await connect(far, to, 7000)).outcome, "silent");
      // Itself it still reaches, and everybody else has what they had.
      equal((await connect(bad, "127.0.0.1", 7001)).outcome, "open");
      equal((await connect(good, from, 80)).outcome, "open");
      equal((await connect(far, to, 7001)).outcome, "open");
      await host.kill();
      equal((await connect(bad, from, 80)).outcome, "silent");
      await until(
        async () => (await connect(bad, from, 80)).outcome === "open",
        () => "the process to have a network again",
      );
      equal((await connect(far, to, 7000)).outcome, "open");
      await until(() => groupOf(bad.pid) === before, () => "its way home");
    },
  );
}

/** Mbit/s that the victim's kernel sends or takes over its wire in `seconds`. */
async function megabits(
  lab: NetworkLab,
  counter: "rx_bytes" | "tx_bytes",
  seconds: number,
): Promise<number> {
  const bytes = async () =>
    Number(
      await lab.run(
        ...["v", "cat", `/sys/class/net/eth0/statistics/${counter}`] as const,
      ),
    );
  const before = await bytes();
  const sinceMs = performance.now();
  await new Promise((wake) => setTimeout(wake, seconds * 1_000));
  const sent = await bytes() - before;
  return sent * 8 / 1e3 / (performance.now() - sinceMs);
}

kernelTest(
  "an interface is slowed down both ways, not for the protected, and ends by itself",
  async (lab, host) => {
    await enforce(host, [{ network: attacker.friend, reason: "operator" }]);
    // A qdisc of somebody else's, which must stay what it is.
    const qdisc = "tbf rate 50mbit burst 64kb latency 50ms";
    await lab.run(
      ...["v", "tc", "qdisc", "add", "dev", "eth0", "root"] as const,
      ...qdisc.split(" "),
    );
    const shown = () => lab.run("v", "tc", "qdisc", "show", "dev", "eth0");
    const before = await shown();
    const far = lab.peer("a");
    const sender = lab.peer("v");
    await far.tell({ do: "listen", address: "::", port: 80 });
    await sender.tell({ do: "pour", address: attacker.v4, port: 80 });
    ok(await megabits(lab, "tx_bytes", 1) > 10);
    const limited = await order(
      host,
      { kind: "interface", device: "eth0", bitsPerSecond: 1_000_000 },
      15_000,
    );
    ok(limited.applied, JSON.stringify(limited));
    // What stood in the queue before still leaves.
    await megabits(lab, "tx_bytes", 0.5);
    const slow = await megabits(lab, "tx_bytes", 2);
    ok(slow > 0.02 && slow < 1.5, `${slow} Mbit/s`);
    await host.kill();
    await sender.tell({ do: "pour", address: attacker.friend, port: 80 });
    ok(await megabits(lab, "tx_bytes", 1) > 10, "the protected are spared");
    // Who is spared stops, and the limit ends with nobody to end it.
    await sender.kill();
    const other = lab.peer("v");
    await other.tell({ do: "pour", address: attacker.v4, port: 80 });
    await until(
      async () => await megabits(lab, "tx_bytes", 1) > 10,
      () => "the limit to end",
    );
    equal(await shown(), before);
  },
);

kernelTest(
  "a quarantined host keeps whom it may never cut off, and nobody else",
  async (
    lab,
    host,
  ) => {
    await enforce(host, [{
      network: attacker.friend,
      reason: "mesh member x",
    }]);
    const far = lab.peer("a");
    await far.tell({ do: "listen", address: "::", port: 80 });
    await host.tell({ do: "listen", address: "::", port: 7000 });
    const open = await connect(far, victim.v4, 7000);
    ok((await order(host, { kind: "quarantine_self" }, 12_000)).applied);
    equal(await far.tell({ do: "echo", id: open.id, waitMs }), false);
    equal((await connect(far, victim.v4, 7000)).outcome, "silent");
    equal((await connect(far, victim.v6, 7000)).outcome, "silent");
    equal((await connect(host, attacker.v4, 80)).outcome, "silent");
    equal((await connect(host, attacker.friend, 80)).outcome, "open");
    equal((await connect(host, "127.0.0.1", 7000)).outcome, "open");
    await host.kill();
    const other = lab.peer("v");
    await until(
      async () => (await connect(other, attacker.v4, 80)).outcome === "open",
      () => "the quarantine to end",
    );
    match(await ruleset(lab), /chain host_in/);
  },
);

kernelTest(
  "a quarantined member reaches the mesh's port and nothing else",
  async (
    lab,
    host,
  ) => {
    const addresses = [attacker.v4, attacker.v6] as never;
    await enforce(host, [
      { network: attacker.v4, reason: "mesh member till" },
      { network: attacker.v6, reason: "mesh member till" },
      { network: attacker.friend, reason: "mesh member desk" },
      { network: attacker.friend, reason: "gateway" },
    ]);
    const far = lab.peer("a");
    await far.tell({ do: "listen", address: "::", port: 80 });
    for (const port of [7000, 8443]) {
      await host.tell({ do: "listen", address: "::", port });
    }
    const member: HostTarget = {
      kind: "quarantine_member",
      name: "till",
      addresses,
      keptPorts: [8443],
      atOnceMax: 1,
    };
    const before = await connect(far, victim.v4, 7000);
    ok((await order(host, member, 60_000)).applied);
    for (const to of [victim.v4, victim.v6]) {
      equal((await connect(far, to, 7000)).outcome, "silent");
      equal((await connect(far, to, 8443)).outcome, "open");
    }
    equal(await far.tell({ do: "echo", id: before.id, waitMs }), false);
    // What we open towards it goes on.
    equal((await connect(host, attacker.v4, 80)).outcome, "open");
    // One of ten at a time.
    const desk = {
      ...member,
      name: "desk",
      addresses: [attacker.friend] as never,
    };
    equal(refusalOf(await order(host, desk, 60_000)), "full");
    equal(await host.tell({ do: "host_release", key: "quarantine till" }), 1);
    equal((await connect(far, victim.v4, 7000)).outcome, "open");
    // Somebody's `flush ruleset` ends none of it.
    ok((await order(host, member, 60_000)).applied);
    await lab.run("v", "nft", "flush", "ruleset");
    // A second is promised.
    await until(
      async () => (await ruleset(lab)).includes("@quarantined4"),
      () => "the quarantine to be restored",
      5_000,
    );
    equal((await connect(far, victim.v4, 7000)).outcome, "silent");
  },
);
