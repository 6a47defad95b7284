/**
 * The wire is independent of what is said: the same seed with and without
 * alerts, storms, transfers and roster changes gives the same cells, of the
 * same sizes, at the same times, on every link.
 */
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { Link } from "../../mesh/link.ts";
import { profiles } from "../../mesh/profile.ts";
import { writeCard } from "../../mesh/roster_entry.ts";
import { Cutter } from "../../mesh/wire/fragment.ts";
import { TransportKeys } from "../../mesh/noise/transport_keys.ts";
import { SendQueue } from "../../mesh/traffic/send_queue.ts";
import {
  certificateLike,
  startedMesh,
  type VirtualMesh,
} from "./virtual_mesh.ts";
import { firstDifference, traceOf } from "./wire_trace.ts";

/** What happens in one step of a run; step numbers count from 0. */
type Activity = (mesh: VirtualMesh, step: number) => void;

const quiet: Activity = () => {};

/** Add a row for whatever members may say to each other. */
const activities: Readonly<Record<string, Activity>> = {
  "an alert now and then": (mesh, step) => {
    if (step % 5 === 0) mesh.node(step % mesh.nodes.length).say(`a ${step}`);
  },
  "a storm from every node": (mesh, step) => {
    for (const node of mesh.nodes) {
      for (let i = 0; i < 20; i++) {
        node.say(`storm ${step} ${i} `.repeat(5), (i % 3) as 0 | 1 | 2);
      }
    }
  },
  "long payloads": (mesh, step) =>
    mesh.node(step % mesh.nodes.length).say("x".repeat(8_000), 2),
  "roster entries": (mesh, step) => {
    const node = mesh.node(step % mesh.nodes.length);
    const card = writeCard({
      meshId: mesh.meshId,
      keys: node.keys,
      seq: 2 + step,
      name: `renamed ${step}`,
      addresses: [node.host],
      certificate: certificateLike,
    });
    node.running?.send({ type: "merge_roster", entries: [card] });
  },
  "invites handed out": (mesh) => {
    const { open } = mesh.invite();
    const entries = [mesh.roster.at(-1)!];
    mesh.node(0).running?.send({ type: "open_invite", invite: open });
    mesh.node(0).running?.send({ type: "merge_roster", entries });
  },
  "garbage in the cells": (mesh) => {
    const { host } = mesh.node(0);
    const [link] = mesh.network.linksOf(host);
    if (link !== undefined) mesh.network.inject(host, link, mesh.bytes(512));
  },
  "an owner that asks": (mesh) => {
    for (const node of mesh.nodes) node.report();
  },
};

function traced(
  o: {
    readonly profile: "lan" | "wan" | "metered" | "open";
    readonly activity: Activity;
    readonly nodes?: number;
    readonly steps?: number;
    readonly stepMs?: number;
    readonly lateMs?: number;
  },
): { trace: string; mesh: VirtualMesh } {
  const mesh = startedMesh({
    nodes: o.nodes ?? 3,
    profile: o.profile,
    seed: "stealth",
  });
  mesh.clock.timersLateMs = o.lateMs ?? 0;
  for (let step = 0; step < (o.steps ?? 40); step++) {
    o.activity(mesh, step);
    // No multiple of a period: activity falls on all phases of the slots.
    mesh.clock.run(
      o.stepMs ?? Math.round(profiles[o.profile].periodMs * 0.773),
    );
  }
  return { trace: traceOf(mesh), mesh };
}

for (const profile of ["lan", "wan", "metered"] as const) {
  const silent = traced({ profile, activity: quiet });
  for (const [name, activity] of Object.entries(activities)) {
    Deno.test(`the wire on ${profile} is the same with ${name}`, () => {
      const busy = traced({ profile, activity });
      equal(firstDifference(busy.trace, silent.trace), undefined);
    });
  }
  Deno.test(`the wire on ${profile} carries one size, and what was said`, () => {
    const { mesh } = traced({
      profile,
      activity: activities["an alert now and then"]!,
    });
    deepEqual(
      new Set(mesh.network.sent.map(({ cell }) => cell.length)),
      new Set([512]),
    );
    ok(mesh.nodes.every(({ delivered }) => delivered.length > 0));
  });
}

Deno.test("the wire on open shows an alert, so the comparison can see one", () => {
  const busy = traced({
    profile: "open",
    activity: activities["an alert now and then"]!,
  });
  const silent = traced({ profile: "open", activity: quiet });
  notEqual(firstDifference(busy.trace, silent.trace), undefined);
});

for (
  const { profile, minutes } of [
    { profile: "lan", minutes: 3 },
    { profile: "wan", minutes: 13 },
    { profile: "metered", minutes: 13 },
  ] as const
) {
  Deno.test(`keys on ${profile} are renewed by the clock, idle or not`, () => {
    const steps = minutes * 6;
    const o = { profile, nodes: 2, steps, stepMs: 10_000 };
    const busy = traced({ ...o, activity: activities["long payloads"]! });
    const silent = traced({ ...o, activity: quiet });
    equal(firstDifference(busy.trace, silent.trace), undefined);
    for (const { mesh } of [busy, silent]) {
      for (const node of mesh.nodes) ok(node.counter("rekeys") >= 2);
    }
  });
}

