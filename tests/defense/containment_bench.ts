/**
 * How long a decision takes to be in the kernel, through the containment
 * isolate and back: `deno run -A tests/defense/containment_bench.ts`. Runs in
 * a network namespace of its own; needs root, `ip`, `nft`.
 *
 * @module
 */
import { parseAddress } from "../../defense/address.ts";
import { spawnContainment } from "../../defense/host/spawn_containment.ts";
import type { Lease } from "../../defense/lease.ts";

const rounds = 1_000;

async function measure(): Promise<void> {
  const startMs = performance.now();
  const containment = await spawnContainment({
    mode: "enforce",
    protected: [],
    adminAddresses: [],
    onExit: "remove",
  });
  print("spawnContainment() until ready", [performance.now() - startMs]);
  const lease = (index: number): Lease => ({
    subject: parseAddress(`198.18.${index >> 8}.${index & 255}`),
    measure: "block",
    untilMs: Date.now() + 600_000,
    cause: "own",
  });
  for (const [name, pauseMs] of [["at once", 0], ["with pauses", 5]] as const) {
    const tookMs: number[] = [];
    for (let index = 0; index < rounds; index++) {
      if (pauseMs) await new Promise((wake) => setTimeout(wake, pauseMs));
      const fromMs = performance.now();
      const [outcome] = await containment.apply([lease(index)]);
      tookMs.push(performance.now() - fromMs);
      if (!outcome?.applied) throw new Error(JSON.stringify(outcome));
    }
    print(`lease → kernel, ${name}`, tookMs);
  }
  const fromMs = performance.now();
  const held = await containment.held();
  print(`held() of ${held.length}`, [performance.now() - fromMs]);
  await containment.stop();
}

function print(name: string, tookMs: readonly number[]): void {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    `${sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(2)} ms`;
  const text = sorted.length === 1
    ? at(0)
    : `median ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)} of ${sorted.length}`;
  // deno-lint-ignore no-console -- a bench prints
  console.log(`${name}: ${text}`);
}

async function inNamespace(): Promise<void> {
  const name = `smb${Deno.pid}`;
  const ip = (...args: string[]) =>
    new Deno.Command("ip", { args, stdout: "inherit", stderr: "inherit" })
      .output();
  await ip("netns", "add", name);
  try {
    const script = new URL(import.meta.url).pathname;
    await ip(
      ...["netns", "exec", name, Deno.execPath(), "run", "-A"],
      ...["--unstable-worker-options", script, "inside"],
    );
  } finally {
    await ip("netns", "delete", name);
  }
}

if (import.meta.main) {
  await (Deno.args[0] === "inside" ? measure() : inNamespace());
}
