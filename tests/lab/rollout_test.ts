/**
 * Settings of several machines by the operator's word, on real kernels: tried on
 * one, then on all, gone back by a release and by a restart, kept, and taken back.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import type { RolloutView } from "../../dashboard/mod.ts";
import { enrol, eventually, LabMember } from "./lab_member.ts";
import { Lab, type LabHost } from "./lab_network.ts";
import { labIsImpossible } from "./lab_site.ts";

const stranger = "10.77.0.201";

async function enforces({ host }: { readonly host: LabHost }) {
  const list = ["nft", "list", "table", "inet", "stealthmesh"] as const;
  return (await host.run(...list)).code === 0;
}

Deno.test({
  name: "lab: settings roll out machine by machine, and go back",
  ignore: await labIsImpossible(),
  async fn() {
    const lab = await Lab.open();
    try {
      const prepared = async (number: number) =>
        await LabMember.prepare(await lab.host(`v${number}`, 10 + number), {
          name: `v${number}`,
          profile: "lan",
          neverBlock: [],
          more: { mode: "observe" },
        });
      const members = [
        await prepared(1),
        await prepared(2),
        await prepared(3),
      ] as const;
      const [first, second, third] = members;
      await enrol(...members);
      await eventually(
        async () =>
          (await Promise.all(members.map((each) => each.knows(members))))
            .every(Boolean),
        () => "all to know each other",
      );
      const view = async () => {
        const [{ rollout } = {}] = await first.json("config", "rollout");
        return rollout as RolloutView | undefined;
      };
      /** Waits until the machines stand so, as the first one hears them. */
      const stand = async (...states: string[]) => {
        let last: RolloutView | undefined;
        await eventually(
          async () => {
            last = await view();
            const all = last?.machines.toSorted((a, b) =>
              a.name < b.name ? -1 : 1
            );
            return `${all?.map(({ state }) => state)}` === `${states}`;
          },
          () => `${states}, and not ${JSON.stringify(last?.machines)}`,
        );
        return last;
      };
      const enforcing = () => Promise.all(members.map(enforces));
      const enforce = ["config", "set", "mode", "enforce", "--for", "1h"];

      const dry = await first.cli(...enforce, "--on", "v2", "--dry-run");
      match(dry.stdout, /would be said to all members: try on .*mode enforce/);
      equal((await third.cli(...enforce, "--on", "v2")).code, 4, "no key");
      equal(await view(), undefined);

      await first.json(...enforce, "--on", "v2");
      await stand("not_asked", "trial", "not_asked");
      deepEqual(await enforcing(), [false, true, false]);

      await first.json(...enforce, "--on", "all");
      await stand("trial", "trial", "trial");
      deepEqual(await enforcing(), [true, true, true]);

      await second.agent?.stop();
      await second.start();
      await stand("trial", "back", "trial");
      equal(await enforces(second), false);

      // To all, from the host with the operator's key.
      await first.json("release", stranger, "--mesh");
      const gone = await stand("back", "back", "back");
      match(
        gone?.machines.find(({ name }) => name === "v3")?.why ?? "",
        /a release/,
      );
      deepEqual(await enforcing(), [false, false, false]);

      await first.json(...enforce, "--on", "v2,v3");
      await stand("not_asked", "trial", "trial");
      await first.json("config", "keep", "--mesh");
      await stand("not_asked", "kept", "kept");
      await third.agent?.stop();
      await third.start();
      deepEqual(await enforcing(), [false, true, true]);

      await first.json("config", "unset", "mode", "--on", "all");
      await stand("same", "kept", "kept");
      deepEqual(await enforcing(), [false, false, false]);

      await first.json(...enforce, "--on", "v3");
      await stand("not_asked", "not_asked", "trial");
      await first.json("config", "revert", "--mesh");
      await stand("not_asked", "not_asked", "back");
      equal(await enforces(third), false);
    } finally {
      await lab.close();
    }
  },
});
