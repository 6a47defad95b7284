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
