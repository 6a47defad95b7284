/**
 * A dashboard on a host without an agent: it joins to look on, hears what the
 * members hear, and counts for nothing with them. Real processes throughout.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { dirname } from "node:path";
import type { AlertPage, StatusView } from "../../dashboard/mod.ts";
import { pagesAreBuilt } from "./built_pages.ts";
import { inStateDir, shippedFlags, stealthmesh } from "./child.ts";
import { withAgent } from "./running_agent.ts";

const root = new URL("../../", import.meta.url).pathname;
const attacker = "203.0.113.66";

/** A dashboard as a child, until `use` ends; `line` goes to its input. */
async function withDashboard(
  args: readonly string[],
  line: string,
  use: (url: string) => Promise<void>,
): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...shippedFlags, `${root}main.ts`, "dashboard", "--port", "0"]
      .concat("--json", ...args),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: {
      NO_COLOR: "1",
      STEALTHMESH_LISTEN: "127.0.0.1:0",
      STEALTHMESH_ADVERTISE: "none",
      STEALTHMESH_NAME: "office-pc",
    },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(line));
  await writer.close();
  const complaints = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  let url: string | undefined;
  while (url === undefined) {
    const { value, done } = await lines.read();
    if (done) throw new Error(await complaints);
    said += value;
    url = /"url":"([^"]+)"/.exec(said)?.[1];
  }
  try {
    await use(url);
  } finally {
    child.kill("SIGTERM");
  }
  await lines.cancel();
  equal((await child.status).code, 0);
  return await complaints;
}

/** Follows the link and asks the API with the session it gives. */
async function loggedIn(url: string) {
  const { origin } = new URL(url);
  const login = await fetch(url, { redirect: "manual" });
  await login.body?.cancel();
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  return async <T>(path: string): Promise<T> => {
    const response = await fetch(`${origin}/api${path}`, {
      headers: { cookie },
    });
    if (!response.ok) throw new Error(await response.text());
    return await response.json() as T;
  };
}

/** Asks again until it is so; the run of the tests is the limit. */
async function until<T>(
  ask: () => Promise<T>,
  isSo: (value: T) => boolean,
): Promise<T> {
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function guesses(): string {
  return Array.from({ length: 12 }, (_, number) => {
    const at = new Date().toISOString().replace("Z", "000+00:00");
    return `${at} till sshd[${900 + number}]: Failed password for invalid ` +
      `user admin${number} from ${attacker} port ${40_000 + number} ssh2\n`;
  }).join("");
}

Deno.test("stealthmesh dashboard --join looks on, and counts for nothing", async () => {
  await pagesAreBuilt();
  await inStateDir(async (first) => {
    const log = `${dirname(first)}/auth.log`;
    await Deno.writeTextFile(log, "");
    const agent = await withAgent(first, async () => {
      const client = Deno.createHttpClient({
        proxy: { transport: "unix", path: `${first}/agent.sock` },
      });
      const atAgent = async <T>(path: string): Promise<T> =>
        await (await fetch(`http://127.0.0.1${path}`, { client })).json() as T;
      const invited = await stealthmesh([
        ...["keys", "invite", "--observer", "--json"],
        ...["--state-dir", first],
      ]);
      equal(invited.code, 0, invited.stderr);
      const { invite } = JSON.parse(invited.stdout);

      await inStateDir(async (second) => {
        const at = ["--state-dir", second];
        await withDashboard(["--join", "-", ...at], invite, async (url) => {
          const here = await loggedIn(url);
          const view = await until(
            () => here<StatusView>("/v1/status"),
            ({ mesh }) => mesh.links.length === 1,
          );
          equal(view.members.length, 2);
          equal(view.agent.mode, "observe");
          equal(view.agent.members, 1);

          // The member sees it come, and does not count it.
          const there = await until(
            () => atAgent<StatusView>("/v1/status"),
            ({ mesh }) => mesh.links.length === 1,
          );
          deepEqual(
            there.members.map(({ observer }) => observer),
            [false, true],
          );
          equal(there.agent.members, 1);
          equal(there.agent.faultBound, 0);

          // What the member sees arrives here.
          await Deno.writeTextFile(log, guesses(), { append: true });
          const { alerts } = await until(
            () => here<AlertPage>(`/v1/alerts?subject=${attacker}`),
            ({ alerts }) => alerts.length > 0,
          );
          equal(alerts[0]?.node, there.agent.self);

          // And it tells how it is, when somebody asks.
          const { word } = await here<{ word: { word: { mode: string } } }>(
            `/v1/nodes/${there.agent.self}`,
          );
          equal(word.word.mode, "observe");
          const asked = await atAgent<{ word: { word: { mode: string } } }>(
            "/v1/nodes/office-pc",
          );
          equal(asked.word.word.mode, "observer");
        });

        // It comes back by itself, without an invite.
        const said = await withDashboard(at, "", async (url) => {
          const here = await loggedIn(url);
          equal((await here<StatusView>("/v1/status")).members.length, 2);
        });
        match(said, /listens to the mesh/);
      });
      client.close();
    });
    equal(agent.code, 0, agent.stderr);
  });
});

Deno.test("stealthmesh dashboard --join refuses an invite for a full member", async () => {
  await pagesAreBuilt();
  await inStateDir(async (first) => {
    const at = ["--state-dir", first];
    await stealthmesh(["keys", "init", ...at]);
    const invited = await stealthmesh(["keys", "invite", "--json", ...at]);
    await inStateDir(async (second) => {
      const { code, stderr } = await stealthmesh(
        ["dashboard", "--join", "-", "--port", "0", "--state-dir", second],
        { stdin: JSON.parse(invited.stdout).invite },
      );
      equal(code, 1);
      match(stderr, /makes a full member[^]*keys invite --observer/);
    });
  });
});

Deno.test("stealthmesh dashboard --join spends no invite where it cannot serve", async () => {
  await pagesAreBuilt();
  await inStateDir(async (first) => {
    const at = ["--state-dir", first];
    await withAgent(first, async () => {
      const invited = await stealthmesh(
        ["keys", "invite", "--observer", "--json", ...at],
      );
      await inStateDir(async (second) => {
        const { code, stderr } = await stealthmesh(
          ["dashboard", "--join", "-", "--listen", "0.0.0.0:0"]
            .concat("--state-dir", second),
          { stdin: JSON.parse(invited.stdout).invite },
        );
        equal(code, 2, stderr);
        match(stderr, /nobody has an account/);
        const names = await Array.fromAsync(
          Deno.readDir(second),
          ({ name }) => name,
        );
        deepEqual(names.filter((name) => name.endsWith(".cbor")), []);
      });
      const shown = await stealthmesh(["keys", "show", "--json", ...at]);
      equal(JSON.parse(shown.stdout).openInvites, 1);
    });
  });
});

Deno.test("stealthmesh dashboard --observe needs a mesh to look at", async () => {
  await pagesAreBuilt();
  await inStateDir(async (stateDir) => {
    const { code, stderr } = await stealthmesh(
      ["dashboard", "--observe", "--port", "0", "--state-dir", stateDir],
    );
    equal(code, 1);
    match(stderr, /belongs to no mesh[^]*keys invite --observer/);
    ok(!stderr.includes("at async"));
  });
});
