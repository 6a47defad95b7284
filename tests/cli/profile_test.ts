import { deepEqual, equal, match } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";
import { runHere } from "./run_here.ts";
import { withAgent } from "./running_agent.ts";

Deno.test("profile shows and changes the pace, once a day, and a restart keeps it", async () => {
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory];
    const ask = async (...args: string[]) => {
      const { stdout, stderr, code } = await stealthmesh([
        "profile",
        ...args,
        "--json",
        ...at,
      ]);
      return { code, stderr, json: stdout === "" ? {} : JSON.parse(stdout) };
    };
    await withAgent(directory, async () => {
      const shown = await ask();
      deepEqual([shown.json.inForce, shown.json.chosenBy], [
        "lan",
        "configuration",
      ]);

      const dry = await ask("metered", "--dry-run");
      equal(dry.code, 0);
      match(dry.stderr, /lan to metered.*2 bits[^]*Nothing was changed/);

      const switched = await ask("metered");
      deepEqual(
        [switched.json.type, switched.json.profile.inForce],
        ["allowed", "metered"],
      );

      const soon = await ask("lan");
      equal(soon.code, 1);
      match(
        soon.stderr,
        /less than a day ago[^]*stealthmesh profile lan --force/,
      );
      const forced = await ask("wan", "--force");
      deepEqual([forced.json.type, forced.json.forced], ["allowed", true]);
      const again = await ask("wan");
      equal(again.json.type, "unchanged");

      const { stdout } = await stealthmesh(["status", ...at]);
      match(stdout, /^ *links +0 on profile wan$/m);
      match(stdout, /^ *chosen by +the operator/m);
      match(stdout, /^ *profile switches +at most 4 bits \(2\)$/m);
      const status = await stealthmesh(["status", "--json", ...at]);
      const { mesh, profile } = JSON.parse(status.stdout);
      deepEqual(
        [mesh.profile, mesh.leakage.bits.switches, mesh.leakage.starts],
        ["wan", 4, 1],
      );
      equal(profile.inForce, "wan");
    });
    await withAgent(directory, async () => {
      const { json } = await ask();
      deepEqual([json.inForce, json.chosenBy, json.configured], [
        "wan",
        "operator",
        "lan",
      ]);
      const status = await stealthmesh(["status", "--json", ...at]);
      const { leakage } = JSON.parse(status.stdout).mesh;
      deepEqual([leakage.switches, leakage.starts], [2, 2]);
    });
  });
});

const wrong: { name: string; args: string[]; code: number; says: RegExp }[] = [
  {
    name: "an unknown profile",
    args: ["profile", "fast"],
    code: 2,
    says: /Cannot understand/,
  },
  {
    name: "two profiles",
    args: ["profile", "lan", "wan"],
    code: 2,
    says: /Cannot understand/,
  },
  {
    name: "force without a profile",
    args: ["profile", "--force"],
    code: 2,
    says: /say which/,
  },
  {
    name: "a dry run without a profile",
    args: ["profile", "--dry-run"],
    code: 2,
    says: /say which/,
  },
];

for (const { name, args, code, says } of wrong) {
  Deno.test(`profile refuses ${name}`, async () => {
    const ran = await runHere(args);
    equal(ran.code, code, ran.stderr);
    match(ran.stderr, says);
    equal(ran.stdout, "");
  });
}
