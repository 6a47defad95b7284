import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseAddress } from "../../../defense/address.ts";
import {
  HostKeeper,
  type HostScene,
  slotsMax,
} from "../../../defense/containment/host_keeper.ts";
import type {
  HostOutcome,
  HostTarget,
  ProcessView,
  ProcessWorld,
} from "../../../defense/host_lease.ts";
import { leaseMsMax } from "../../../defense/lease.ts";
import type { Mode } from "../../../defense/world.ts";

const kernelThread = 0x00200000;
/** `pid: [parent, name, flags]` */
const table: Record<number, [parent: number, name: string, flags?: number]> = {
  1: [0, "systemd"],
  2: [0, "kthreadd", kernelThread],
  3: [2, "kworker/0:1", kernelThread],
  10: [1, "sshd"],
  11: [10, "sshd-session"],
  12: [11, "bash"],
  13: [12, "stealthmesh"],
  20: [1, "stealthmesh"],
  21: [20, "nft"],
  30: [1, "nginx"],
  31: [30, "nginx"],
  40: [12, "evil"],
};
const free = new Set([30, 31, 40]);

class Processes implements ProcessWorld {
  readonly ownPid = 20;
  readonly held = new Map<number, { pid: number; frozen: boolean }>();
  fails = false;

  lineage(pid: number): Promise<ProcessView[]> {
    const lineage: ProcessView[] = [];
    for (let each = pid; table[each];) {
      const [parent, name, flags = 0] = table[each] ?? [0, ""];
      lineage.push({ pid: each, parent, name, flags, startTicks: each });
      each = parent;
    }
    return Promise.resolve(lineage);
  }
  sockets() {
    return Promise.resolve([
      {
        protocol: "tcp" as const,
        localAddress: "10.0.0.1",
        localPort: 80,
        remoteAddress: "192.0.2.7",
        remotePort: 40_000,
      },
      { protocol: "tcp" as const, listeningPort: 80 },
    ]);
  }
  hold(process: ProcessView, slot: number, _forMs: number, frozen: boolean) {
    if (this.fails) return Promise.reject(new Error("no such group"));
    this.held.set(slot, { pid: process.pid, frozen });
    return Promise.resolve(`stealthmesh/slot-${slot}`);
  }
  letGo(slot: number) {
    this.held.delete(slot);
    return Promise.resolve();
  }
}

function stage(mode: Mode = "enforce") {
  const processes = new Processes();
  const keeper = new HostKeeper(processes);
  const scripts: string[][] = [];
  const scene = {
    mode,
    moment: { nowMs: 0, wallMs: 1_000_000 },
    protectedEntries: [
      { network: "10.0.0.2", reason: "mesh member till" },
      { network: "10.0.0.3", reason: "mesh member desk" },
      { network: "10.0.0.3/32", reason: "gateway" },
      { network: "10.0.0.4", reason: "gateway" },
      { network: "10.0.0.4", reason: "mesh member both" },
    ],
    failure: undefined as string | undefined,
    run(commands: readonly string[]) {
      scripts.push([...commands]);
      return Promise.resolve(scene.failure);
    },
  };
  const order = (target: HostTarget, forMs = 60_000, more = {}) =>
    keeper.apply({ target, forMs, ...more }, scene as HostScene);
  return { processes, keeper, scripts, scene, order };
}

function codeOf(outcome: HostOutcome): string {
  if (outcome.applied) return "applied";
  return "script" in outcome ? "script" : outcome.refusal.code;
}

const member = (name: string, address: string): HostTarget => ({
  kind: "quarantine_member",
  name,
  addresses: [parseAddress(address)],
  keptPorts: [8_443],
  atOnceMax: 1,
});

const spared: { pid: number; because: RegExp }[] = [
  { pid: 1, because: /the first process/ },
  { pid: 2, because: /thread of the kernel/ },
  { pid: 3, because: /thread of the kernel/ },
  { pid: 10, because: /sshd/ },
  { pid: 11, because: /your own session/ },
  { pid: 12, because: /your own session/ },
  { pid: 13, because: /your own session/ },
  { pid: 20, because: /StealthMesh itself/ },
  { pid: 21, because: /StealthMesh itself/ },
];

for (const { pid, because } of spared) {
  Deno.test(`process ${pid} (${table[pid]?.[1]}) is spared`, async () => {
    for (const kind of ["freeze", "isolate"] as const) {
      const { order, processes, scripts } = stage();
      const outcome = await order({ kind, pid }, 1_000, { callerPid: 13 });
      equal(codeOf(outcome), "never_block");
      match(JSON.stringify(outcome), because);
      deepEqual([processes.held.size, scripts], [0, []]);
    }
  });
}

