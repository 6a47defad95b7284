import { deepEqual, equal, match } from "node:assert/strict";
import { dirname } from "node:path";
import { inStateDir, stealthmesh } from "./child.ts";
import { runHere } from "./run_here.ts";
import { withAgent } from "./running_agent.ts";

/** Many failed logins from one address, as sshd logs them now. */
function guesses(source: string): string {
  const at = new Date().toISOString().replace("Z", "+00:00");
  return Array.from(
    { length: 12 },
    (_, number) =>
      `${at} till sshd[${900 + number}]: Failed password for invalid ` +
      `user admin${number} from ${source} port ${40_000 + number} ssh2\n`,
  ).join("");
}

Deno.test("config changes a running agent, and a restart keeps it", async () => {
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory];
    const log = `${dirname(directory)}/auth.log`;
    await Deno.writeTextFile(log, "");
    const run = (...args: string[]) => stealthmesh(["config", ...args, ...at]);
    const json = async (...args: string[]) =>
      (await run(...args, "--json")).stdout.trim().split("\n")
        .map((line) => JSON.parse(line));
    const refused = async () => {
      await Deno.writeTextFile(log, guesses("203.0.113.7"), { append: true });
      for (;;) {
        const explained = await stealthmesh([
          "explain",
          "203.0.113.7",
          "--json",
          ...at,
        ]);
        const { protectedBy, votes } = JSON.parse(explained.stdout);
        if (votes.length > 0) return protectedBy as string | undefined;
      }
    };

    await withAgent(directory, async () => {
      const dry = await run("add", "neverBlock", "203.0.113.0/24", "--dry-run");
      match(dry.stderr, /list of this machine[^]*Nothing was changed/);
      const added = await run("add", "neverBlock", "203.0.113.9/24");
      equal(added.code, 0, added.stderr);
      match(added.stderr, /In force now, and after the next start/);
      const again = await run("add", "neverBlock", "203.0.113.0/24");
      match(again.stderr, /It is so already/);
      equal(await refused(), "203.0.113.0/24 (operator's list)");

      const off = await run("add", "scenarios.off", "port-scan");
      equal(off.code, 0, off.stderr);
      equal((await run("set", "journal.days", "7")).code, 0);
      const [days] = await json("show", "journal.days");
      deepEqual([days.value, days.changed.by], [7, "the command line"]);
      match(days.origin, /^changed by the command line, \d{4}-/);
      const shown = await run("show", "neverBlock");
      match(shown.stdout, /203\.0\.113\.0\/24 +changed by the command line/);

      const none = await run("keep");
      equal(none.code, 1);
      match(none.stderr, /nothing is on trial/);
      const trial = await run("set", "learning", "on", "--for", "10m");
      match(trial.stderr, /On trial until \d{4}-.*config keep/);
      match((await run("revert")).stderr, /learning is as before/);
      await run("set", "learning", "on", "--for", "10m");
      match((await run("keep")).stderr, /learning stays as it is now/);
      await run("set", "learning", "off", "--for", "10m");

      const own = await run("remove", "neverBlock", "127.0.0.1");
      equal(own.code, 1);
      match(own.stderr, /what is found by itself always stays/);
      const events = await stealthmesh(["status", "--json", ...at]);
      const { settings } = JSON.parse(events.stdout);
      const offNow = settings.find((each: { name: string }) =>
        each.name === "scenarios.off"
      );
      deepEqual(offNow.value, ["port-scan"]);
    });
    const file = `${directory}/settings.json`;
    equal((await Deno.stat(file)).mode! & 0o777, 0o600);

    await withAgent(directory, async () => {
      const status = await stealthmesh(["status", "--json", ...at]);
      const { neverBlock } = JSON.parse(status.stdout);
      deepEqual(
        neverBlock.find((each: { network: string }) =>
          each.network === "203.0.113.0/24"
        )?.reason,
        "operator's list",
      );
      // What was on trial when the agent stopped was not kept.
      const [learning] = await json("show", "learning");
      equal(learning.value, "on");
      equal((await run("unset", "neverBlock")).code, 0);
      const [list] = await json("show", "neverBlock");
      deepEqual([list.value, list.changed], [[], undefined]);
    });

    // Without an agent it tells what one would start with.
    const offline = await run("show", "journal.days");
    match(offline.stderr, /No agent answers/);
    match(offline.stdout, /journal\.days +7 +changed by the command line/);
    await Deno.writeTextFile(file, "{}");
    const damaged = await run("show");
    equal(damaged.code, 2);
    match(damaged.stderr, /settings\.json[^]*mv .*settings\.json\.bad/);
  });
});

Deno.test("config validate checks a file without an agent", async () => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, "mode: enforce\nneverBlock: [192.0.2.1]\n");
    const good = await runHere(["config", "validate", file, "--json"]);
    deepEqual([good.code, JSON.parse(good.stdout)], [0, {
      valid: true,
      path: file,
    }]);
    await Deno.writeTextFile(file, "mode: enforce\nneverblock: [x]\n");
    const bad = await runHere(["config", "validate", file]);
    equal(bad.code, 2);
    match(bad.stderr, /:2:1: unknown key "neverblock"; did you mean/);
  } finally {
    await Deno.remove(file);
  }
});
