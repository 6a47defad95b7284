/**
 * How long a real agent and a real dashboard take from their start to the first
 * page of events that they answer, over an empty journal and over one of a
 * million entries.
 *
 *     deno task bench:journal:start [ENTRIES]
 *
 * Both journals take turns, so that a busy machine slows both; what the long
 * one costs is the difference. `STEALTHMESH_BINARY` names a compiled program.
 *
 * @module
 */
import { program } from "../lab/lab_member.ts";
import { spacingMs, writeJournal } from "./long_journal.ts";
import { quantile } from "./quantile.ts";

const count = Number(Deno.args[0] ?? 1_000_000);
const rounds = 5;
/**
 * Between two attempts to reach what has just been started. Deno's client waits
 * for 5 s before its next attempt if it is told sooner again and again.
 */
const againMs = 25;
/** On the slowest machine: a failure waits so long, nothing else. */
const patienceMs = 60_000;
/** Issue 5. */
const startMsMax = 1_000;

function start(args: readonly string[]): Deno.ChildProcess {
  const [command = "", ...before] = program();
  return new Deno.Command(command, {
    args: [...before, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
}

/** Milliseconds since `began` until the agent at `path` answers a page. */
async function agentAnswers(path: string, began: number): Promise<number> {
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  try {
    while (performance.now() - began < patienceMs) {
      try {
        const response = await fetch("http://127.0.0.1/v1/events?limit=100", {
          client,
        });
        await response.json();
        if (response.ok) return performance.now() - began;
      } catch {
        // Not there yet.
      }
      await new Promise((wake) => setTimeout(wake, againMs));
    }
  } finally {
    client.close();
  }
  throw new Error("the agent does not answer");
}

/** Milliseconds since `began` until the dashboard answers a page. */
async function dashboardAnswers(
  child: Deno.ChildProcess,
  began: number,
): Promise<number> {
  let text = "";
  for await (
    const part of child.stdout.pipeThrough(new TextDecoderStream())
  ) {
    text += part;
    if (text.includes("\n")) break;
  }
  const { url } = JSON.parse(text) as { url: string };
  const login = await fetch(url, { redirect: "manual" });
  await login.body?.cancel();
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const { origin } = new URL(url);
  const page = await fetch(`${origin}/api/v1/events?limit=100`, {
    headers: { cookie },
  });
  await page.json();
  if (!page.ok) throw new Error(`the dashboard answers ${page.status}`);
  return performance.now() - began;
}

interface Start {
  readonly agentMs: number;
  readonly dashboardMs: number;
}

async function startOver(state: string): Promise<Start> {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const where = ["--state-dir", state];
  const began = performance.now();
  const agent = start([
    ...["agent", ...where, "--listen", `127.0.0.1:${port}`],
    ...["--interface", "lo", "--log", `${state}/none.log`],
  ]);
  try {
    await agent.stdout.cancel();
    const agentMs = await agentAnswers(`${state}/agent.sock`, began);
    const dashboardBegan = performance.now();
    const dashboard = start(["dashboard", "--port", "0", "--json", ...where]);
    try {
      const dashboardMs = await dashboardAnswers(dashboard, dashboardBegan);
      return { agentMs, dashboardMs };
    } finally {
      dashboard.kill();
      await dashboard.status;
    }
  } finally {
    agent.kill();
    await agent.status;
  }
}

const directory = await Deno.makeTempDir({ prefix: "stealthmesh-bench-" });
try {
  const kinds = ["empty", "long"].map((name) => ({
    name,
    state: `${directory}/${name}`,
    starts: [] as Start[],
  }));
  for (const { state } of kinds) {
    await Deno.mkdir(state, { mode: 0o700 });
    await Deno.writeTextFile(`${state}/none.log`, "");
    // Founds a mesh, which is not what is measured.
    await startOver(state);
  }
  const long = `${directory}/long/journal.sqlite`;
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.remove(long + end).catch(() => {});
  }
  writeJournal(long, count, Date.now() - count * spacingMs);
  console.log(`${count} entries, ${(Deno.statSync(long).size / 1e6) | 0} MB`);
  for (let round = 0; round < rounds; round++) {
    for (const { state, starts } of kinds) starts.push(await startOver(state));
  }
  for (const { name, starts } of kinds) {
    const p50 = (key: keyof Start) =>
      quantile(starts.map((each) => each[key]), 0.5);
    console.log(
      `${name} journal: agent ${p50("agentMs").toFixed(0)} ms, ` +
        `dashboard ${p50("dashboardMs").toFixed(0)} ms in the median of ` +
        `${rounds}`,
    );
    if (p50("agentMs") > startMsMax || p50("dashboardMs") > startMsMax) {
      Deno.exitCode = 1;
    }
  }
} finally {
  await Deno.remove(directory, { recursive: true });
}
