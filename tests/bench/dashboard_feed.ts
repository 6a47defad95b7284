/**
 * `deno task bench:feed [RATE]...`: what the process of a dashboard costs, when
 * nobody looks and with a thousand browsers that follow so many alerts a
 * second, and how late they hear of them.
 *
 * The program is the real one (`STEALTHMESH_BINARY` names a compiled one) over
 * an agent that is played here; 63 people log in, each with 16 windows at most,
 * that come back with their cursor when they are let go, as the pages do. A
 * thousand browsers in this process cost more than the dashboard: where
 * messages come late, the line says which of the two had no time left.
 *
 * @module
 */
import { seatsEachMax } from "../../dashboard/web/live_seats.ts";
import { program } from "../lab/lab_member.ts";
import { logIn, makePeople } from "./dashboard_people.ts";
import { LiveBrowser } from "./live_browser.ts";
import { playAgent } from "./played_agent.ts";
import { cpuSeconds, residentMiB } from "./process_cost.ts";

const browserCount = 1_000;
const rates = Deno.args.length > 0 ? Deno.args.map(Number) : [10, 50, 100];
const settleMs = 10_000;
const watchMs = 20_000;
/** Messages that come later than this are late: an owner would notice. */
const lateMs = 1_000;
/** Issue 5. */
const residentMiBMax = 120;
const idlePercentMax = 1;

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

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

/** Delays in whole milliseconds, the last place for all longer ones. */
const delays = new Uint32Array(60_001);
function delayMs(share: number): number {
  const total = delays.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  return delays.findIndex((count) => (seen += count) >= total * share);
}

const directory = await Deno.makeTempDir({ prefix: "stealthmesh-bench-" });
const state = `${directory}/state`;
await Deno.mkdir(state, { mode: 0o700 });
const people = await makePeople(
  state,
  Math.ceil(browserCount / seatsEachMax),
);
const agent = playAgent(`${state}/agent.sock`);
const [command = "", ...args] = program();
const child = new Deno.Command(command, {
  args: [
    ...args,
    ...["dashboard", "--port", "0", "--json", "--state-dir", state],
  ],
  stdin: "null",
  stdout: "piped",
  stderr: "inherit",
}).spawn();
const { pid } = child;
const browsers: LiveBrowser[] = [];
try {
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  const { origin, host } = new URL(url);
  await wait(settleMs);
  const before = cpuSeconds(pid);
  await wait(watchMs);
  const idlePercent = (cpuSeconds(pid) - before) / watchMs * 1e5;
  const idleMiB = residentMiB(pid);
  console.log(
    `nobody looks: ${idleMiB.toFixed(0)} MiB resident, ` +
      `${idlePercent.toFixed(2)} % of a core`,
  );
  if (idlePercent > idlePercentMax || idleMiB > residentMiBMax) {
    Deno.exitCode = 1;
  }

  const cookies: string[] = [];
  for (const person of people) cookies.push(await logIn(origin, person));
  console.log(
    `${people.length} people logged in: ${residentMiB(pid).toFixed(0)} MiB`,
  );
  for (let at = 0; at < browserCount; at++) {
    const cookie = cookies[Math.floor(at / seatsEachMax)] ?? "";
    const browser = new LiveBrowser(
      { url: `ws://${host}/live`, headers: { cookie, origin } },
      (seq) => {
        const ms = performance.now() - (agent.toldAtMs[seq] ?? 0);
        delays[Math.min(delays.length - 1, Math.floor(ms))]!++;
      },
    );
    browsers.push(browser);
    await browser.open();
  }
  await wait(settleMs);
  const quietBefore = cpuSeconds(pid);
  await wait(settleMs);
  console.log(
    `${browserCount} browsers, no alerts: ${residentMiB(pid).toFixed(0)} ` +
      `MiB, ${
        ((cpuSeconds(pid) - quietBefore) / settleMs * 1e5).toFixed(1)
      } % of a core`,
  );
  for (const rate of rates) if (!await follow(rate)) Deno.exitCode = 1;
} finally {
  for (const browser of browsers) browser.close();
  child.kill();
  await child.status;
  await agent.stop();
  await Deno.remove(directory, { recursive: true });
}

/** So many alerts a second for a while; tells whether the bounds are kept. */
async function follow(rate: number): Promise<boolean> {
  delays.fill(0);
  const from = agent.told;
  const letGoBefore = browsers.reduce((sum, { letGo }) => sum + letGo, 0);
  const [theirs, ours] = [cpuSeconds(pid), cpuSeconds(Deno.pid)];
  const startMs = performance.now();
  let mostMiB = 0;
  while (performance.now() - startMs < watchMs) {
    const due = (performance.now() - startMs) * rate / 1_000;
    while (agent.told - from < due) agent.tell();
    mostMiB = Math.max(mostMiB, residentMiB(pid));
    await wait(20);
  }
  const spentMs = performance.now() - startMs;
  const percent = (cpu: number) => (cpu / spentMs * 1e5).toFixed(0);
  const [busy, own] = [cpuSeconds(pid) - theirs, cpuSeconds(Deno.pid) - ours];
  // What is still under way is no loss.
  for (let waited = 0; waited < 600; waited++) {
    if (browsers.every(({ last }) => last === agent.told)) break;
    await wait(100);
  }
  const sum = (count: (browser: LiveBrowser) => number) =>
    browsers.reduce((total, browser) => total + count(browser), 0);
  const lost = sum((each) => each.lost);
  const underway = sum((each) => agent.told - each.last);
  const p95 = delayMs(0.95);
  console.log(
    `${rate} alerts/s: at most ${mostMiB.toFixed(0)} MiB, ` +
      `dashboard ${percent(busy)} %, browsers ${percent(own)} % of a core; ` +
      `p50 ${delayMs(0.5)}, p95 ${p95} ms${p95 > lateMs ? " (late)" : ""}; ` +
      `${sum(({ letGo }) => letGo) - letGoBefore} let go, ` +
      `${sum(({ gaps }) => gaps)} to be read from the history, ` +
      `${
        sum(({ repeated }) => repeated)
      } repeated, ${lost} lost, ${underway} still under way a ` +
      "minute later",
  );
  return lost === 0 &&
    (rate > 10 || (underway === 0 && mostMiB <= residentMiBMax));
}
