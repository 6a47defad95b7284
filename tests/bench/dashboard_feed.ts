/**
 * `deno task bench:feed`: what the process of a dashboard costs, when nobody
 * looks and with a thousand browsers that follow ten alerts a second.
 *
 * The agent is played here; the browsers are sockets that only read. Nobody
 * looks at the program as it is shipped (`STEALTHMESH_BINARY` names a compiled
 * one); the thousand look at the same web application, run from the source.
 *
 * @module
 */
import { cpuSeconds, residentMiB } from "./process_cost.ts";
import { program } from "../lab/lab_member.ts";

const browsers = 1_000;
const windowsEach = 16;
const perSecond = 10;
const settleMs = 10_000;
const watchMs = 20_000;
/** Issue 5. */
const residentMiBMax = 120;
const idlePercentMax = 1;

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms));
const directory = await Deno.makeTempDir();
const state = `${directory}/state`;
await Deno.mkdir(state, { mode: 0o700 });

const followers = new Set<ReadableStreamDefaultController<Uint8Array>>();
const encoder = new TextEncoder();
const agent = Deno.serve({
  path: `${state}/agent.sock`,
  onListen() {},
}, (request) => {
  const { pathname } = new URL(request.url);
  if (pathname !== "/v1/events/stream") return Response.json({});
  let mine: ReadableStreamDefaultController<Uint8Array>;
  return new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        followers.add(mine = controller);
        controller.enqueue(encoder.encode("\n"));
      },
      cancel: () => void followers.delete(mine),
    }),
  );
});

let told = 0;
function tell(): void {
  told++;
  const line = encoder.encode(
    JSON.stringify({
      seq: told,
      atMs: Date.now(),
      stage: "claimed",
      subject: `198.51.100.${told % 250}`,
      node: "ab".repeat(32),
      what: "claim",
      detail: {
        technique: "T1110.001",
        scenario: "ssh-bruteforce",
        evidence: "E1",
        score: 9,
        observations: told,
      },
    }) + "\n",
  );
  for (const follower of followers) follower.enqueue(line);
}

async function percentOver(pid: number, ms: number): Promise<number> {
  const before = cpuSeconds(pid);
  await wait(ms);
  return (cpuSeconds(pid) - before) / ms * 1e5;
}

/** The program is shipped with these; they halve what V8 keeps. */
function shippedFlags(): string {
  const { tasks } = JSON.parse(
    Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
  );
  return /--v8-flags=\S+/.exec(tasks.start.command)?.[0] ?? "--v8-flags=";
}

/** The first line that a child prints. */
async function firstLine(child: Deno.ChildProcess): Promise<string> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the dashboard ended");
    text += value;
  }
  reader.releaseLock();
  return text.slice(0, text.indexOf("\n"));
}

function start(command: readonly string[]): Deno.ChildProcess {
  const [program = "", ...args] = command;
  return new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

const shipped = start([
  ...program(),
  ...["dashboard", "--port", "0", "--json", "--state-dir", state],
]);
await firstLine(shipped);
await wait(settleMs);
const idlePercent = await percentOver(shipped.pid, watchMs);
const idleMiB = residentMiB(shipped.pid);
shipped.kill();
await shipped.status;
console.log(
  `nobody looks: ${idleMiB.toFixed(0)} MiB resident, ` +
    `${idlePercent.toFixed(2)} % of a core`,
);

const host = start([
  ...[Deno.execPath(), "run", "-A", "--no-check", shippedFlags()],
  ...[new URL("./dashboard_host.ts", import.meta.url).pathname],
  ...[`${state}/agent.sock`, String(Math.ceil(browsers / windowsEach))],
]);
const { port, cookies } = JSON.parse(await firstLine(host)) as {
  port: number;
  cookies: string[];
};
const heard = new Uint32Array(browsers);
const sockets = await Promise.all(
  Array.from({ length: browsers }, (_, number) => {
    const cookie = cookies[Math.floor(number / windowsEach)] ?? "";
    const headers = { cookie, origin: `http://127.0.0.1:${port}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/live?after=0`, {
      headers,
    });
    socket.onmessage = ({ data }) => {
      if (String(data).startsWith('{"type":"event"')) heard[number]!++;
    };
    return new Promise<WebSocket>((resolve, reject) => {
      socket.onopen = () => resolve(socket);
      socket.onerror = () => reject(new Error("a browser was turned away"));
    });
  }),
);
await wait(settleMs);
const quietMiB = residentMiB(host.pid);
const from = told;
const startMs = performance.now();
let mostMiB = 0;
const before = cpuSeconds(host.pid);
while (performance.now() - startMs < watchMs) {
  const due = (performance.now() - startMs) * perSecond / 1_000;
  while (told - from < due) tell();
  mostMiB = Math.max(mostMiB, residentMiB(host.pid));
  await wait(20);
}
const busyPercent = (cpuSeconds(host.pid) - before) / watchMs * 1e5;
// What is still under way is no loss.
for (let waited = 0; waited < 300 && heard.some((n) => n < told); waited++) {
  await wait(100);
}
const lost = heard.reduce((sum, count) => sum + told - count, 0);
for (const socket of sockets) socket.close();
host.kill();
await host.status;
await agent.shutdown();
await Deno.remove(directory, { recursive: true });
console.log(
  `${browsers} browsers: ${quietMiB.toFixed(0)} MiB resident, at most ` +
    `${mostMiB.toFixed(0)} MiB with ${perSecond} alerts a second, ` +
    `${busyPercent.toFixed(0)} % of a core; ${lost} of ${
      told * browsers
    } messages lost`,
);
if (
  idlePercent > idlePercentMax || idleMiB > residentMiBMax ||
  mostMiB > residentMiBMax || lost > 0
) Deno.exitCode = 1;
