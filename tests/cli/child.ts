/**
 * Runs the program, or a script that climbs walls, as a child with the
 * permission flags that it is shipped with.
 *
 * @module
 */

import { basename, dirname } from "node:path";

/** The union of what the isolates need (design §4), as `deno run` flags. */
export const shippedFlags: readonly string[] = [
  "--no-prompt",
  "--allow-read=/",
  "--allow-write=/",
  "--allow-net",
  "--allow-run=nft,tcpdump,journalctl,cat,ss,mkdir,rmdir,sort,sleep",
  "--allow-env=HOME,NO_COLOR,SSH_CONNECTION,XDG_CONFIG_HOME,XDG_STATE_HOME,LOG_TOKENS,LOG_STREAM,STEALTHMESH_*",
  "--allow-sys=hostname,networkInterfaces,uid",
];

/** What a child left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What starts a script: Deno, or its compiled twin. `STEALTHMESH_BINARY` names
 * the compiled program; other scripts lie beside it under their own names.
 */
function commandOf(script: string): string[] {
  const binary = Deno.env.get("STEALTHMESH_BINARY");
  if (binary) {
    return script === "main.ts"
      ? [binary]
      : [`${dirname(binary)}/${basename(script, ".ts")}`];
  }
  const path = new URL(`../../${script}`, import.meta.url).pathname;
  return [Deno.execPath(), "run", ...shippedFlags, path];
}

/** Runs a script of this repository to its end. */
export async function runScript(
  script: string,
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: Record<string, string> } =
    {},
): Promise<Ended> {
  const [command = "", ...before] = commandOf(script);
  const child = new Deno.Command(command, {
    args: [...before, ...args],
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...options.env },
  }).spawn();
  if (options.stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(options.stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/** Runs the program to its end. */
export function stealthmesh(
  args: readonly string[],
  options?: Parameters<typeof runScript>[2],
): Promise<Ended> {
  return runScript("main.ts", args, options);
}

/** Gives `use` an empty state directory and removes it afterwards. */
export async function inStateDir(
  use: (directory: string) => Promise<void>,
): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await use(`${parent}/state`);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}
