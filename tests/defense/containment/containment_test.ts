import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { parseAddress } from "../../../defense/address.ts";
import { createContainment } from "../../../defense/containment/containment.ts";
import type { ContainmentControl } from "../../../defense/containment/containment_control.ts";
import { bootMarkOf } from "../../../defense/containment/ruleset.ts";
import { ContainmentError } from "../../../defense/containment/containment_error.ts";
import type { Lease } from "../../../defense/lease.ts";
import type { LeaseOutcome, Mode } from "../../../defense/world.ts";
import { rejected, StillClock, VirtualFirewall } from "./virtual_firewall.ts";

interface Stage {
  clock: StillClock;
  firewall: VirtualFirewall;
  containment: ContainmentControl;
}

async function stage(
  mode: Mode = "enforce",
  firewall?: VirtualFirewall,
  clock: StillClock = new StillClock(),
  boot?: string,
): Promise<Stage> {
  firewall ??= new VirtualFirewall(clock);
  const containment = await createContainment({
    firewall,
    clock,
    mode,
    ...(boot !== undefined && { boot: bootMarkOf(boot) }),
    protectedEntries: [{ network: "192.0.2.1", reason: "gateway" }],
  });
  return { clock, firewall, containment };
}

function lease(clock: StillClock, subject: string, forMs = 600_000): Lease {
  return {
    subject: parseAddress(subject),
    measure: "block",
    untilMs: clock.wallMs() + forMs,
    cause: "own",
  };
}

function codes(outcomes: readonly LeaseOutcome[]): string[] {
  return outcomes.map((each) => each.applied ? "applied" : each.refusal.code);
}

Deno.test("createContainment() in observe never touches the firewall", async () => {
  const { clock, firewall, containment } = await stage("observe");
  const outcomes = await containment.apply([lease(clock, "198.51.100.7")]);
  deepEqual(codes(outcomes), ["observe"]);
  containment.protect([{ network: "198.51.100.0/24", reason: "operator" }]);
  equal(await containment.release("all"), 0);
  deepEqual(await containment.held(), []);
  await containment.stop("remove");
  deepEqual(firewall.scripts, []);
});

Deno.test("apply() answers in order and what it applied is held until it ends", async () => {
  const { clock, containment } = await stage();
  const outcomes = await containment.apply([
    lease(clock, "198.51.100.7"),
    lease(clock, "192.0.2.1"),
    lease(clock, "198.51.100.8", -1),
    lease(clock, "2001:db8::1", 60_000),
  ]);
  deepEqual(codes(outcomes), ["applied", "never_block", "invalid", "applied"]);
  const subjects = async () =>
    (await containment.held()).map(({ subject }) => subject);
  deepEqual(await subjects(), ["198.51.100.7", "2001:db8::1"]);
  clock.advance(60_000);
  deepEqual(await subjects(), ["198.51.100.7"]);
  clock.advance(540_000);
  deepEqual(await subjects(), []);
});

Deno.test("release() ends one subject, or all, and counts them", async () => {
  const { clock, containment } = await stage();
  const subjects = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
  await containment.apply(subjects.map((each) => lease(clock, each)));
  equal(await containment.release(parseAddress("198.51.100.2")), 1);
  equal(await containment.release(parseAddress("198.51.100.2")), 0);
  equal(await containment.release("all"), 2);
  deepEqual(await containment.held(), []);
  equal(containment.report().held, 0);
});

Deno.test("a flushed ruleset is written anew with all that was in force", async () => {
  for (const step of ["apply", "held", "alive"] as const) {
    const { clock, firewall, containment } = await stage();
    await containment.apply([lease(clock, "198.51.100.7")]);
    firewall.flushRuleset();
    if (step === "apply") {
      const outcomes = await containment.apply([lease(clock, "198.51.100.8")]);
      deepEqual(codes(outcomes), ["applied"]);
    } else if (step === "alive") clock.advance(60_000);
    const held = await containment.held();
    equal(held.length, step === "apply" ? 2 : 1);
    equal(
      held[0]?.untilMs,
      clock.wallMs() + (step === "alive" ? 9 : 10) * 60_000,
    );
    const { restored, failed } = containment.report();
    deepEqual([restored, failed], [1, 0]);
  }
});

