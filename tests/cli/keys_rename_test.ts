import { equal, match } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";

Deno.test("keys rename calls a member something else, and no two alike", async () => {
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory];
    await stealthmesh(["keys", "init", "--json", ...at]);
    const shown = async () =>
      (await stealthmesh(["keys", "show", "--json", ...at])).stdout;
    const node = /"node":"([0-9a-f]{64})"/.exec(await shown())?.[1] ?? "";
    const rename = (...args: string[]) =>
      stealthmesh(["keys", "rename", ...args, ...at]);
    const named = await rename(node, "till-9", "--json");
    equal(named.code, 0, named.stderr);
    equal(JSON.parse(named.stdout).name, "till-9");
    match(await shown(), /"name":"till-9"/);
    // By its new name it is found, and may get another.
    equal((await rename("till-9", "till-10")).code, 0);
    const wrong = await rename("till-10", "x".repeat(64));
    equal(wrong.code, 2);
    match(wrong.stderr, /1 to 63 printable bytes/);
    const nobody = await rename("till-9", "till-1");
    equal(nobody.code, 2);
    match(nobody.stderr, /Cannot find node "till-9"/);
  });
});
