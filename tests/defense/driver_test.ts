import { deepEqual, equal, ok } from "node:assert/strict";
import { Agent } from "../../defense/agent.ts";
import type { OperatorAuthority } from "../../defense/agent_event.ts";
import type { Address } from "../../defense/address.ts";
import { startAgent } from "../../defense/driver.ts";
import type { AgentWorld } from "../../defense/running_agent.ts";
import type { SignalOrder } from "../../defense/signal.ts";
import type { Lease } from "../../defense/lease.ts";
import type {
  Containment,
  JournalEntry,
  LeaseOutcome,
} from "../../defense/world.ts";
import type { Clock, Mesh, MeshCommand, MeshEvent } from "../../mesh/mod.ts";
import {
  alertOf,
  claimPayload,
  dawnMs,
  innocent,
  memberAddress,
  membersOf,
  nodeOf,
  villain,
} from "./agent_scene.ts";
import { Authority, seal } from "./signal_scene.ts";

/** A world in which everything that happens is written down, in order. */
class RecordingWorld implements Containment, Mesh, Clock {
  readonly happened: string[] = [];
  readonly entries: JournalEntry[] = [];
  readonly priors = new Map<Address, number>();
  timers: { atMs: number; wake: () => void }[] = [];
  monotonicMs = 0;
  heldLeases: Lease[] = [];
  journalFull = false;
  wallDown = false;
  emit: (event: MeshEvent) => void = () => {};

  apply(leases: readonly Lease[]): Promise<LeaseOutcome[]> {
    this.happened.push("apply");
    if (this.wallDown) return Promise.reject(new Error("worker died"));
    this.monotonicMs += 4;
    return Promise.resolve(leases.map((lease) => ({
      applied: true,
      lease,
      atMs: this.wallMs(),
    })));
  }
  release(): Promise<number> {
    this.happened.push("release");
    return Promise.resolve(2);
  }
  held(): Promise<Lease[]> {
    return Promise.resolve(this.heldLeases);
  }
  protect(entries: readonly { network: string }[]): void {
    this.happened.push(`protect ${entries.map(({ network }) => network)}`);
  }
  spare(entries: readonly { network: string }[]): void {
    this.happened.push(`spare ${entries.map(({ network }) => network)}`);
  }
  beCautious(cautious: boolean): void {
    this.happened.push(`cautious ${cautious}`);
  }
  send(command: MeshCommand): void {
    this.happened.push(command.type);
  }
  onEvent(listener: (event: MeshEvent) => void): void {
    this.emit = listener;
  }
  nowMs(): number {
    return this.monotonicMs;
  }
  wallMs(): number {
    return dawnMs + this.monotonicMs;
  }
  after(delayMs: number, wake: () => void): () => void {
    const timer = { atMs: this.monotonicMs + delayMs, wake };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }
  append(entry: JournalEntry): void {
    if (this.journalFull) throw new Error("disk full");
    this.happened.push("append");
    this.entries.push(entry);
  }
  pass(ms: number): void {
    const endMs = this.monotonicMs + ms;
    for (;;) {
      const [next] = this.timers.toSorted((a, b) => a.atMs - b.atMs);
      if (!next || next.atMs > endMs) break;
      this.monotonicMs = Math.max(this.monotonicMs, next.atMs);
      this.timers = this.timers.filter((each) => each !== next);
      next.wake();
    }
    this.monotonicMs = endMs;
  }
}

