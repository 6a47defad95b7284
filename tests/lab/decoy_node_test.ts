/**
 * Steering to the decoys of another member, on real hosts: an attacker talks
 * to one machine and is answered by another, and neither holds that against
 * the machine between them.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { acquainted, enrol, eventually, LabMember } from "./lab_member.ts";
import { Lab, type LabHost } from "./lab_network.ts";
import { labIsImpossible } from "./lab_site.ts";

interface Visit {
  readonly source: string;
  readonly service: string;
  readonly port: number;
  readonly steeredBy?: string;
  readonly heldBy?: string;
  readonly notes: readonly { kind: string; text?: string; user?: string }[];
}
interface Decoys {
  readonly nodes: readonly { name: string; trouble: string }[];
  readonly transcripts: readonly Visit[];
}

const ignore = await labIsImpossible();
const membersPort = 8_445;

/** Says `text` to a port, and hears what is answered until it is over. */
function talk(from: LabHost, address: string, port: number, text: string) {
  return from.run(
    ...["timeout", "20", "bash", "-c"] as const,
    `exec 3<>/dev/tcp/${address}/${port}; printf '${text}' >&3; cat <&3`,
  );
}

Deno.test({
  name:
    "lab: an attacker steered on one machine talks to the decoys of another",
  ignore,
  async fn() {
    const lab = await Lab.open();
    try {
      const member = async (
        name: string,
        number: number,
        decoys: Readonly<Record<string, unknown>>,
      ) =>
        await LabMember.prepare(await lab.host(name, number), {
          ...{ name, profile: "open", neverBlock: [] },
          more: { decoys, canaries: { users: ["svc-old"] } },
        });
      const v1 = await member("v1", 11, { node: "v2" });
      const v2 = await member("v2", 12, {});
      const v3 = await member("v3", 13, { members: true });
      const attacker = await lab.host("attacker", 66);
      await enrol(v1, v2, v3);
      const members = [v1, v2, v3];
      await acquainted(...members);
      const decoysOf = async (each: LabMember): Promise<Decoys> => {
        const [view] = await each.json("decoys", "list");
        return view as unknown as Decoys;
      };
      const visitsTo = async (each: LabMember, count: number) => {
        let visits: readonly Visit[] = [];
        await eventually(
          async () => {
            visits = (await decoysOf(each)).transcripts;
            return visits.length >= count;
          },
          () => `visit ${count} at ${each.host.namespace}`,
        );
        return visits;
      };

      // Nobody but members reaches the door, and of them those who bring
      // somebody.
      const knock = (from: LabHost, patienceS: number) =>
        from.run(
          ...["timeout", `${patienceS}`, "bash", "-c"] as const,
          `exec 3<>/dev/tcp/${v3.host.address}/${membersPort}`,
        );
      equal((await knock(attacker, 2)).code, 124);
      equal((await knock(v2.host, 20)).code, 0);

      // By name; wrong ones are refused with the next step.
      const steer = (...to: string[]) =>
        v1.cli("contain", attacker.address, "--measure", "steer", ...to);
      const wrong = await steer("--to", "v9");
      equal(wrong.code, 2);
      match(wrong.stderr, /no member is called "v9"/);
      const steered = await steer("--to", "v3");
      match(steered.stderr, /steer against 10\.77\.0\.66 to v3 for 10m/);
      const said = await talk(
        ...[attacker, v1.host.address, 6379] as const,
        "AUTH svc-old x\\r\\nQUIT\\r\\n",
      );
      match(said.stdout, /^-WRONGPASS[^]*\+OK\r\n$/);
      const [far] = await visitsTo(v3, 1);
      deepEqual(
        [far?.source, far?.service, far?.steeredBy, far?.notes[0]?.user],
        [attacker.address, "redis", "v1", "svc-old"],
      );
      const [near] = await visitsTo(v1, 1);
      deepEqual(
        [near?.source, near?.heldBy, near?.notes[0]?.user],
        [attacker.address, "v3", "svc-old"],
      );
      const shown = await v3.cli("decoys", "show", "1");
      match(shown.stdout, /came +steered here by v1, which says who it is/);

      // v1 has shaken hands with it and says so; v3 only knows v1's word.
      const votes = async (each: LabMember) => {
        const [story] = await each.json("explain", attacker.address);
        const all = story?.["votes"] as {
          name: string;
          scenario: string;
          evidence: string;
        }[];
        return all.map(({ name, scenario, evidence }) =>
          `${name} ${scenario} ${evidence}`
        ).sort();
      };
      await eventually(
        async () => (await votes(v2)).length === 2,
        () => "both words about the attacker at the third member",
      );
      deepEqual(await votes(v2), [
        "v1 canary-credential E2",
        "v3 canary-credential E0",
      ]);
      // Nothing of all that is held against the members.
      for (const each of members) {
        for (const { host } of members) {
          const [story] = await each.json("explain", host.address);
          deepEqual(story?.["votes"], [], `${host.address} was accused`);
        }
      }

      // The configured one takes nobody: v1's own decoys answer, and it says so.
      equal((await steer()).code, 0);
      const local = await talk(
        ...[attacker, v1.host.address, 6379] as const,
        "QUIT\\r\\n",
      );
      equal(local.stdout, "+OK\r\n");
      const [own] = await visitsTo(v1, 2);
      equal(own?.heldBy, undefined);
      const [node] = (await decoysOf(v1)).nodes;
      equal(node?.name, "v2");
      match(node?.trouble ?? "", /did not take the last client/);
      for (const command of ["status", "doctor"]) {
        const { stdout, stderr } = await v1.cli(command);
        ok(/decoy node v2/.test(stdout + stderr), stdout + stderr);
      }

      // v3 is revoked: nobody steers to it, and it brings nobody.
      equal((await steer("--to", "v3")).code, 0);
      equal((await v1.cli("keys", "revoke", "v3")).code, 0);
      await eventually(
        async () => /was revoked/.test((await steer("--to", "v3")).stderr),
        () => "the revocation to be known",
      );
      const after = await talk(
        ...[attacker, v1.host.address, 6379] as const,
        "QUIT\\r\\n",
      );
      equal(after.stdout, "+OK\r\n");
      const [last] = await visitsTo(v1, 3);
      equal(last?.heldBy, undefined);
      equal((await visitsTo(v3, 1)).length, 1);
    } finally {
      await lab.close();
    }
  },
});
