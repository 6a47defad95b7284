import { deepEqual, equal, rejects } from "node:assert/strict";
import { inStateDir, runScript } from "./child.ts";

/** Which walls a script came over. */
async function climbed(
  script: string,
  args: readonly string[],
  stdin?: string,
): Promise<{ exitCode: number; over: string[] }> {
  const { stderr } = await runScript(
    script,
    args,
    stdin === undefined ? {} : { stdin },
  );
  const [, json] = /climbed:(.*)/.exec(stderr) ?? [];
  if (json === undefined) throw new Error(stderr);
  return JSON.parse(json);
}

const climber = "tests/cli/walls/climber.ts";

const rows: {
  name: string;
  args: string[];
  exitCode: number;
  over: string[];
}[] = [
  {
    name: "keys init neither runs nor talks",
    args: ["keys", "init"],
    exitCode: 0,
    over: ["read", "write"],
  },
  {
    name: "keys show neither runs nor talks",
    args: ["keys", "show"],
    exitCode: 1,
    over: ["read", "write"],
  },
  {
    name: "simulate has nothing at all",
    args: ["simulate", "portscan", "--nodes", "1"],
    exitCode: 0,
    over: [],
  },
  {
    name: "simulate soak has nothing at all",
    args: ["simulate", "soak", "--seeds", "1"],
    exitCode: 0,
    over: [],
  },
  {
    name: "simulate stress has nothing at all",
    args: ["simulate", "stress", "--nodes", "2"],
    exitCode: 0,
    over: [],
  },
  {
    name: "agent --replay has nothing at all",
    args: ["agent", "--replay", "-"],
    exitCode: 0,
    over: [],
  },
  {
    name: "status runs nothing and reads no environment",
    args: ["status"],
    exitCode: 3,
    over: ["read", "write", "net"],
  },
  {
    name: "doctor, once it asked its agent, neither writes nor talks",
    args: ["doctor"],
    exitCode: 0,
    over: ["read", "run"],
  },
];

for (const { name, args, exitCode, over } of rows) {
  Deno.test(`keepOnly() ${name}`, async () => {
    await inStateDir(async (directory) => {
      deepEqual(
        await climbed(climber, [...args, "--state-dir", directory], ""),
        { exitCode, over },
      );
    });
  });
}

Deno.test("startWholeAgent() leaves main its state directory only, and the agent runs on", async () => {
  await inStateDir(async (directory) => {
    const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = probe.addr;
    probe.close();
    deepEqual(
      await climbed("tests/cli/walls/agent_climber.ts", [
        directory,
        String(port),
      ]),
      { exitCode: 0, over: [] },
    );
    await rejects(Deno.lstat(`${directory}/agent.sock`), Deno.errors.NotFound);
    equal((await Deno.stat(`${directory}/roster.cbor`)).isFile, true);
  });
});