for (const damage of ["flushRuleset", "flushRules"] as const) {
  Deno.test(`${damage} by somebody else is noticed and undone at once`, async () => {
    const { clock, firewall, containment } = await stage();
    await containment.apply([
      lease(clock, "198.51.100.7"),
      {
        ...lease(clock, "198.51.100.8", 60_000),
        service: { protocol: "tcp", port: 22 },
      },
    ]);
    equal(containment.report().restored, 0);
    clock.advance(1_000);
    firewall[damage]();
    const held = await containment.held();
    equal(containment.report().restored, 1);
    deepEqual(
      held.map(({ subject, service, untilMs }) => [
        subject,
        service?.port,
        untilMs - clock.wallMs(),
      ]),
      [["198.51.100.7", undefined, 599_000], ["198.51.100.8", 22, 59_000]],
    );
    // It stays so, and is looked at again.
    firewall[damage]();
    await containment.held();
    equal(containment.report().restored, 2);
    await containment.stop("remove");
    firewall[damage]();
    await containment.held();
    equal(firewall.hasTable, false);
  });
}

Deno.test("release() of a subject ends what stands on single services too", async () => {
  const { clock, containment } = await stage();
  const at = (port: number) => ({
    ...lease(clock, "198.51.100.7"),
    service: { protocol: "tcp" as const, port },
  });
  await containment.apply([
    at(22),
    at(443),
    lease(clock, "198.51.100.7"),
    lease(clock, "198.51.100.8"),
  ]);
  equal(await containment.release(parseAddress("198.51.100.7")), 3);
  equal((await containment.held()).length, 1);
});

Deno.test("release() of a /64 ends what single addresses in it are held for", async () => {
  const { clock, containment } = await stage();
  await containment.apply([
    lease(clock, "2001:db8::"),
    lease(clock, "2001:db8::7"),
    lease(clock, "2001:db8:0:1::"),
  ]);
  equal(await containment.release(parseAddress("2001:db8::")), 2);
  const [left] = await containment.held();
  equal(left?.subject, "2001:db8:0:1::");
});

Deno.test("a firewall that keeps refusing is an outcome, never an exception", async () => {
  const { clock, firewall, containment } = await stage();
  firewall.failure = new ContainmentError("nft_denied", { cause: "no rights" });
  const [outcome] = await containment.apply([lease(clock, "198.51.100.7")]);
  deepEqual(outcome?.applied === false && outcome.refusal, {
    code: "firewall",
    detail: "nft_denied: no rights",
  });
  equal(containment.report().held, 0);
  deepEqual(containment.report().lastError, "nft_denied: no rights");
  const again = await containment.apply([lease(clock, "198.51.100.7")]);
  deepEqual(codes(again), ["applied"]);
});

Deno.test("createContainment() takes over what the kernel held", async () => {
  const { clock, firewall, containment } = await stage();
  await containment.apply([
    lease(clock, "198.51.100.7"),
    lease(clock, "198.51.100.8", 60_000),
  ]);
  clock.advance(30_000);
  const next = await stage("enforce", firewall, clock);
  equal(next.containment.report().held, 2);
  const held = await next.containment.held();
  deepEqual(held.map(({ untilMs }) => untilMs - clock.wallMs()), [
    570_000,
    30_000,
  ]);
});

Deno.test("protect() lets go of whom it protects", async () => {
  const { clock, firewall, containment } = await stage();
  await containment.apply([
    lease(clock, "198.51.100.7"),
    lease(clock, "203.0.113.7"),
  ]);
  containment.protect([{ network: "198.51.100.0/24", reason: "mesh member" }]);
  deepEqual((await containment.held()).map(({ subject }) => subject), [
    "203.0.113.7",
  ]);
  ok(firewall.scripts.at(-1)?.includes("198.51.100.0/24"));
});

