import { equal, match } from "node:assert/strict";
import { dashboardFileName } from "../../dashboard/host/mod.ts";
import { inStateDir, stealthmesh } from "./child.ts";

Deno.test("openDashboardStore() names a damaged file, and says what to do", async () => {
  await inStateDir(async (stateDir) => {
    await Deno.mkdir(stateDir, { mode: 0o700 });
    const path = `${stateDir}/${dashboardFileName}`;
    await Deno.writeTextFile(path, "no database ".repeat(100));
    const { code, stderr } = await stealthmesh(
      ["dashboard", "users", "list", "--state-dir", stateDir],
    );
    equal(code, 1);
    match(stderr, /^Cannot read .*dashboard\.sqlite: file is not a database$/m);
    match(stderr, new RegExp(`^ +mv ${path} ${path}\\.bad$`, "m"));
  });
});
