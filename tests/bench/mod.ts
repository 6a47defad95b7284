/**
 * `deno task bench`: everything the README claims about speed and size, each
 * with the command that measures it alone. What needs root is left out
 * without it. `STEALTHMESH_BINARY` makes it measure a compiled program.
 *
 * @module
 */
import { labIsImpossible } from "../lab/lab_site.ts";
import { benchIdle } from "./idle.ts";
import { benchLineToRule } from "./line_to_rule.ts";
import { benchPropagation } from "./propagation.ts";

const root = new URL("../../", import.meta.url).pathname;

async function runBench(title: string, ...args: string[]): Promise<void> {
  console.log(`\n${title}\n  deno ${args.join(" ")}`);
  await new Deno.Command(Deno.execPath(), { args, cwd: root }).spawn().status;
}

await runBench(
  "Log replay: sshd lines per CPU-second",
  ...["run", "--allow-env", "tests/defense/replay_bench.ts"],
);
await runBench(
  "Packet sensor and detectors: packets per CPU-second, memory in a flood",
  ...["run", "--allow-env", "--allow-sys", "--v8-flags=--expose-gc"],
  "tests/bench/packets.ts",
);
await runBench(
  "Noise: sealing and opening cells, handshakes",
  ...["bench", "tests/mesh/noise/noise_bench.ts"],
);
await runBench(
  "One link on open: cells end to end, classical and hybrid handshakes",
  ...["run", "-A", "tests/mesh/link_bench.ts"],
);
console.log("\nIdle agent\n  deno run -A tests/bench/idle.ts");
await benchIdle();
if (await labIsImpossible()) {
  console.log("\nThe rest needs root, nft, sshd and tcpdump");
} else {
  console.log(
    "\nFailed login to kernel rule\n  deno run -A tests/bench/line_to_rule.ts",
  );
  await benchLineToRule();
  console.log(
    "\nFrom one host to the others\n  deno run -A tests/bench/propagation.ts",
  );
  await benchPropagation("lan");
  await benchPropagation("open");
}
