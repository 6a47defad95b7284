import { deepEqual, equal, match } from "node:assert/strict";
import type { AlertRecord, DrillDetail } from "../../dashboard/mod.ts";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

Deno.test("drill goes through a real mesh, is marked everywhere, and is kept", async () => {
  await inStateDir(async (first) => {
    const at = ["--state-dir", first];
    await withAgent(first, async () => {
      const alone = await stealthmesh(["drill", ...at]);
      equal(alone.code, 1);
      match(alone.stderr, /only member; let another one join first/);
      const none = await stealthmesh(["drill", "--last", ...at]);
      equal(none.code, 1);
      match(none.stderr, /there was none[^]*stealthmesh drill/);
      const somebody = ["drill", "--address", "8.8.8.8", ...at];
      equal((await stealthmesh(somebody)).code, 2);

      const invited = await stealthmesh(["keys", "invite", "--json", ...at]);
      const { invite } = JSON.parse(invited.stdout);
      await inStateDir(async (second) => {
        const here = ["--state-dir", second];
        await joined(["keys", "join", "-", ...here], invite);
        await withAgent(second, async () => {
          const held = await heard(["drill", "--json", ...at]);
          equal(held.of, 1);
          const [member] = held.members;
          equal(member?.would, "throttle");
          equal(member?.mode, "observe");
          const there = await stealthmesh(["alerts", "--json", ...here]);
          const lines = there.stdout.trim().split("\n");
          const alerts = lines.map((line) => JSON.parse(line) as AlertRecord)
            .filter(({ subject }) => subject === held.subject);
          deepEqual(
            alerts.map(({ exercise, scenario }) => [exercise, scenario]),
            [[true, "drill"]],
          );
          const why = await stealthmesh(["explain", held.subject, ...here]);
          match(why.stdout, /EXERCISE: a drill was held about it/);
          const asJson = ["explain", held.subject, "--json", ...here];
          const { leases, votes } = JSON.parse(
            (await stealthmesh(asJson)).stdout,
          );
          deepEqual([leases, votes], [[], []]);
          const last = await stealthmesh(["drill", "--last", ...at]);
          match(last.stdout, /^EXERCISE about .*: 1 of 1 members heard it/);
        });
      });
    });
    // The record is the journal's, so a restart loses nothing.
    await withAgent(first, async () => {
      const last = await stealthmesh(["drill", "--last", "--json", ...at]);
      equal((JSON.parse(last.stdout) as DrillDetail).heard, 1);
    });
  });
});

/** The first drill may come before the two are linked; then another is held. */
async function heard(args: readonly string[]): Promise<DrillDetail> {
  for (let attempt = 1;; attempt++) {
    const { stdout, stderr } = await stealthmesh(args);
    const view = stdout === "" ? undefined : JSON.parse(stdout) as DrillDetail;
    if (view && view.heard > 0) return view;
    if (attempt === 20) throw new Error(stdout + stderr);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** The agent takes up a new invite within a second or so of its writing. */
async function joined(args: readonly string[], invite: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const { code, stderr } = await stealthmesh(args, { stdin: invite });
    if (code === 0) return;
    if (attempt === 5) throw new Error(stderr);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
