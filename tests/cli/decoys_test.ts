import { equal, match, ok } from "node:assert/strict";
import { inStateDir, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

/** Says a user name that would repaint the operator's terminal. */
async function visit(port: number): Promise<void> {
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  await client.write(
    new TextEncoder().encode(
      "*3\r\n$4\r\nAUTH\r\n$8\r\n\x1b[2Jroot\r\n$2\r\npw\r\nQUIT\r\n",
    ),
  );
  await client.readable.pipeTo(new WritableStream());
}

Deno.test("decoys shows who was there, and what he typed does nothing", async () => {
  const free = Deno.listen({ port: 0 });
  const { port } = free.addr;
  free.close();
  await inStateDir(async (directory) => {
    const at = ["--state-dir", directory];
    // The state directory itself is made at the first start.
    const config = directory.replace(/\/[^/]+$/, "/decoys.yaml");
    await Deno.writeTextFile(
      config,
      `decoys: { ports: [{ port: ${port}, as: redis }] }\n`,
    );
    const { stderr } = await withAgent(directory, async () => {
      await visit(port);
      const listed = await stealthmesh(["decoys", "list", ...at]);
      equal(listed.code, 0, listed.stderr);
      match(listed.stdout, /redis +whoever finds it/);
      match(
        listed.stdout,
        /^1 .* 127\.0\.0\.1 +redis .*login \ufffd\[2Jroot$/m,
      );

      const shown = await stealthmesh(["decoys", "show", "1", ...at]);
      match(shown.stdout, /login +\ufffd\[2Jroot with pw$/m);
      match(shown.stdout, /came +by itself/);

      const json = await stealthmesh(["decoys", "show", "1", "--json", ...at]);
      ok(!json.stdout.includes("\x1b"));
      equal(JSON.parse(json.stdout).notes[0].user, "\x1b[2Jroot");

      const none = await stealthmesh(["decoys", "show", "9", ...at]);
      equal(none.code, 1);
      match(none.stderr, /not among the latest\n {2}See which there are/);

      // The touch is evidence, and this host is never contained.
      const explained = await stealthmesh(["explain", "127.0.0.1", ...at]);
      match(explained.stdout, /^never contained: /m);
      match(explained.stdout, /redis .*login \ufffd\[2Jroot$/m);
      const alerts = await stealthmesh(["alerts", "--json", ...at]);
      const [alert] = alerts.stdout.trim().split("\n").map((line) =>
        JSON.parse(line)
      );
      equal(alert.scenario, "decoy-touched");
      equal(alert.evidence, "E2");
    }, { STEALTHMESH_CONFIG: config });
    ok(!stderr.includes("trouble"), stderr);
  });
});
