import { equal, match, ok, rejects } from "node:assert/strict";
import { inStateDir, shippedFlags, stealthmesh } from "./child.ts";

/** An agent in observe mode, ready to answer; ends with `use`. */
async function withAgent(
  directory: string,
  use: (child: Deno.ChildProcess) => Promise<void>,
): Promise<{ code: number; stderr: string }> {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...shippedFlags, main, "agent", "--state-dir", directory]
      .concat("--listen", `127.0.0.1:${port}`, "--interface", "lo")
      .concat("--log", `${directory}/../auth.log`),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  let stderr = "";
  const ready = Promise.withResolvers<void>();
  const heard = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(text) {
        stderr += text;
        if (/^ {2}never /m.test(stderr)) ready.resolve();
      },
    }),
  ).finally(() => ready.reject(new Error(stderr)));
  try {
    await ready.promise;
    await use(child);
  } finally {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended already; its code tells.
    }
  }
  const { code } = await child.status;
  await heard;
  return { code, stderr };
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

      // Observe mode: an order is refused, and says so.
      const contain = await stealthmesh(["contain", "203.0.113.9", ...at]);
      equal(contain.code, 1);
      match(
        contain.stderr,
        /only observes\n {2}Start the agent with --enforce/,
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