const bootId = "9f6f1f0c-6d3c-4c53-8f0a-1f9f4c7c0c11";
const boots: { name: string; first?: string; then: string; kept: number }[] = [
  { name: "the same boot", first: bootId, then: bootId, kept: 1 },
  {
    name: "another boot, by a saved ruleset",
    first: bootId,
    then: "0b8f2d7e-3f1d-4a51-9a55-5d8b0a3c9e02",
    kept: 0,
  },
  { name: "a boot that nobody noted", then: bootId, kept: 0 },
];
for (const { name, first, then, kept } of boots) {
  Deno.test(`createContainment() takes over ${kept ? "all" : "nothing"} of ${name}`, async () => {
    const clock = new StillClock();
    const firewall = new VirtualFirewall(clock);
    const before = await stage("enforce", firewall, clock, first);
    await before.containment.apply([lease(clock, "198.51.100.7")]);
    await before.containment.stop("keep");
    const after = await stage("enforce", firewall, clock, then);
    equal((await after.containment.held()).length, kept);
    equal((await firewall.elements()).length, kept);
    equal(after.containment.report().held, kept);
  });
}

Deno.test("bootMarkOf() makes a name for nft of anything", () => {
  equal(bootMarkOf(`${bootId}\n`), "9f6f1f0c6d3c4c538f0a1f9f4c7c0c11");
  equal(bootMarkOf("} ; flush ruleset"), "flushruleset");
  equal(bootMarkOf("\n"), "unknown");
});

Deno.test("spare() and beCautious() write the table anew, and keep what is in force", async () => {
  const { clock, firewall, containment } = await stage();
  await containment.apply([
    lease(clock, "198.51.100.7"),
    lease(clock, "203.0.113.7"),
  ]);
  containment.spare([{ network: "198.51.100.0/24", reason: "this was us" }]);
  const held = async () =>
    (await containment.held()).map(({ subject }) => subject);
  deepEqual(await held(), ["203.0.113.7"]);
  ok(firewall.scripts.at(-1)?.includes("198.51.100.0/24"));
  containment.beCautious(true);
  deepEqual(await held(), ["203.0.113.7"]);
  const atOnce = /newcomer update @scan4/;
  const rules = () =>
    firewall.scripts.findLast((script) => script.includes("add rule")) ?? "";
  ok(atOnce.test(rules()));
  ok(rules().includes("198.51.100.0/24"));
  // Decoys that come and go do not end it.
  await containment.steerTo({ services: [], others: 40_000 });
  ok(atOnce.test(rules()));
  containment.spare([]);
  containment.beCautious(false);
  await held();
  ok(!atOnce.test(rules()));
  ok(!rules().includes("198.51.100.0/24"));
});

Deno.test("list() ends what it covers at once, and lets go only of what it listed", async () => {
  const { clock, firewall, containment } = await stage();
  const subject = parseAddress("198.51.100.7");
  await containment.apply([lease(clock, subject), lease(clock, "203.0.113.7")]);
  const proven = containment.report().proven;
  await containment.list([
    { network: "198.51.100.0/24", reason: "operator's list" },
    { network: "192.0.2.1", reason: "operator's list" },
  ]);
  deepEqual((await containment.held()).map(({ subject }) => subject), [
    "203.0.113.7",
  ]);
  ok(firewall.scripts.at(-1)?.includes("198.51.100.0/24"));
  equal(containment.report().proven, proven + 1);
  deepEqual(codes(await containment.apply([lease(clock, subject)])), [
    "never_block",
  ]);
  await containment.list([]);
  ok(!firewall.scripts.at(-1)?.includes("198.51.100.0/24"));
  ok(firewall.scripts.at(-1)?.includes("192.0.2.1"));
  const again = [lease(clock, subject), lease(clock, "192.0.2.1")];
  deepEqual(codes(await containment.apply(again)), ["applied", "never_block"]);
  await rejects(
    containment.list([{ network: "no network", reason: "" }]),
    SyntaxError,
  );
});

