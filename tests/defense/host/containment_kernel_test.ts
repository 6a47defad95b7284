/**
 * What containment writes into a real kernel, in namespaces of our own. Root, `ip`,
 * `nft` and `nmap` needed; never skipped in CI.
 *
 * @module
 */
import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { bootMarkOf } from "../../../defense/containment/ruleset.ts";
import type { ContainmentIsolateReport } from "../../../defense/host/spawn_containment.ts";
import type { Lease } from "../../../defense/lease.ts";
import type { LeaseOutcome, ProtectedEntry } from "../../../defense/world.ts";
import { attacker } from "./network_lab.ts";
import {
  apply,
  enforce,
  kernelTest,
  portsIn,
  ruleset,
  scan,
  until,
} from "./containment_lab.ts";

/** The chain by which a table says in which boot it was written. */
async function bootChain(): Promise<string> {
  const id = await Deno.readTextFile("/proc/sys/kernel/random/boot_id");
  return `boot_${bootMarkOf(id)}`;
}

kernelTest(
  "a lease is in the kernel at once and ends there without us",
  async (lab, host) => {
    await enforce(host);
    await apply(host, "block", attacker.v4, 5_000);
    await apply(host, "caution", attacker.v6, 600_000);
    match(await ruleset(lab), /10\.77\.0\.2 timeout [45]s/);
    await host.kill();
    let after = "";
    await until(
      async () => !/10\.77\.0\.2/.test(after = await ruleset(lab)),
      () => `the end of a lease: ${after}`,
    );
    match(after, /fd77::2 timeout/);
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
    ok(remainingMs > 60_000 && remainingMs <= 120_000, `${remainingMs}`);
    equal(
      (await next.tell<ContainmentIsolateReport>({ do: "report" })).held,
      2,
    );
  },
);

kernelTest(
  "a saved ruleset that a boot brings back holds nobody once we are up",
  async (lab, host) => {
    await enforce(host);
    await apply(host, "block", attacker.v4, 600_000);
    await apply(host, "throttle", attacker.v6, 600_000);
    await host.kill();
    const saved = await ruleset(lab);
    match(saved, new RegExp(`chain ${await bootChain()} `));
    // As nftables.service does it, in a boot of another id.
    const file = await Deno.makeTempFile();
    try {
      await Deno.writeTextFile(
        file,
        saved.replaceAll(/boot_\w+/g, "boot_0a1b"),
      );
      await lab.run("v", "nft", "flush", "ruleset");
      await lab.run("v", "nft", "-f", file);
    } finally {
      await Deno.remove(file);
    }
    match(await ruleset(lab), /10\.77\.0\.2 timeout/);
    const next = lab.peer("v");
    await enforce(next);
    deepEqual(await next.tell<Lease[]>({ do: "held" }), []);
    const after = await ruleset(lab);
    ok(!/boot_0a1b|10\.77\.0\.2 timeout|fd77::2 timeout/.test(after), after);
  },
);

kernelTest(
  "a table of another layout is replaced, its leases are kept",
  async (lab, host) => {
    const mark = `add chain inet stealthmesh ${await bootChain()}; `;
    await lab.run(
      "v",
      "nft",
      "add table inet stealthmesh; add set inet stealthmesh block4 { type ipv4_addr; size 16; flags timeout; }; " +
        `add element inet stealthmesh block4 { ${attacker.v4} timeout 90s comment "mesh", 10.77.0.9 timeout 90s }; ` +
        `${mark}add chain inet stealthmesh old { type filter hook input priority 0; }`,
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

for (
  const { name, command } of [
    { name: "flush ruleset", command: ["flush", "ruleset"] },
    {
      name: "delete table",
      command: ["delete", "table", "inet", "stealthmesh"],
    },
    { name: "flush table", command: ["flush", "table", "inet", "stealthmesh"] },
    {
      name: "flush chain",
      command: ["flush", "chain", "inet", "stealthmesh", "guard"],
    },
  ]
) {
  kernelTest(
    `somebody's ${name} is undone at once, unasked`,
    async (lab, host) => {
      await enforce(host);
      const sinceMs = Date.now();
      await apply(host, "block", attacker.v4, 600_000);
      const service = { protocol: "tcp", port: 22 } as const;
      await apply(host, "block", attacker.v6, 300_000, service);
      const appliedMs = Date.now();
      const rules = async () =>
        (await ruleset(lab)).match(/@block4 .*drop/g)?.length ?? 0;
      equal(await rules(), 2);
      const restored = async () =>
        (await host.tell<ContainmentIsolateReport>({ do: "report" })).restored;
      equal(await restored(), 0);
      await lab.run("v", "nft", ...command);
      // A second is promised, and some 50 ms are usual.
      await until(
        async () => await restored() > 0,
        () => "the table to be restored",
        5_000,
      );
      equal(await rules(), 2);
      // With the time that was left, as far as nft's whole seconds tell it.
      const held = await host.tell<Lease[]>({ do: "held" });
      deepEqual(
        held.map(({ subject }) => subject),
        [attacker.v4, attacker.v6],
      );
      for (const [index, forMs] of [600_000, 300_000].entries()) {
        const untilMs = held[index]?.untilMs ?? 0;
        ok(untilMs > sinceMs + forMs - 3_000, `${untilMs - sinceMs}`);
        ok(untilMs < appliedMs + forMs + 3_000, `${untilMs - appliedMs}`);
      }
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
