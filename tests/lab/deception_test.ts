/**
 * Decoys and honeytokens on real hosts: a real nmap and a real hydra against
 * the real program.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { enrol, eventually, LabMember } from "./lab_member.ts";
import { Lab, type LabHost } from "./lab_network.ts";
import { labIsImpossible } from "./lab_site.ts";

interface Visit {
  readonly source: string;
  readonly service: string;
  readonly port: number;
  readonly steered: boolean;
  readonly notes: readonly { kind: string; text?: string }[];
}

const ignore = await labIsImpossible();

/** Completes a handshake and reads what is said first. */
function touch(from: LabHost, address: string, port: number) {
  return from.run(
    ...["timeout", "20", "bash", "-c"] as const,
    `exec 3<>/dev/tcp/${address}/${port}; head -c 7 <&3`,
  );
}

Deno.test({
  name: "lab: who touches a decoy gets decoys from then on, here and next door",
  ignore,
  async fn() {
    const lab = await Lab.open();
    try {
      const file = `${lab.directory}/passwords.txt`;
      await Deno.writeTextFile(file, "root: Summer2019\n");
      const member = async (name: string, number: number) =>
        await LabMember.prepare(await lab.host(name, number), {
          name,
          profile: "lan",
          neverBlock: [],
          more: {
            decoys: { ports: [2222] },
            canaries: { users: ["svc-old"], files: [file] },
          },
        });
      const [first, second] = [await member("v1", 11), await member("v2", 12)];
      const attacker = await lab.host("attacker", 66);
      const guesser = await lab.host("guesser", 67);
      await enrol(first, second);
      await eventually(
        async () => await first.links() === 1,
        () => "the link between both",
      );

      const { stdout } = await touch(attacker, first.host.address, 2222);
      equal(stdout, "SSH-2.0");
      await eventually(
        async () =>
          await first.measured(attacker.address, ["steer"]) !== undefined &&
          await second.measured(attacker.address, ["throttle"]) !== undefined,
        () => "steer at the first host, throttle at the second",
      );
      const [story] = await second.json("explain", attacker.address);
      const [vote] = (story?.["votes"] ?? []) as { evidence: string }[];
      equal(vote?.evidence, "E2");

      // Every guess lands in the decoy, none in sshd.
      const words = Array.from({ length: 50 }, (_, index) => `guess${index}`);
      const passwords = `${lab.directory}/passwords`;
      await Deno.writeTextFile(passwords, words.join("\n"));
      await attacker.run(
        ...["timeout", "6", "hydra", "-I", "-l", "root", "-P"] as const,
        ...[passwords, "-t", "4", `ssh://${first.host.address}`],
      );
      equal(first.sshd.failures(), 0);
      const visitsAt = async (host: LabMember) => {
        const [view] = await host.json("decoys", "list");
        return (view?.["transcripts"] ?? []) as Visit[];
      };
      await eventually(
        async () =>
          (await visitsAt(first)).some(({ steered, service, notes }) =>
            steered && service === "ssh" &&
            notes.some(({ text }) => text?.includes("libssh"))
          ),
        () => "hydra's visit at the ssh decoy",
      );
      const explained = await first.cli("explain", attacker.address);
      ok(/decoy/.test(explained.stdout), explained.stdout);

      // Next door every port answers: the report says nothing.
      const asked = [21, 22, 23, 80, 445, 3306, 5432, 8443];
      const scan = await attacker.run(
        ...["timeout", "30", "nmap", "-sT", "-n", "-Pn", "-T4"] as const,
        ...["-p", asked.join(","), second.host.address],
      );
      const open = [...scan.stdout.matchAll(/^(\d+)\/tcp\s+open\b/gm)]
        .map(([, port]) => Number(port));
      deepEqual(open, asked, scan.stdout);

      // A name that nobody uses, tried once at the real sshd.
      await guesser.run(
        ...["timeout", "10", "hydra", "-I", "-l", "svc-old", "-p"] as const,
        ...["x", "-t", "1", `ssh://${first.host.address}`],
      );
      await eventually(
        async () =>
          await first.measured(guesser.address, ["steer"]) !== undefined,
        () => "the canary user to be noticed",
      );
      const [whole] = await first.json("explain", guesser.address);
      const own = whole?.["votes"] as { scenario: string; evidence: string }[];
      deepEqual(own.map(({ scenario, evidence }) => [scenario, evidence]), [
        ["canary-credential", "E2"],
      ]);

      // Reading a canary file is an alert about this host, and no more.
      await first.host.must("cat", file);
      await eventually(
        async () =>
          (await first.json("alerts")).some((page) =>
            JSON.stringify(page).includes("canary-file")
          ),
        () => "the canary file to be noticed",
      );
    } finally {
      await lab.close();
    }
  },
});
