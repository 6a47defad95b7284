/**
 * Runs a command inside this program, then climbs every wall and prints, as
 * JSON, which ones it came over.
 *
 * @module
 */
import { runCommandLine } from "../../../cli/command_line.ts";
import { Output } from "../../../cli/output.ts";

const output = new Output({ json: false, noColour: true });
const exitCode = await runCommandLine(Deno.args);

/** Each returns only if the wall is not there. */
const walls: Readonly<Record<string, () => unknown>> = {
  read: () => Deno.readTextFileSync("/etc/hostname"),
  write() {
    Deno.writeTextFileSync("/tmp/stealthmesh-climbed", "");
    Deno.removeSync("/tmp/stealthmesh-climbed");
  },
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  run: () => new Deno.Command("cat", { args: ["/dev/null"] }).outputSync(),
  env: () => Deno.env.get("HOME"),
  sys: () => Deno.hostname(),
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
output.note(`climbed:${JSON.stringify({ exitCode, over })}`);
Deno.exit(0);
