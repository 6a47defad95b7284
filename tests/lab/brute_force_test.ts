/** A real hydra against real sshd on three hosts: lab step 2 of issue 2. */
import { equal } from "node:assert/strict";
import { eventually } from "./lab_member.ts";
import { labIsImpossible, report, withSite } from "./lab_site.ts";

const ignore = await labIsImpossible();

Deno.test({
  name: "lab: hydra gets a handful of guesses in all before everyone blocks",
  ignore,
  fn: () =>
    withSite("lan", async ({ lab, victims, attacker }) => {
      const source = attacker.address;
      const passwords = `${lab.directory}/passwords`;
      const words = Array.from({ length: 200 }, (_, index) => `guess${index}`);
      await Deno.writeTextFile(passwords, words.join("\n"));
      const guesses = () =>
        victims.map(({ sshd }) => sshd.failures())
          .reduce((sum, count) => sum + count, 0);
      for (const target of victims.slice(0, 2)) {
        await attacker.run(
          ...["timeout", "10", "hydra", "-I", "-l", "root", "-P"] as const,
          ...[passwords, "-t", "4", `ssh://${target.host.address}`] as const,
        );
      }
      await eventually(
        async () => {
          const blocked = await Promise.all(
            victims.map((each) => each.measured(source, ["block"])),
          );
          return blocked.every((at) => at !== undefined);
        },
        () => "every host to block the guesser",
      );
      // The first host began with what was attacked.
      const [first] = await victims[0].json("explain", source);
      const history = (first?.["history"] ?? []) as {
        what: string;
        stage: string;
        detail: { service?: { port: number } };
      }[];
      const measures = history.filter(({ what, stage }) =>
        what === "lease" && stage === "done"
      );
      equal(measures.at(-1)?.detail.service?.port, 22);
      const [story] = await victims[2].json("explain", source);
      report(
        2,
        `hydra got ${guesses()} guesses in all: ${
          victims.map(({ sshd }) => sshd.failures()).join(" + ")
        }`,
      );
      equal(guesses() > 0 && guesses() <= 40, true, `${guesses()} guesses`);
      equal(victims[2].sshd.failures(), 0);
      // The third host blocks on the word of the other two.
      equal(story?.["have"], 2);
    }),
});
