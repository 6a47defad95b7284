/** An agent that is killed and comes back: lab step 3 of issue 2. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { heldAgainst, programsOn } from "./lab_kernel.ts";
import { eventually, type LabMember } from "./lab_member.ts";
import type { LabHost } from "./lab_network.ts";
import { labIsImpossible, report, withSite } from "./lab_site.ts";

/** Ends while the agent is dead. */
const short = "10.77.0.201";
const shortSeconds = 12;
/** Ends after the agent has come back. */
const long = "10.77.0.202";
const longSeconds = 45;
const scannerSeconds = 300;
/** How far nft's whole seconds and two clocks may be off. */
const earlyMsMax = 1_500;
/**
 * How late we may learn of an end on a machine that has much to do; the kernel
 * itself is on time, and what was measured is reported.
 */
const lateMsMax = 15_000;

/** Has the operator block an address; when (wall clock, ms) that must end. */
async function contain(
  member: LabMember,
  address: string,
  seconds: number,
): Promise<number> {
  const [answer] = await member.json(
    ...["contain", address, "--for", `${seconds}s`] as const,
  );
  const { applied, lease } = answer?.["outcome"] as {
    applied: boolean;
    lease: { untilMs: number };
  };
  equal(applied, true);
  return lease.untilMs;
}

function okEnd(lateMs: number): void {
  ok(lateMs > -earlyMsMax && lateMs < lateMsMax, `${lateMs} ms late`);
}

/** Waits until the kernel lets go of an address; when it was seen to (ms). */
async function watchEnd(host: LabHost, address: string): Promise<number> {
  await eventually(
    async () => (await heldAgainst(host, address)).size === 0,
    () => `the kernel to let go of ${address}`,
    longSeconds * 1_000 + lateMsMax,
  );
  return Date.now();
}

async function canReach(from: LabHost, address: string): Promise<boolean> {
  const knock = `exec 3<>/dev/tcp/${address}/22 && read -t 5 -u 3 banner`;
  const { code } = await from.run("timeout", "5", "bash", "-c", knock);
  return code === 0;
}

/** What the agent starts; `cat` reads the socket table and is short-lived. */
const childPrograms = ["tcpdump", "nft", "journalctl"];

const ignore = await labIsImpossible();

Deno.test({
  name: "lab: leases outlive a killed agent, end on time, and are re-adopted",
  ignore,
  fn: () =>
    withSite("lan", async ({ victims, attacker }) => {
      const [victim] = victims;
      const { host } = victim;
      const source = attacker.address;
      await attacker.run(
        ...["timeout", "5", "nmap", "-n", "-Pn", "-sS", "-T4"] as const,
        ...["--top-ports", "200", host.address] as const,
      );
      await eventually(
        async () => await victim.measured(source, ["caution"]) !== undefined,
        () => "the first host to be cautious of the scanner",
      );
      // Its address may be forged; that it is blocked takes the operator.
      await contain(victim, source, scannerSeconds);
      const longEndMs = await contain(victim, long, longSeconds);
      const shortEndMs = await contain(victim, short, shortSeconds);
      const before = await programsOn(host);
      const agent = before.find(({ pid }) => pid === victim.agent?.pid);
      ok(agent && agent.name !== "ip", "the agent's own pid is known");
      ok(before.some(({ name }) => name === "tcpdump"));

      await victim.agent?.stop("SIGKILL");
      equal((await victim.cli("status")).code, 3, "nobody answers");
      const held = async (address: string) =>
        (await heldAgainst(host, address)).has("block4");
      deepEqual(
        await Promise.all([source, short, long].map(held)),
        [true, true, true],
        "the kernel holds what the dead agent decided",
      );
      equal(await canReach(attacker, host.address), false);

      const early = await heldAgainst(host, short);
      ok((early.get("block4")?.secondsLeft ?? 0) <= shortSeconds);
      const shortLateMs = await watchEnd(host, short) - shortEndMs;
      okEnd(shortLateMs);
      // Anything that crosses the wire ends the capture nobody reads: the
      // others have dialled and the attacker has knocked. And any change of
      // rules ends the watch over them.
      const other = "inet somebody_else";
      await host.must("nft", `add table ${other}; add chain ${other} c`);
      await host.must("nft", `add rule ${other} c accept`);
      await host.must("nft", `delete table ${other}`);
      await eventually(
        async () =>
          !(await programsOn(host)).some(({ name }) =>
            childPrograms.includes(name)
          ),
        () => "the dead agent's children to end",
      );

      await victim.start();
      const [status] = await victim.json("status");
      const leases = (status?.["agent"] as {
        leases: { subject: string; measure: string; state: string }[];
      }).leases.filter(({ measure }) => measure === "block");
      deepEqual(
        leases.map(({ subject, state }) => `${subject} ${state}`).sort(),
        [`${long} in_force`, `${source} in_force`].sort(),
      );
      const [story] = await victim.json("explain", long);
      const history = story?.["history"] as { what: string; atMs: number }[];
      ok(history.some(({ what }) => what === "adopted"));
      const untilMs = (story?.["leases"] as { untilMs: number }[])[0]?.untilMs;
      okEnd((untilMs ?? 0) - longEndMs);

      const longLateMs = await watchEnd(host, long) - longEndMs;
      okEnd(longLateMs);
      ok(await held(source), "the scanner's lease goes on");
      ok((await heldAgainst(host, source)).has("caution4"), "our own too");
      report(
        3,
        `leases ended ${shortLateMs} ms late without the agent, ` +
          `${longLateMs} ms late after it came back`,
      );
    }),
});
