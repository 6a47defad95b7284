/** Settings that change while an agent runs, as a real kernel sees them. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { heldAgainst } from "./lab_kernel.ts";
import { eventually, LabMember } from "./lab_member.ts";
import { Lab, type LabHost } from "./lab_network.ts";
import { labIsImpossible } from "./lab_site.ts";

const stranger = "10.77.0.201";
const other = "10.77.0.202";

async function hasTable(host: LabHost): Promise<boolean> {
  const list = ["nft", "list", "table", "inet", "stealthmesh"] as const;
  return (await host.run(...list)).code === 0;
}

/** The first octets that a port answers with; empty if it is silent or closed. */
async function greeting(from: LabHost, address: string, port: number) {
  const { stdout } = await from.run(
    ...["timeout", "5", "bash", "-c"] as const,
    `exec 3<>/dev/tcp/${address}/${port}; head -c 7 <&3`,
  );
  return stdout;
}

Deno.test({
  name:
    "lab: decoys open when a machine begins to enforce, and close with a trial",
  ignore: await labIsImpossible(),
  async fn() {
    const lab = await Lab.open();
    try {
      const member = await LabMember.prepare(await lab.host("v1", 11), {
        name: "v1",
        profile: "lan",
        neverBlock: [],
        more: { mode: "observe" },
      });
      const attacker = await lab.host("attacker", 66);
      const { host } = member;
      const decoys = async () => {
        const [view] = await member.json("decoys", "list");
        return view as {
          running: boolean;
          doors: { port: number; listen: number }[];
          transcripts: { source: string; ended: string; port: number }[];
        };
      };
      // A port that nobody serves; 22 has a real sshd.
      const port = 3306;
      await member.start();
      equal((await decoys()).running, false);
      const steered = ["contain", attacker.address, "--measure", "steer"];
      await member.cli(...steered, "--for", "10m");
      equal(await greeting(attacker, host.address, port), "");

      for (const end of ["revert", "keep"] as const) {
        const args = ["set", "mode", "enforce", "--for", "10m"];
        equal((await member.cli("config", ...args)).code, 0);
        equal((await decoys()).running, true);
        await member.cli(...steered, "--for", "10m");
        const before = (await decoys()).transcripts.length;
        // Held: it says nothing and waits for more.
        const held = attacker.run(
          ...["timeout", "20", "bash", "-c"] as const,
          `exec 3<>/dev/tcp/${host.address}/${port}; cat <&3`,
        );
        await eventually(
          async () => {
            const [view] = await member.json("decoys", "list");
            return (view as { counters: { held: number } }).counters.held === 1;
          },
          () => "the client to be held",
        );
        if (end === "revert") {
          equal((await member.cli("config", "revert")).code, 0);
          // It is let go, and stands in the record.
          match((await held).stdout, /MariaDB|mysql|\d\.\d/i);
          const { running, doors, transcripts } = await decoys();
          deepEqual([running, doors], [false, []]);
          equal(transcripts.length, before + 1);
          const [last] = transcripts.toSorted((a, b) => a.port - b.port);
          deepEqual([last?.source, last?.ended, last?.port], [
            ...[attacker.address, "stopped", port],
          ]);
          equal(await hasTable(host), false);
          equal(await greeting(attacker, host.address, port), "");
        } else {
          equal((await member.cli("config", "keep")).code, 0);
          equal((await decoys()).running, true);
          equal((await member.cli("config", "set", "mode", "observe")).code, 0);
          await held;
        }
      }
    } finally {
      await lab.close();
    }
  },
});

Deno.test({
  name: "lab: enforce, protect and observe again, without a restart",
  ignore: await labIsImpossible(),
  async fn() {
    const lab = await Lab.open();
    try {
      const member = await LabMember.prepare(await lab.host("v1", 11), {
        name: "v1",
        profile: "lan",
        neverBlock: [],
        more: { mode: "observe" },
      });
      const { host } = member;
      const config = async (...args: string[]) => {
        const [answer] = await member.json("config", ...args);
        return answer as {
          done: boolean;
          begins: { subject: string }[];
          ends: { subject: string }[];
          ruleset?: string;
        };
      };
      const contain = (address: string) =>
        member.cli("contain", address, "--for", "10m");
      const held = async (address: string) =>
        (await heldAgainst(host, address)).has("block4");
      await member.start();
      equal(await hasTable(host), false);
      await contain(stranger);
      equal(await hasTable(host), false);

      const dry = await config("set", "mode", "enforce", "--dry-run");
      deepEqual(dry.begins.map(({ subject }) => subject), [stranger]);
      match(dry.ruleset ?? "", new RegExp(`block4.*${stranger}`));
      equal(await hasTable(host), false);
      ok((await config("set", "mode", "enforce")).done);
      // What would have been done is done.
      await eventually(() => held(stranger), () => "the block to be in force");

      const listed = await config("add", "neverBlock", stranger);
      deepEqual(listed.ends.map(({ subject }) => subject), [stranger]);
      equal(await held(stranger), false);
      match((await contain(stranger)).stderr, /operator's list/);
      equal(await held(stranger), false);
      await contain(other);
      equal(await held(other), true);

      // Own addresses were found by itself: nothing takes them off the list.
      const own = await member.cli(
        "config",
        "remove",
        "neverBlock",
        "10.77.0.11",
      );
      equal(own.code, 1);
      match((await contain("10.77.0.11")).stderr, /it is never contained/);

      ok((await config("remove", "neverBlock", stranger)).done);
      await contain(stranger);
      equal(await held(stranger), true);

      ok((await config("set", "mode", "observe")).done);
      equal(await hasTable(host), false);
      ok((await config("unset", "mode")).done);
    } finally {
      await lab.close();
    }
  },
});
