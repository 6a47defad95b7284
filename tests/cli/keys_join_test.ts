import { deepEqual, equal, match, ok } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

Deno.test("keys join lets a host in once, and leaves no mesh unasked", async () => {
  await inStateDir(async (first) => {
    await withAgent(first, async () => {
      const at = ["--state-dir", first];
      const invited = await stealthmesh(["keys", "invite", "--json", ...at]);
      equal(invited.code, 0, invited.stderr);
      const { invite } = JSON.parse(invited.stdout);

      await inStateDir(async (second) => {
        const here = ["--state-dir", second];
        const join = ["keys", "join", "-", "--json", ...here];
        const joined = await knock(join, invite);
        equal(joined.code, 0, joined.stderr);
        const facts = JSON.parse(joined.stdout);
        equal(facts.members, 2);
        const shown = await stealthmesh(["keys", "show", "--json", ...here]);
        ok(shown.stdout.includes(facts.node), shown.stdout);
        equal((await Deno.stat(`${second}/keys.cbor`)).mode! & 0o777, 0o600);

        const again = await knock(join, invite);
        equal(again.code, 1);
        match(again.stderr, /already belongs to a mesh[^]*keys join --replace/);

        // Nothing may be lost of the mesh that is left, not even by a refusal.
        const before = await filesOf(second);
        const used = await knock([...join, "--replace"], invite);
        equal(used.code, 1);
        match(used.stderr, /the inviter refuses: the invite was used/);
        deepEqual(await filesOf(second), before);

        const next = await stealthmesh(["keys", "invite", "--json", ...at]);
        const replaced = await knock(
          [...join, "--replace"],
          JSON.parse(next.stdout).invite,
        );
        equal(replaced.code, 0, replaced.stderr);
        ok(JSON.parse(replaced.stdout).node !== facts.node);
        const aside = (await filesOf(second)).find((name) =>
          name.startsWith("left-")
        );
        ok(aside);
        ok((await filesOf(`${second}/${aside}`)).includes("keys.cbor"));
      });
    });
  });
});

Deno.test("keys join writes nothing when nobody answers", async () => {
  await inStateDir(async (first) => {
    const at = ["--state-dir", first];
    await stealthmesh(["keys", "init", ...at]);
    const invited = await stealthmesh(["keys", "invite", "--json", ...at]);
    const { invite } = JSON.parse(invited.stdout);
    await inStateDir(async (second) => {
      const here = ["--state-dir", second];
      const joined = await stealthmesh(["keys", "join", "-", ...here], {
        stdin: invite,
      });
      equal(joined.code, 3);
      match(
        joined.stderr,
        /Cannot join the mesh at .*: no agent answers there/,
      );
      equal((await filesOf(second)).includes("keys.cbor"), false);
    });
  });
});

async function filesOf(directory: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(directory));
  return names.map(({ name }) => name).sort();
}

/** The agent takes up a new invite within a second or so of its writing. */
async function knock(
  args: readonly string[],
  invite: string,
): Promise<Awaited<ReturnType<typeof stealthmesh>>> {
  for (let attempt = 1;; attempt++) {
    const ended = await stealthmesh(args, { stdin: invite });
    if (ended.code !== 3 || attempt === 5) return ended;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
