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

const walls: Readonly<Record<string, () => unknown>> = {
  read: () => Deno.readTextFileSync("/etc/hostname"),
  writeOwnKeys: () => Deno.openSync(`${stateDir}/keys.cbor`, { append: true }),
  writeBeside: () => Deno.writeTextFileSync(`${stateDir}/../climbed`, ""),

  write() {
    Deno.writeTextFileSync("/tmp/stealthmesh-climbed", "");
    Deno.removeSync("/tmp/stealthmesh-climbed");
  },
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  run: () => new Deno.Command("nft", { args: ["-v"] }).outputSync(),
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.hostname(),
  worker: () =>
    new Worker("data:application/javascript,", {
      type: "module",
      deno: { permissions: { net: true } },
    }).terminate(),
};
const over: string[] = [];
for (const [name, climb] of Object.entries(walls)) {
  try {
    climb();
    over.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
  }
}
await agent.reload();
await agent.stop();
output.note(`climbed:${JSON.stringify({ exitCode: 0, over })}`);
Deno.exit(0);
