import { equal, match, ok, rejects } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

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
