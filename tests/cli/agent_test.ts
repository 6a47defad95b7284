import { equal, match, ok, rejects } from "node:assert/strict";
import { dirname } from "node:path";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

/** Somebody guesses at passwords, as sshd writes it. */
async function guess(log: string, address: string): Promise<void> {
  const stamp = new Date().toISOString();
  const lines = Array.from(
    { length: 12 },
    (_, n) =>
      `${stamp} till sshd[${n}]: Failed password for root from ` +
      `${address} port ${4_000 + n} ssh2\n`,
  );
  await Deno.writeTextFile(log, lines.join(""), { append: true });
}

Deno.test("agent founds a mesh, answers its clients, and ends in order", async () => {
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory];
    const { code, stderr } = await withAgent(directory, async () => {
      const status = await stealthmesh(["status", "--json", ...at]);
      equal(status.code, 0, status.stderr);
      const view = JSON.parse(status.stdout);
      equal(view.agent.mode, "observe");
      equal(view.members.length, 1);
      ok(
        view.settings.some((setting: { name: string; origin: string }) =>
          setting.name === "listen" && setting.origin === "flag --listen"
        ),
      );

      const shown = await stealthmesh(["status", ...at]);
      match(shown.stdout, /^ *mode +observe$/m);
      match(shown.stdout, /^ *never contained +because$/m);
      match(shown.stdout, new RegExp(`^ *stateDir +${directory} +flag`, "m"));

      // Observe mode: an order is refused, and says so.
      const contain = await stealthmesh(["contain", "203.0.113.9", ...at]);
      equal(contain.code, 1);
      match(
        contain.stderr,
        /only observes\n {2}Let it act: stealthmesh config set mode enforce/,
      );
      const dryRun = await stealthmesh(
        ["contain", "203.0.113.9", "--dry-run", ...at],
      );
      match(dryRun.stdout, /block4 \{ 203\.0\.113\.9 /);

      const explain = await stealthmesh(["explain", "203.0.113.9", ...at]);
      match(explain.stdout, /operator/);
      const alerts = await stealthmesh(["alerts", ...at]);
      equal(alerts.code, 0);
      equal(alerts.stdout, "");

      const second = await stealthmesh(["agent", ...at]);
      equal(second.code, 1);
      match(second.stderr, /an agent already answers/);
    });
    equal(code, 0, stderr);
    match(stderr, /nothing is changed \(observe mode\)/);
    await rejects(Deno.lstat(`${directory}/agent.sock`), Deno.errors.NotFound);
  });
});

Deno.test("agent that is started again goes on in its logs where it was", async () => {
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory];
    const log = `${dirname(directory)}/auth.log`;
    await Deno.writeTextFile(log, "");
    const alertsOf = async (address: string) => {
      const { stdout } = await stealthmesh(["alerts", "--json", ...at]);
      return stdout.split("\n")
        .filter((line) => line.includes(`"subject":"${address}"`)).length;
    };
    const seen = async (address: string) => {
      const patience = AbortSignal.timeout(20_000);
      while (await alertsOf(address) === 0) patience.throwIfAborted();
    };
    const told: Record<string, number> = {};
    for (const address of ["203.0.113.9", "203.0.113.10", "203.0.113.11"]) {
      await withAgent(directory, async () => {
        await guess(log, address);
        await seen(address);
        for (const [before, count] of Object.entries(told)) {
          equal(await alertsOf(before), count, before);
        }
        await new Promise((settled) => setTimeout(settled, 300));
        told[address] = await alertsOf(address);
        const { stdout } = await stealthmesh(["status", "--json", ...at]);
        const { shortcomings } = JSON.parse(stdout);
        ok(!JSON.stringify(shortcomings).includes("log places"), stdout);
      });
    }
  });
});

Deno.test("agent outlives whoever read its alerts, and ends in order", async () => {
  await inStateDir(async (directory) => {
    const log = `${dirname(directory)}/auth.log`;
    await Deno.writeTextFile(log, "");
    const path = `${directory}/agent.sock`;
    const client = Deno.createHttpClient({
      proxy: { transport: "unix", path },
    });
    const alerts = async () => {
      const response = await fetch("http://127.0.0.1/v1/alerts", { client });
      return (await response.json()).alerts.length;
    };
    const { code, stderr } = await withAgent(
      directory,
      async (child) => {
        await child.stdout.cancel();
        await guess(log, "203.0.113.66");
        while (await alerts() === 0) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        ok(await alerts() > 0, "it still answers");
      },
      {},
      "piped",
    );
    client.close();
    equal(code, 0, stderr);
    match(stderr, /^Stopping$/m);
    await rejects(Deno.lstat(path), Deno.errors.NotFound);
  });
});
