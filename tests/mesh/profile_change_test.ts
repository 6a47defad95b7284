/** A profile that changes while links run. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { type ProfileName, profiles } from "../../mesh/profile.ts";
import { writeCard } from "../../mesh/roster_entry.ts";
import {
  certificateLike,
  startedMesh,
  TestNode,
  VirtualMesh,
} from "./virtual_mesh.ts";
import { firstDifference, traceOf } from "./wire_trace.ts";

function useProfile(node: TestNode, profile: ProfileName): void {
  node.running?.send({ type: "use_profile", profile, choices: 4 });
}

const names = Object.keys(profiles) as ProfileName[];
const pairs = names.flatMap((from) =>
  names.filter((to) => to !== from).map((to) => ({ from, to }))
);

for (const { from, to } of pairs) {
  Deno.test(`use_profile from ${from} to ${to} under load loses nothing, ends no link`, () => {
    const mesh = startedMesh({ nodes: 3, profile: from });
    const stepMs = Math.round(profiles[from].periodMs / 3);
    let said = 0;
    const talk = (steps: number) => {
      for (let i = 0; i < steps; i++) {
        for (const node of mesh.nodes) node.say(`${node.host} ${said}`);
        said++;
        mesh.clock.run(stepMs);
      }
    };
    talk(10);
    // One after the other, so that for a while the ends differ.
    for (const node of mesh.nodes) {
      useProfile(node, to);
      talk(7);
    }
    mesh.clock.run(60 * profiles[to].periodMs + 60_000);
    for (const node of mesh.nodes) {
      equal(node.delivered.length, 2 * said, `${node.host} heard all`);
      const { profile, links, counters } = node.report();
      equal(profile, to);
      deepEqual(
        links.map(({ periodMs, peerPeriodMs }) => [periodMs, peerPeriodMs]),
        new Array(2).fill(new Array(2).fill(profiles[to].periodMs)),
      );
      equal(counters.paces_changed, 2);
      for (
        const name of [
          "links_silent",
          "links_broken",
          "cells_rejected",
          "messages_malformed",
          "queue_dropped",
        ]
      ) equal(counters[name] ?? 0, 0, name);
    }
  });
}

Deno.test("use_profile changes each link after its next slot, and nothing before", () => {
  const mesh = startedMesh({ nodes: 2 });
  mesh.clock.run(2_000);
  const orderedMs = mesh.clock.nowMs();
  useProfile(mesh.node(0), "metered");
  mesh.clock.run(60_000);
  const timesOf = (from: string) =>
    mesh.network.sent.filter((cell) =>
      cell.from === from && cell.atMs > orderedMs
    ).map(({ atMs }) => atMs);
  const [first = 0, second = 0, third = 0] = timesOf("n0:443");
  const { lan, metered } = profiles;
  // The last cell of the old pace tells, then the new slots begin at T's end.
  ok(first - orderedMs <= 1.5 * lan.periodMs + 1);
  ok(second - first <= lan.periodMs + metered.periodMs / 2 + 1);
  ok(third - second >= metered.periodMs / 2);
  const gaps = timesOf("n1:443").map((atMs, i, all) =>
    atMs - (all[i - 1] ?? atMs)
  );
  ok(
    gaps.every((gap) => gap <= 1.5 * lan.periodMs + 1),
    "the other end goes on",
  );
});

Deno.test("use_profile is on the wire what it is without a word being said", () => {
  const run = (talk: boolean) => {
    const mesh = startedMesh({ nodes: 3, seed: "switch" });
    for (let step = 0; step < 60; step++) {
      if (talk) { for (const node of mesh.nodes) node.say("z".repeat(900)); }
      if (step === 20) useProfile(mesh.node(1), "wan");
      if (step === 40) useProfile(mesh.node(1), "lan");
      mesh.clock.run(233);
    }
    return traceOf(mesh);
  };
  equal(firstDifference(run(true), run(false)), undefined);
});

Deno.test("use_profile of the profile in force changes and leaks nothing", () => {
  const run = (order: boolean) => {
    const mesh = startedMesh({ nodes: 2, seed: "same" });
    if (order) useProfile(mesh.node(0), "lan");
    mesh.clock.run(5_000);
    return { trace: traceOf(mesh), report: mesh.node(0).report() };
  };
  const { trace, report } = run(true);
  equal(firstDifference(trace, run(false).trace), undefined);
  equal(report.leakage.switches, 0);
  equal(report.counters.paces_changed, undefined);
});

Deno.test("use_profile twice before a slot ends with the later one", () => {
  const mesh = startedMesh({ nodes: 2, profile: "metered" });
  useProfile(mesh.node(0), "open");
  useProfile(mesh.node(0), "wan");
  mesh.clock.run(30_000);
  equal(mesh.node(0).counter("paces_changed"), 1);
  equal(mesh.node(1).report().links[0]?.peerPeriodMs, profiles.wan.periodMs);
});

Deno.test("use_profile during handshakes holds for the links that open", () => {
  const mesh = new VirtualMesh({ nodes: 3, profile: "wan" });
  mesh.startAll();
  mesh.clock.run(700);
  for (const node of mesh.nodes) useProfile(node, "lan");
  mesh.settle();
  mesh.clock.run(3_000);
  for (const node of mesh.nodes) {
    for (const link of node.report().links) {
      deepEqual([link.periodMs, link.peerPeriodMs], [250, 250]);
    }
  }
});

for (const slow of ["wan", "metered"] as const) {
  Deno.test(`a node on ${slow} links to nodes on lan, and the links last`, () => {
    const mesh = new VirtualMesh({ nodes: 4 });
    for (const node of mesh.nodes) {
      node.start(node === mesh.node(1) ? { profile: slow } : {});
    }
    mesh.settle(3, 60_000);
    mesh.clock.run(300_000);
    mesh.node(1).say("from the slow one");
    mesh.node(2).say("to the slow one");
    mesh.clock.run(30_000);
    equal(mesh.node(0).heard("from the slow one"), 1);
    equal(mesh.node(1).heard("to the slow one"), 1);
    for (const node of mesh.nodes) {
      for (const name of ["links_silent", "links_timed_out", "links_broken"]) {
        equal(node.counter(name), 0, `${node.host} ${name}`);
      }
    }
  });
}

Deno.test("a link to a member with global addresses alone is held to farProfile", () => {
  const mesh = new VirtualMesh({ nodes: 3 });
  const { keys } = mesh.node(1);
  const host = "203.0.113.9:443";
  mesh.nodes[1] = new TestNode(mesh, host, keys);
  mesh.roster.push(writeCard({
    meshId: mesh.meshId,
    keys,
    seq: 2,
    name: "far",
    addresses: [host],
    certificate: certificateLike,
  }));
  for (const node of mesh.nodes) node.start({ farProfile: "wan" });
  mesh.settle();
  mesh.clock.run(5_000);
  const pacesOf = (index: number) =>
    mesh.node(index).report().links.map(({ peer, periodMs }) =>
      `${peer === keys.node ? "far" : "near"} ${periodMs}`
    ).sort();
  deepEqual(pacesOf(0), ["far 1000", "near 250"]);
  // It sees members with local addresses, and is not held to anything.
  deepEqual(pacesOf(1), ["near 250", "near 250"]);
  useProfile(mesh.node(0), "metered");
  mesh.clock.run(10_000);
  deepEqual(pacesOf(0), ["far 5000", "near 5000"]);
});
