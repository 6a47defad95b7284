/**
 * Starts a whole agent, climbs every wall of its main isolate, asks it over
 * its socket whether it is well, and stops it.
 *
 * @module
 */
import { loadConfig } from "../../../cli/config.ts";
import { realConfigHost } from "../../../cli/config_host.ts";
import { Output } from "../../../cli/output.ts";
import { startWholeAgent } from "../../../cli/wiring.ts";
import { climbWalls, endClimb } from "./climb.ts";

const output = new Output({ json: false, noColour: true });
const [stateDir = "", port = ""] = Deno.args;
const loaded = loadConfig(realConfigHost(), {
  stateDir: { flag: "--state-dir", value: stateDir },
  listen: { flag: "--listen", value: `127.0.0.1:${port}` },
  logs: { flag: "--log", value: [`${stateDir}/../auth.log`] },
});
const agent = await startWholeAgent({
  loaded,
  version: "test",
  findings: [],
  adminAddresses: [],
  onTrouble: (message) => output.note(message),
});

// The `deno` option is only typed with `--unstable-worker-options`.
const withMore: WorkerOptions & { deno: { permissions: unknown } } = {
  type: "module",
  deno: { permissions: { net: true } },
};
const over = climbWalls({
  runNft: () => new Deno.Command("nft", { args: ["-v"] }).outputSync(),
  writeMeshSecret: () =>
    Deno.openSync(`${stateDir}/mesh.cbor`, { append: true }),
  writeOperatorKey: () =>
    Deno.openSync(`${stateDir}/operator.cbor`, { append: true }),
  writeBeside: () => Deno.writeTextFileSync(`${stateDir}/../climbed`, ""),
  worker: () =>
    new Worker("data:application/javascript,", withMore as WorkerOptions)
      .terminate(),
});
await agent.reload();
await agent.stop();
endClimb(output, { exitCode: 0, over });
