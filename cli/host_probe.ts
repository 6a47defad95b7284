/**
 * Asks the real host for `host_check.ts`.
 *
 * @module
 */
import {
  cgroupPaths,
  type HostProbe,
  type PathAnswer,
  type RunAnswer,
} from "./host_check.ts";

/** A program that does not answer is given up. */
const answerMsMax = 5_000;

/** The host this program runs on. */
export function realHostProbe(): HostProbe {
  // Deno opens nothing under /sys once a single permission was dropped.
  const early = new Map(cgroupPaths.map((path) => [path, look(path)]));
  return {
    root: Deno.uid() === 0,
    wallMs: Date.now(),
    look: (path) => early.get(path) ?? look(path),
    mode(path) {
      try {
        return Deno.statSync(path).mode ?? undefined;
      } catch {
        return undefined;
      }
    },
    times(path) {
      try {
        const { atime, mtime } = Deno.statSync(path);
        if (!atime || !mtime) return undefined;
        return { readMs: atime.getTime(), changedMs: mtime.getTime() };
      } catch {
        return undefined;
      }
    },
    async run(command, args): Promise<RunAnswer | undefined> {
      try {
        const { code, stdout, stderr } = await new Deno.Command(command, {
          args: [...args],
          stdin: "null",
          stdout: "piped",
          stderr: "piped",
          signal: AbortSignal.timeout(answerMsMax),
        }).output();
        const decoder = new TextDecoder();
        return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
      } catch {
        return undefined;
      }
    },
  };
}

function look(path: string): PathAnswer {
  try {
    if (Deno.statSync(path).isFile) {
      Deno.openSync(path, { read: true }).close();
    } else Deno.readDirSync(path)[Symbol.iterator]().next();
    return "readable";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "absent";
    return error instanceof Deno.errors.NotCapable ? "unknown" : "denied";
  }
}
