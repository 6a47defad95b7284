/**
 * Runs a command line in this process, for commands that end before they drop
 * a permission: help, usage errors, whatever needs no host.
 *
 * @module
 */
import { runCommandLine } from "../../cli/command_line.ts";

/** What a command line left behind. */
export interface RanHere {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Every command that has a help page of its own; the empty one is the root. */
export const commands: readonly string[] = [
  "agent",
  "status",
  "alerts",
  "contain",
  "release",
  "explain",
  "config",
  "config show",
  "config set",
  "config unset",
  "config add",
  "config remove",
  "config keep",
  "config revert",
  "config validate",
  "dashboard",
  "dashboard users",
  "dashboard users add",
  "dashboard users list",
  "dashboard users remove",
  "dashboard users reset",
  "dashboard notify",
  "dashboard notify add",
  "dashboard notify list",
  "dashboard notify remove",
  "dashboard notify test",
  "decoys",
  "decoys list",
  "decoys show",
  "doctor",
  "keys",
  "keys init",
  "keys show",
  "keys invite",
  "keys join",
  "keys rotate",
  "keys revoke",
  "drill",
  "ping",
  "signal",
  "signal list",
  "signal caution",
  "signal stand-down",
  "signal never",
  "signal cancel",
  "keys promote",
  "keys retire",
  "keys renew",
  "keys recover",
  "keys approve",
  "profile",
  "scenarios",
  "scenarios list",
  "scenarios show",
  "scenarios test",
  "simulate",
  "simulate portscan",
  "simulate bruteforce",
  "simulate spray",
  "simulate soak",
  "simulate stress",
  "completion",
  "version",
  "",
];

/** Runs a command line that ends before it drops a permission. */
export async function runHere(args: readonly string[]): Promise<RanHere> {
  const words = { stdout: "", stderr: "" };
  const sinkOf = (name: keyof typeof words) => ({
    writeSync(bytes: Uint8Array) {
      words[name] += new TextDecoder().decode(bytes);
      return bytes.length;
    },
    isTerminal: () => false,
  });
  const code = await runCommandLine(args, {
    stdout: sinkOf("stdout"),
    stderr: sinkOf("stderr"),
  });
  return { code, ...words };
}

/** What `--help` prints for a command of {@linkcode commands}. */
export function helpOf(command: string): Promise<RanHere> {
  return runHere([...command.split(" ").filter(Boolean), "--help"]);
}