Deno.test("whatever is ordered, only what is not spared is ever held", async () => {
  const kinds = fc.constantFrom("freeze", "isolate", "interface", "melt");
  await fc.assert(fc.asyncProperty(
    fc.array(
      fc.record({
        target: fc.oneof(
          fc.record({ kind: kinds, pid: fc.nat(45) }),
          fc.constant(member("till", "10.0.0.2")),
          fc.constant(member("desk", "10.0.0.3")),
          fc.constant(member("both", "10.0.0.4")),
          fc.record({
            kind: fc.constant("interface"),
            device: fc.oneof(
              fc.constantFrom("eth0", "lo", 'eth0" drop; #'),
              fc.string(),
            ),
            bitsPerSecond: fc.oneof(fc.integer(), fc.double()),
          }),
          fc.anything(),
        ),
        forMs: fc.oneof(fc.integer({ max: 20_000_000 }), fc.anything()),
        callerPid: fc.constantFrom(13, 40),
      }),
      { maxLength: 12 },
    ),
    async (orders) => {
      const { keeper, scene, processes, scripts } = stage();
      for (const order of orders) {
        await keeper.apply(order, scene as HostScene);
      }
      for (const { pid } of processes.held.values()) ok(free.has(pid));
      for (const { target, untilMs } of keeper.leases(scene.moment)) {
        ok(untilMs <= scene.moment.wallMs + leaseMsMax);
        if (target.kind === "quarantine_member") equal(target.name, "till");
        if (target.kind === "interface") ok(target.device !== "lo");
      }
      for (const command of scripts.flat()) {
        ok(command.includes(" inet stealthmesh "), command);
        ok(!/[;#].*["#]/.test(command.replace(/\{.*\}/, "")), command);
      }
    },
  ));
});

Deno.test("a freeze is longer than two minutes for nobody", async () => {
  const { order } = stage();
  equal(codeOf(await order({ kind: "freeze", pid: 30 }, 120_001)), "invalid");
  equal(codeOf(await order({ kind: "freeze", pid: 30 }, 120_000)), "applied");
});

Deno.test("a process is held in one way at a time, and so many at once", async () => {
  const { order, processes, keeper, scene } = stage();
  await order({ kind: "freeze", pid: 30 });
  await order({ kind: "isolate", pid: 30 });
  deepEqual([...processes.held.values()], [{ pid: 30, frozen: false }]);
  await order({ kind: "freeze", pid: 31 });
  equal(processes.held.size, 2);
  equal(await keeper.release("isolate 30", scene), 1);
  equal(await keeper.release("isolate 30", scene), 0);
  equal(await keeper.release("all", scene), 1);
  equal(processes.held.size, 0);
  ok(slotsMax >= 8);
});

Deno.test("what fails in the world or the kernel leaves nothing held", async () => {
  const { order, processes, keeper, scene } = stage();
  processes.fails = true;
  equal(codeOf(await order({ kind: "freeze", pid: 30 })), "firewall");
  processes.fails = false;
  scene.failure = "nft_rejected: no";
  equal(codeOf(await order({ kind: "isolate", pid: 30 })), "firewall");
  equal(codeOf(await order({ kind: "quarantine_self" })), "firewall");
  deepEqual([processes.held.size, keeper.leases(scene.moment)], [0, []]);
});

Deno.test("observe and a dry run touch nothing, and still name the spared", async () => {
  for (
    const [mode, more] of [["observe", {}], ["enforce", {
      dryRun: true,
    }]] as const
  ) {
    const { order, processes, scripts } = stage(mode);
    const expected = mode === "observe" ? "observe" : "script";
    const codes = [];
    for (
      const target of [
        { kind: "isolate", pid: 30 },
        { kind: "freeze", pid: 31 },
        { kind: "quarantine_self" },
        { kind: "interface", device: "eth0", bitsPerSecond: 1e6 },
      ] as const
    ) codes.push(codeOf(await order(target, 60_000, more)));
    deepEqual(codes, Array(4).fill(expected));
    equal(
      codeOf(await order({ kind: "freeze", pid: 20 }, 1_000, more)),
      "never_block",
    );
    deepEqual([processes.held.size, scripts], [0, []]);
  }
});

Deno.test("restoration() writes rules and what is left of each measure", async () => {
  const { order, keeper } = stage();
  deepEqual(keeper.restoration(0), []);
  await order({ kind: "isolate", pid: 30 }, 60_000);
  await order(
    { kind: "interface", device: "eth0", bitsPerSecond: 8e6 },
    90_000,
  );
  await order(member("till", "10.0.0.2"), 30_000);
  const elements = (nowMs: number) =>
    keeper.restoration(nowMs).filter((command) => /timeout \d+ms/.test(command))
      .map((command) => command.slice("add element inet stealthmesh ".length));
  deepEqual(elements(10_000), [
    'isolated { "stealthmesh/slot-0" timeout 50000ms }',
    "isolated_sockets4 { tcp . 10.0.0.1 . 80 . 192.0.2.7 . 40000 timeout 50000ms }",
    "isolated_ports { tcp . 80 timeout 50000ms }",
    'slowed { "eth0" timeout 80000ms }',
    "quarantined4 { 10.0.0.2 timeout 20000ms }",
  ]);
  ok(
    keeper.restoration(10_000).some((command) =>
      command.endsWith(
        'oifname "eth0" limit rate over 1000000 bytes/second burst 100000 bytes drop',
      )
    ),
  );
  equal(elements(60_000).length, 1);
  deepEqual(keeper.restoration(90_000), []);
});

Deno.test("at most so many members are quarantined at once", async () => {
  const { order } = stage();
  const two = { ...member("two", "10.0.9.2"), atOnceMax: 1 } as HostTarget;
  equal(codeOf(await order(member("till", "10.0.0.2"))), "applied");
  equal(codeOf(await order(two)), "full");
  // The same one again is no further one.
  equal(codeOf(await order(member("till", "10.0.0.2"))), "applied");
});
