/**
 * A member that turns bad and attacks the others, on real hosts: they cut it
 * off by vote, from everything but the mesh, and let it back in again.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { heldAgainst } from "./lab_kernel.ts";
import { acquainted, enrol, eventually, LabMember } from "./lab_member.ts";
import { Lab, type LabHost } from "./lab_network.ts";
import { labIsImpossible, report } from "./lab_site.ts";

interface Story {
  readonly votes: readonly { name: string; counts: boolean }[];
  readonly quarantine?: { readonly state: string };
}

const ignore = await labIsImpossible();
/** What a quarantine by vote lasts: design §8. */
const firstLeaseS = 600;

/** Completes a handshake, or not within `patienceS`; the code of timeout(1). */
async function reaches(
  from: LabHost,
  to: string,
  port: number,
  patienceS: number,
): Promise<"open" | "silent" | "refused"> {
  const { code } = await from.run(
    ...["timeout", `${patienceS}`, "bash", "-c"] as const,
    `exec 3<>/dev/tcp/${to}/${port}`,
  );
  return code === 0 ? "open" : code === 124 ? "silent" : "refused";
}

/** A name server, as far as it takes to be one: something answers on port 53. */
function serveNames(host: LabHost): void {
  const script = `Deno.serve({ hostname: "${host.address}", port: 53 }, ` +
    `() => new Response("names"));`;
  host.start([Deno.execPath(), "eval", script]);
}

Deno.test({
  name:
    "lab: a member that attacks three others is cut off by vote, and let back in",
  ignore,
  async fn() {
    const lab = await Lab.open();
    try {
      const gateway = await lab.host("gw", 1);
      serveNames(gateway);
      const passwords = `${lab.directory}/passwords`;
      const words = Array.from({ length: 60 }, (_, index) => `guess${index}`);
      await Deno.writeTextFile(passwords, words.join("\n"));
      const members: LabMember[] = [];
      for (const number of [1, 2, 3, 4, 5]) {
        const host = await lab.host(`v${number}`, 10 + number);
        await host.must(
          ...["ip", "route", "add", "default", "via"] as const,
          gateway.address,
        );
        members.push(
          await LabMember.prepare(host, {
            name: `v${number}`,
            profile: "open",
            neverBlock: [],
          }),
        );
      }
      const [v1, v2, v3, v4, v5] = members as [
        ...[LabMember, LabMember, LabMember, LabMember, LabMember],
      ];
      await enrol(v1, v2, v3, v4, v5);
      await acquainted(...members);

      const attack = async (from: LabMember, targets: readonly LabMember[]) => {
        await from.host.run(
          ...["timeout", "4", "nmap", "-n", "-Pn", "-sT", "-T4"] as const,
          ...["--top-ports", "100"],
          ...targets.map(({ host }) => host.address),
        );
        await Promise.all(targets.map(({ host }) =>
          from.host.run(
            ...["timeout", "10", "hydra", "-I", "-l", "root", "-P"] as const,
            ...[passwords, "-t", "4", `ssh://${host.address}`],
          )
        ));
      };
      const about = async (each: LabMember, whom: LabMember) => {
        const [story] = await each.json("explain", whom.host.address);
        return story as unknown as Story;
      };
      const cutOffAt = async (each: LabMember, whom: LabMember) =>
        (await heldAgainst(each.host, whom.host.address)).get("quarantined4");

      const before = await reaches(v5.host, v4.host.address, 22, 20);
      equal(before, "open");
      await attack(v5, [v1, v2, v3]);
      await eventually(
        async () => {
          const held = await Promise.all(
            [v1, v2, v3, v4].map((each) => cutOffAt(each, v5)),
          );
          return held.every((each) => each !== undefined);
        },
        () => "all others to cut v5 off",
      );
      const guesses = [v1, v2, v3].map(({ sshd }) => sshd.failures());
      // v4 was not attacked: it goes by the votes of 2f+1 others.
      const { votes, quarantine } = await about(v4, v5);
      equal(quarantine?.state, "in_force");
      deepEqual(
        votes.filter(({ counts }) => counts).map(({ name }) => name).sort(),
        ["v1", "v2", "v3"],
      );
      const left = await cutOffAt(v4, v5);
      ok(left && left.secondsLeft <= firstLeaseS, `${left?.secondsLeft}`);

      // Nothing but the mesh is left to it, at whom it attacked and at others.
      for (const { host } of [v1, v4]) {
        equal(await reaches(v5.host, host.address, 22, 2), "silent");
        equal(await reaches(v5.host, host.address, 8443, 20), "open");
      }
      equal((await v4.cli("ping", "v5")).code, 0);
      equal((await v5.cli("ping", "v1")).code, 0);
      ok(await v5.knows(members), "it keeps its links and hears of the others");
      // Whoever looks after it still gets in, and names and gateway are there.
      equal(await reaches(v4.host, v5.host.address, 22, 20), "open");
      for (const { host } of [v4, v5]) {
        equal(await reaches(host, gateway.address, 53, 20), "open");
        equal(await reaches(gateway, host.address, 22, 20), "open");
      }
      equal(await reaches(v3.host, v4.host.address, 22, 20), "open");

      // One of five at a time: a second one is found, and is not cut off.
      await attack(v4, [v1, v2, v3]);
      await eventually(
        async () => {
          const { votes } = await about(v1, v4);
          return votes.filter(({ counts }) => counts).length === 3;
        },
        () => "three votes about v4",
      );
      equal((await about(v1, v4)).quarantine, undefined);
      for (const each of [v1, v2, v3]) {
        equal(await cutOffAt(each, v4), undefined);
      }

      // An operator lets v5 back in at v1; the others hold on.
      const released = await v1.cli("release", "--quarantine", "v5");
      equal(released.code, 0, released.stderr);
      equal(await reaches(v5.host, v1.host.address, 22, 20), "open");
      equal((await about(v1, v5)).quarantine?.state, "released");
      ok(await cutOffAt(v2, v5));

      // One that an operator ordered ends by itself, with nobody to end it.
      const ordered = await v1.cli(
        ...["contain", "--quarantine", "v5", "--for", "8s"] as const,
      );
      match(ordered.stderr, /quarantine v5 for 8s/);
      ok(await cutOffAt(v1, v5));
      await v1.agent?.stop("SIGKILL");
      await eventually(
        async () => await cutOffAt(v1, v5) === undefined,
        () => "the kernel to end it",
      );
      equal(await reaches(v5.host, v1.host.address, 22, 20), "open");
      report(8, `v5 had ${guesses.join(" + ")} guesses before it was cut off`);
    } finally {
      await lab.close();
    }
  },
});