Deno.test("setMode() and stop() remove the table, or leave it to run out", async () => {
  const { clock, firewall, containment } = await stage("observe");
  await containment.setMode("enforce");
  deepEqual(codes(await containment.apply([lease(clock, "198.51.100.7")])), [
    "applied",
  ]);
  await containment.setMode("observe");
  equal(firewall.hasTable, false);
  await containment.setMode("enforce");
  equal(containment.report().held, 0);
  await containment.apply([lease(clock, "198.51.100.7")]);
  await containment.stop("keep");
  equal(firewall.hasTable, true);
  ok(firewall.scripts.at(-1)?.includes("flush set inet stealthmesh alive"));
  equal((await firewall.elements()).length, 1);
  deepEqual(codes(await containment.apply([lease(clock, "198.51.100.9")])), [
    "observe",
  ]);
  const before = firewall.scripts.length;
  clock.advance(600_000);
  await containment.held();
  equal(firewall.scripts.length, before);
});

Deno.test("enforce says why it cannot be had, and observe goes on", async () => {
  const { firewall, containment, clock } = await stage("observe");
  firewall.failure = new ContainmentError("nft_missing", { cause: "no nft" });
  await rejects(containment.setMode("enforce"), { code: "nft_missing" });
  equal(containment.report().mode, "observe");
  deepEqual(codes(await containment.apply([lease(clock, "198.51.100.7")])), [
    "observe",
  ]);
});

Deno.test("a kernel without socket lookup gets the ruleset without it", async () => {
  const clock = new StillClock();
  const firewall = new VirtualFirewall(clock);
  firewall.unknownWord = "socket";
  const { containment } = await stage("enforce", firewall, clock);
  equal(containment.report().socketLookup, false);
  ok(!firewall.scripts.join("").includes("socket"));
});

Deno.test("a kernel that takes no ruleset at all is an error at start", async () => {
  const clock = new StillClock();
  const firewall = new VirtualFirewall(clock);
  firewall.unknownWord = "add";
  await rejects(stage("enforce", firewall, clock), rejected("unknown add"));
  equal(firewall.hasTable, false);
});

Deno.test("apply() keeps its order and its bounds when everybody calls at once", async () => {
  const { clock, containment } = await stage();
  const calls = Array.from(
    { length: 300 },
    (_, index) =>
      containment.apply([lease(clock, `198.51.100.${index % 200}`)]),
  );
  const outcomes = codes((await Promise.all(calls)).flat());
  equal(outcomes.slice(0, 256).every((code) => code === "applied"), true);
  equal(outcomes.slice(256).every((code) => code === "full"), true);
  equal((await containment.held()).length, 200);
});

Deno.test("the fast path hears every minute that somebody watches", async () => {
  const { clock, firewall, containment } = await stage();
  for (let minute = 0; minute < 3; minute++) {
    const before = firewall.scripts.length;
    clock.advance(60_000);
    await containment.held();
    ok(firewall.scripts.slice(before).some((each) => /alive/.test(each)));
  }
});

Deno.test("steerTo() writes the decoys' rules, keeps them over a flush, and takes them back", async () => {
  const { clock, firewall, containment } = await stage();
  const plan = {
    services: [[22, 40_022]] as [number, number][],
    others: 40_000,
  };
  await containment.steerTo(plan);
  const redirects = () =>
    /redirect to :40000/.test(firewall.scripts.at(-1) ?? "");
  equal(redirects(), true);
  equal(containment.report().decoys, true);
  await containment.held();
  equal(containment.report().restored, 0, "what we write is no damage");
  firewall.flushRuleset();
  await containment.held();
  equal(redirects(), true, "written anew with everything else");
  equal(containment.report().restored, 1);
  await containment.apply([lease(clock, "198.51.100.7")]);
  await containment.steerTo(undefined);
  equal(redirects(), false);
  equal(containment.report().decoys, false);
});

Deno.test("steerTo() in observe waits for enforce", async () => {
  const { firewall, containment } = await stage("observe");
  await containment.steerTo({ services: [], others: 40_000 });
  deepEqual(firewall.scripts, []);
  await containment.setMode("enforce");
  equal(/redirect to :40000/.test(firewall.scripts.at(-1) ?? ""), true);
});

Deno.test("steerTo() that the firewall refuses leaves what was", async () => {
  const { firewall, containment } = await stage();
  firewall.failure = rejected("no nat here");
  await rejects(containment.steerTo({ services: [], others: 40_000 }));
  equal(containment.report().decoys, false);
});
