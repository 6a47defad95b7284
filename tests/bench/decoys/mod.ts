/**
 * `deno task bench:decoys`: what 1,000 held clients cost the host that holds
 * them, in memory and in time on a core, for each of the two SSH decoys.
 *
 * The clients come from eight loopback addresses, because one address may
 * hold only so many places.
 *
 * @module
 */
import { cpuSeconds, residentMiB } from "../process_cost.ts";
import { connect, type Socket } from "node:net";

const clients = 1_000;
const sources = 8;
/** Below the decoys' own limit of new clients a second. */
const opensPerSecond = 150;
const watchMs = 30_000;
const port = 42_022;

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

function open(source: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, localAddress: source });
    socket.on("data", () => {});
    socket.on("error", reject);
    socket.on("connect", () => {
      socket.write("SSH-2.0-bench\r\n");
      resolve(socket);
    });
  });
}

async function bench(decoy: "ssh" | "ssh-tarpit"): Promise<void> {
  const script = new URL("./decoy_host.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--unstable-worker-options"],
      // As the program itself is started, see `deno task start`.
      "--v8-flags=--no-short-builtin-calls,--max-semi-space-size=2,--no-maglev,--no-sparkplug",
      ...[script, decoy, String(port)],
    ],
    stdout: "piped",
  }).spawn();
  const sockets: Socket[] = [];
  try {
    await child.stdout.getReader().read();
    await wait(2_000);
    const emptyMiB = residentMiB(child.pid);
    for (let at = 0; at < clients; at++) {
      sockets.push(await open(`127.0.0.${2 + at % sources}`));
      await wait(1_000 / opensPerSecond);
    }
    await wait(2_000);
    const fullMiB = residentMiB(child.pid);
    const before = cpuSeconds(child.pid);
    await wait(watchMs);
    const used = cpuSeconds(child.pid) - before;
    const held = sockets.filter(({ destroyed, readyState }) =>
      !destroyed && readyState === "open"
    ).length;
    console.log(
      `${decoy}: ${held} clients held, ${emptyMiB.toFixed(0)} MiB without and ${
        fullMiB.toFixed(0)
      } MiB with them (${
        ((fullMiB - emptyMiB) * 1_024 / held).toFixed(1)
      } KiB each), ${(used / watchMs * 1e5).toFixed(2)} % of a core`,
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    child.kill();
    await child.status;
  }
}

if (import.meta.main) {
  await bench("ssh");
  await bench("ssh-tarpit");
}