/** Lets promises that are already settled take effect. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function begin(
  prepare: (world: RecordingWorld) => void = () => {},
  more: Pick<
    AgentWorld,
    "quarantine" | "readmit" | "onAlertness" | "onAcquit"
  > = {},
  operator?: OperatorAuthority,
) {
  const world = new RecordingWorld();
  prepare(world);
  const agent = new Agent({
    self: nodeOf(0),
    mode: "enforce",
    ...(operator && { operator }),
  });
  const running = startAgent({
    agent,
    containment: world,
    mesh: world,
    journal: world,
    clock: world,
    onPrior: (subject, nats) => world.priors.set(subject, nats),
    ...more,
  });
  world.emit({ type: "roster", entries: [], members: membersOf(3) });
  world.happened.length = 0;
  return { world, agent, running };
}

Deno.test("startAgent() asks the kernel within detected(), before all else", async () => {
  const { world, running } = begin();
  running.detected(alertOf(villain, "E1", dawnMs));
  deepEqual(world.happened.slice(0, 2), ["apply", "publish"]);
  await settle();
  const done = world.entries.find(({ stage }) => stage === "done");
  equal(done?.detail.latencyMs, 4);
  deepEqual(running.view().detection, { count: 1, lastMs: 4, maxMs: 4 });
});

Deno.test("startAgent() puts members on containment's never-block list, once", () => {
  const { world } = begin();
  world.emit({ type: "roster", entries: [], members: membersOf(4) });
  deepEqual(world.happened, [`protect ${memberAddress(3)}`]);
});

Deno.test("startAgent() takes over what the kernel holds", async () => {
  const { agent } = begin((world) => {
    const untilMs = dawnMs + 60_000;
    const measure = "block";
    world.heldLeases = [{ subject: villain, measure, untilMs, cause: "own" }];
  });
  await settle();
  equal(agent.leases(dawnMs)[0]?.state, "in_force");
});

Deno.test("startAgent() contains although the journal fails, and catches up", async () => {
  const { world, running } = begin();
  world.journalFull = true;
  running.detected(alertOf(villain, "E1", dawnMs));
  await settle();
  equal(world.happened[0], "apply");
  equal(world.entries.length, 0);
  const { journalFailures, unwritten } = running.view();
  ok(journalFailures > 0);
  equal(unwritten, 3);
  world.journalFull = false;
  world.pass(60_000);
  equal(running.view().unwritten, 0);
  deepEqual(
    world.entries.map(({ stage, what }) => `${stage} ${what}`),
    ["seen alert", "claimed claim", "done lease"],
  );
});

Deno.test("startAgent() asks again when containment itself broke down", async () => {
  const { world, agent, running } = begin();
  world.wallDown = true;
  running.detected(alertOf(villain, "E1", dawnMs));
  await settle();
  equal(agent.leases(world.wallMs())[0]?.state, "failed");
  equal(running.view().containmentFailures, 1);
  world.wallDown = false;
  world.pass(60_000);
  await settle();
  equal(agent.leases(world.wallMs())[0]?.state, "in_force");
});

Deno.test("RunningAgent.contain() and release() answer the operator", async () => {
  const { running } = begin();
  const block = await running.contain({
    address: villain,
    measure: "block",
    forMs: 60_000,
  });
  equal(block.applied, true);
  equal(block.lease.cause, "operator");
  const milder = await running.contain({
    address: villain,
    measure: "throttle",
    forMs: 60_000,
  });
  equal(milder.applied && milder.lease.measure, "throttle", "the last word");
  running.detected(alertOf(villain, "E1", dawnMs, "block"));
  const covered = await running.contain({
    address: villain,
    measure: "throttle",
    forMs: 1_000,
  });
  equal(covered.applied && covered.lease.measure, "block", "held by evidence");
  for (const forMs of [0, -1, NaN, Infinity, 4 * 3_600_000 + 1]) {
    const outcome = await running.contain({
      address: innocent,
      measure: "block",
      forMs,
    });
    equal(!outcome.applied && outcome.refusal.code, "invalid");
  }
  const member = await running.contain({
    address: memberAddress(1),
    measure: "block",
    forMs: 1_000,
  });
  equal(!member.applied && member.refusal.code, "never_block");
  equal(await running.release(villain), 2);
});

Deno.test("RunningAgent.release() has the detectors forget whom it lets go", async () => {
  const forgotten: Address[] = [];
  const { running } = begin(undefined, {
    onAcquit: (subject) => void forgotten.push(subject),
  });
  running.detected(alertOf(villain, "E1", dawnMs, "block"));
  running.detected(alertOf(innocent, "E1", dawnMs, "block"));
  await running.release(villain);
  deepEqual(forgotten, [villain]);
  await running.release("all");
  deepEqual([...new Set(forgotten)].sort(), [villain, innocent].sort());
});

Deno.test("startAgent() hears the mesh and hints its detectors", () => {
  const { world, running } = begin();
  const payload = claimPayload(villain, "E1", dawnMs);
  world.emit({ type: "delivered", origin: nodeOf(1), payload });
  equal(world.happened[0], "apply");
  equal(world.priors.get(villain), Math.log(4));
  world.pass(700_000);
  equal(world.priors.get(villain), 0);
  running.stop();
  equal(world.timers.length, 0);
});

Deno.test("startAgent() writes down who contradicted itself", () => {
  const { world } = begin();
  for (const index of [1, 0]) {
    world.emit({ type: "equivocated", node: nodeOf(index), reason: "forked" });
  }
  deepEqual(
    world.entries.filter(({ what }) => what === "equivocated")
      .map(({ stage, node, detail }) => ({ stage, node, detail })),
    [
      {
        stage: "system",
        node: nodeOf(1),
        detail: { reason: "forked", own: false },
      },
      {
        stage: "system",
        node: nodeOf(0),
        detail: { reason: "forked", own: true },
      },
    ],
  );
});

const quarantines: readonly {
  name: string;
  quarantine?: AgentWorld["quarantine"];
  stages: string[];
  failures: number;
}[] = [
  {
    name: "has a member cut off that enough others accuse",
    quarantine: (member, untilMs) => {
      equal(member, nodeOf(3));
      equal(untilMs, dawnMs + 600_000);
      return Promise.resolve({ applied: true });
    },
    stages: ["agreed", "done"],
    failures: 0,
  },
  {
    name: "writes down a quarantine that containment refuses",
    quarantine: () =>
      Promise.resolve({ applied: false, refusal: { code: "observe" } }),
    stages: ["agreed", "refused"],
    failures: 0,
  },
  {
    name: "writes down a quarantine that broke down",
    quarantine: () => Promise.reject(new Error("worker died")),
    stages: ["agreed", "refused"],
    failures: 1,
  },
  {
    name: "writes down a quarantine that nobody can carry out",
    stages: ["agreed", "refused"],
    failures: 0,
  },
];

for (const { name, quarantine, stages, failures } of quarantines) {
  Deno.test(`startAgent() ${name}`, async () => {
    const { world, running } = begin(
      () => {},
      quarantine ? { quarantine } : {},
    );
    world.emit({ type: "roster", entries: [], members: membersOf(4) });
    const accused = memberAddress(3);
    for (const origin of [nodeOf(1), nodeOf(2)]) {
      const payload = claimPayload(accused, "E1", dawnMs);
      world.emit({ type: "delivered", origin, payload });
    }
    running.detected(alertOf(accused, "E1", dawnMs));
    await settle();
    deepEqual(
      world.entries.filter(({ what }) => what === "quarantine")
        .map(({ stage }) => stage),
      stages,
    );
    equal(running.view().containmentFailures, failures);
    equal(world.happened.includes("apply"), false);
  });
}

Deno.test("startAgent() carries out signals: containment, detectors, and cuts one after the other", async () => {
  const happened: string[] = [];
  const slow = Promise.withResolvers<void>();
  const { world, running } = begin(() => {}, {
    quarantine: async (member) => {
      await slow.promise;
      happened.push(`cut ${member === nodeOf(3)}`);
      return { applied: true };
    },
    readmit: (member) => {
      happened.push(`readmit ${member === nodeOf(3)}`);
      return Promise.reject(new Error("worker died"));
    },
    onAlertness: (alertness) => void happened.push(alertness),
  }, new Authority());
  world.emit({ type: "roster", entries: [], members: membersOf(4) });
  const base = { issuedMs: dawnMs, expiresMs: dawnMs + 20_000_000, by: "" };
  const say = (order: SignalOrder, forMs: number, place: number) => {
    const issuedMs = dawnMs + place;
    return running.signal(seal({
      ...base,
      order,
      issuedMs,
      untilMs: issuedMs + forMs,
    }));
  };
  await say({ what: "caution" }, 60_000, 1);
  await say({ what: "never", network: innocent }, 60_000, 2);
  const [outcome] = await say(
    { what: "contain", subject: villain, measure: "block" },
    60_000,
    3,
  );
  equal(outcome?.applied, true);
  await say({ what: "quarantine", member: nodeOf(3) }, 60_000, 4);
  await say({ what: "readmit", member: nodeOf(3) }, 0, 5);
  slow.resolve();
  await settle();
  deepEqual(happened, ["caution", "cut true", "readmit true"]);
  ok(world.happened.includes("cautious true"));
  ok(world.happened.includes(`spare ${innocent}`));
  equal(running.view().containmentFailures, 1);
  equal(world.happened.filter((each) => each === "publish").length, 5);
});