Deno.test("late slots are skipped and counted, not caught up, busy or not", () => {
  // Later than T/4: every slot is missed; 20 ms: none is.
  for (
    const { lateMs, missed } of [{ lateMs: 20, missed: 0 }, { lateMs: 70 }]
  ) {
    const runs = Object.values(activities).concat(quiet)
      .map((activity) => traced({ profile: "lan", activity, lateMs }));
    for (const { trace, mesh } of runs) {
      equal(firstDifference(trace, runs.at(-1)!.trace), undefined);
      const skipped = mesh.nodes.map((node) => node.counter("slots_skipped"));
      if (missed === 0) deepEqual(skipped, [0, 0, 0]);
      else ok(skipped.every((count) => count > 10), `${skipped}`);
    }
  }
});

Deno.test("a stall of a host shows as missed slots, never as a burst", () => {
  const mesh = startedMesh({ nodes: 3, seed: "stall" });
  for (let i = 0; i < 10; i++) {
    for (const node of mesh.nodes) node.say(`before the stall ${i}`);
    mesh.clock.sleep(700 + 131 * i);
    mesh.clock.run(900);
  }
  const last = new Map<string, number>();
  for (const { atMs, from, to } of mesh.network.sent) {
    const wire = `${from} ${to}`;
    const gapMs = atMs - (last.get(wire) ?? -Infinity);
    // Slots are at least T/2 apart, and fire at most T/4 late.
    ok(gapMs >= profiles.lan.periodMs / 4, `${gapMs} ms on ${wire}`);
    last.set(wire, atMs);
  }
});

Deno.test("neighbours change by the clock alone, whatever is said", () => {
  const run = (activity: Activity) => {
    const mesh = startedMesh({ nodes: 10, profile: "wan", seed: "epoch" }, 2);
    for (let step = 0; step < 12; step++) {
      activity(mesh, step);
      if (step === 4) mesh.clock.wallShiftMs += 6 * 3_600_000;
      mesh.clock.run(2_500);
    }
    const retired = mesh.nodes.reduce(
      (sum, node) => sum + node.counter("links_retired"),
      0,
    );
    return { trace: traceOf(mesh), retired };
  };
  const silent = run(quiet);
  ok(silent.retired > 0, "the epoch ended");
  const busy = run(activities["a storm from every node"]!);
  equal(firstDifference(busy.trace, silent.trace), undefined);
});

const breaks: readonly {
  readonly name: string;
  readonly happens: (mesh: VirtualMesh) => void;
  readonly ends: (mesh: VirtualMesh) => void;
}[] = [
  {
    name: "a wire that is cut and mended",
    happens: (mesh) => mesh.network.cut("n0:443", "n1:443"),
    ends: (mesh) => mesh.network.cut("n0:443", "n1:443", false),
  },
  {
    name: "a host that dies and comes back",
    happens: (mesh) => mesh.node(2).kill(),
    ends: (mesh) => mesh.node(2).start(),
  },
];

for (const { name, happens, ends } of breaks) {
  Deno.test(`dials after ${name} come at the same times with alerts waiting`, () => {
    const run = (activity: Activity) => {
      const mesh = startedMesh({ nodes: 3, seed: "redial" });
      happens(mesh);
      for (let step = 0; step < 20; step++) {
        activity(mesh, step);
        mesh.clock.run(973);
      }
      ends(mesh);
      mesh.clock.run(40_000);
      equal(mesh.node(0).report().links.length, 2, "linked again");
      return { trace: traceOf(mesh), mesh };
    };
    const silent = run(quiet);
    const busy = run((mesh, step) => {
      mesh.node(0).say(`waits ${step}`);
      mesh.node(1).say("y".repeat(3_000), 2);
    });
    equal(firstDifference(busy.trace, silent.trace), undefined);
    equal(busy.mesh.node(2).heard("waits 19"), 1, "it arrived after all");
  });
}

const calls = [
  [SendQueue.prototype, "beginCell"],
  [Cutter.prototype, "fill"],
  [TransportKeys.prototype, "seal"],
  [TransportKeys.prototype, "open"],
  [Link.prototype, "pulse"],
  [Link.prototype, "receive"],
] as const;

/** Runs `work` and counts the calls that make, seal and read a cell. */
function callsOf(work: () => void): string[] {
  const made: string[] = [];
  const restore = calls.map(([holder, name]) => {
    const target = holder as unknown as Record<string, unknown>;
    const real = target[name] as (...args: unknown[]) => unknown;
    target[name] = function (this: unknown, ...args: unknown[]) {
      const [first] = args;
      const bytes = first instanceof Uint8Array ? ` ${first.length}` : "";
      made.push(`${name}${bytes}`);
      return real.apply(this, args);
    };
    return () => target[name] = real;
  });
  try {
    work();
  } finally {
    for (const undo of restore) undo();
  }
  return made;
}

Deno.test("a dummy is made, sealed and opened by the calls of a real cell", () => {
  const callsWith = (activity: Activity) => {
    const mesh = startedMesh({ nodes: 2, seed: "calls" });
    mesh.clock.run(2_000);
    return callsOf(() => {
      for (let step = 0; step < 20; step++) {
        activity(mesh, step);
        mesh.clock.run(250);
      }
    });
  };
  const dummies = callsWith(quiet);
  ok(dummies.filter((call) => call === "seal 496").length >= 38);
  for (
    const name of [
      "an alert now and then",
      "a storm from every node",
      "long payloads",
    ] as const
  ) {
    deepEqual(callsWith(activities[name]!), dummies, name);
  }
});
