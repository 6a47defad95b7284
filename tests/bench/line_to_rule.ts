/**
 * From a failed-login line in the log to the rule in the kernel: the whole
 * way through inotify, parser, detector, three isolates and nft, on a real
 * host of the lab. Beside it, in the same run, a bare loop that does nothing
 * but watch the file, match one regular expression and call `nft`.
 *
 * @module
 */
import { Lab, type LabHost } from "../lab/lab_network.ts";
import { enrol, eventually, LabMember } from "../lab/lab_member.ts";
import { failedLogin } from "./failed_login.ts";
import { quantile } from "./quantile.ts";

/** Sources that attack, one after another. */
const rounds = 100;
/** Ordinary failures before the one that crosses the threshold. */
const warmUpFailures = 5;

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** Resolves when nft's monitor shows `address` in a set. */
class Monitor {
  readonly #seen = new Map<string, (atMs: number) => void>();

  constructor(host: LabHost) {
    const child = new Deno.Command("ip", {
      args: ["netns", "exec", host.namespace, "nft", "monitor", "elements"],
      stdout: "piped",
    }).spawn();
    this.stop = () => child.kill();
    void (async () => {
      const decoder = new TextDecoder();
      let text = "";
      for await (const bytes of child.stdout) {
        const atMs = performance.now();
        text += decoder.decode(bytes, { stream: true });
        for (const [address, resolve] of this.#seen) {
          if (!text.includes(`{ ${address} `)) continue;
          this.#seen.delete(address);
          resolve(atMs);
        }
        // The last line may be cut.
        text = text.slice(text.lastIndexOf("\n") + 1);
      }
    })();
  }

  readonly stop: () => void;

  expect(address: string): Promise<number> {
    return new Promise((resolve) => this.#seen.set(address, resolve));
  }
}

async function measure(
  host: LabHost,
  log: string,
  failuresBefore: number,
): Promise<number[]> {
  const monitor = new Monitor(host);
  const times: number[] = [];
  await wait(500);
  for (let round = 0; round < rounds; round++) {
    const source = `10.99.${round >> 7}.${1 + (round & 127)}`;
    for (let count = 0; count < failuresBefore; count++) {
      await Deno.writeTextFile(log, failedLogin(source, round * 16 + count), {
        append: true,
      });
      await wait(5);
    }
    await wait(20);
    const inKernel = monitor.expect(source);
    const line = new TextEncoder().encode(failedLogin(source, round * 16 + 15));
    using file = Deno.openSync(log, { append: true });
    const writtenMs = performance.now();
    file.writeSync(line);
    const late = wait(5_000).then(() => Infinity);
    times.push(await Promise.race([inKernel, late]) - writtenMs);
  }
  monitor.stop();
  return times;
}

/** The least that any tool must do. */
async function measureBareLoop(host: LabHost): Promise<number[]> {
  const log = `${host.directory}/bare.log`;
  await Deno.writeTextFile(log, "");
  await host.must("nft", "add table inet bare");
  await host.must(
    "nft",
    "add set inet bare block4 { type ipv4_addr; flags timeout; }",
  );
  const script = `${host.directory}/bare.ts`;
  await Deno.writeTextFile(
    script,
    `const file = Deno.openSync(${JSON.stringify(log)});
const bytes = new Uint8Array(65536);
for await (const event of Deno.watchFs(${JSON.stringify(log)})) {
  if (event.kind !== "modify") continue;
  const count = file.readSync(bytes) ?? 0;
  const text = new TextDecoder().decode(bytes.subarray(0, count));
  for (const [, source] of text.matchAll(/Failed password for .* from (\\S+) port/g)) {
    new Deno.Command("nft", { args: ["add element inet bare block4 { " + source + " timeout 600s }"] }).outputSync();
  }
}
`,
  );
  const child = host.start([
    Deno.execPath(),
    "run",
    "-A",
    "--no-config",
    script,
  ]);
  await wait(1_500);
  const times = await measure(host, log, 0);
  await child.stop();
  return times;
}

/** Prints medians and the ratio. */
export async function benchLineToRule(): Promise<void> {
  const lab = await Lab.open();
  try {
    const host = await lab.host("bench", 11);
    const member = await LabMember.prepare(host, {
      name: "bench",
      profile: "open",
      neverBlock: [],
    });
    await enrol(member);
    await eventually(
      async () =>
        (await host.run("nft", "list", "table", "inet", "stealthmesh")).code ===
          0,
      () => "our table",
    );
    const ours = await measure(host, member.sshd.log, warmUpFailures);
    const bare = await measureBareLoop(host);
    console.log(
      `line to rule: median ${quantile(ours, 0.5).toFixed(2)} ms, p90 ${
        quantile(ours, 0.9).toFixed(2)
      }, p99 ${quantile(ours, 0.99).toFixed(2)} over ${rounds} sources, ${
        ours.filter((time) => time === Infinity).length
      } missed; bare loop in the same run ${
        quantile(bare, 0.5).toFixed(2)
      } ms (ratio ${(quantile(ours, 0.5) / quantile(bare, 0.5)).toFixed(2)})`,
    );
  } finally {
    await lab.close();
  }
}

if (import.meta.main) await benchLineToRule();
