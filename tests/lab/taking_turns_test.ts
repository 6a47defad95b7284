/** A real hydra that tries one password at each of three hosts, and then the next. */
import { equal } from "node:assert/strict";
import { eventually } from "./lab_member.ts";
import { labIsImpossible, report, withSite } from "./lab_site.ts";

/** Alone, each host would bear five. */
const roundsMax = 5;

Deno.test({
  name:
    "lab: a guesser that takes hosts in turn is seen by all of them together",
  ignore: await labIsImpossible(),
  fn: () =>
    withSite("lan", async ({ lab, victims, attacker }) => {
      const source = attacker.address;
      const guesses = () =>
        victims.map(({ sshd }) => sshd.failures())
          .reduce((sum, count) => sum + count, 0);
      const blocked = async () => {
        const at = await Promise.all(
          victims.map((each) => each.measured(source, ["block"])),
        );
        return at.filter((each) => each !== undefined).length;
      };
      for (let round = 0; round < roundsMax; round++) {
        const passwords = `${lab.directory}/password${round}`;
        await Deno.writeTextFile(passwords, `guess${round}`);
        for (const { host } of victims) {
          if (await blocked() > 0) continue;
          await attacker.run(
            ...["timeout", "10", "hydra", "-I", "-l", "root", "-P"] as const,
            ...[passwords, "-t", "1", `ssh://${host.address}`] as const,
          );
        }
      }
      await eventually(
        async () => await blocked() > 0,
        () => "a host to block the guesser",
      );
      const refused = await Promise.all(victims.map(async (each) => {
        const [story] = await each.json("explain", source);
        const history = (story?.["history"] ?? []) as {
          stage: string;
          detail: { observations?: number };
        }[];
        return history.filter(({ stage }) => stage === "seen")
          .map(({ detail }) => detail.observations ?? Infinity);
      }));
      report(2, `taking turns, hydra got ${guesses()} guesses of three hosts`);
      equal(guesses() > 0 && guesses() <= 9, true, `${guesses()} guesses`);
      // Alone, none is sure before the third refusal.
      equal(Math.min(...refused.flat()) <= 2, true, JSON.stringify(refused));
    }),
});
