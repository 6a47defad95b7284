/**
 * A whole agent as a child, on loopback, watching nothing that matters.
 *
 * @module
 */
import { shippedFlags } from "./child.ts";

/** An agent in observe mode, ready to answer; ends with `use`. */
export async function withAgent(
  directory: string,
  use: (child: Deno.ChildProcess, port: number) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
  stdout: "null" | "piped" = "null",
): Promise<{ code: number; stderr: string }> {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const main = new URL("../../main.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...shippedFlags, main, "agent", "--state-dir", directory]
      .concat("--listen", `127.0.0.1:${port}`, "--interface", "lo")
      .concat("--log", `${directory}/../auth.log`),
    stdin: "null",
    stdout,
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
  }).spawn();
  let stderr = "";
  const ready = Promise.withResolvers<void>();
  const heard = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({
      write(text) {
        stderr += text;
        if (/^ {2}never /m.test(stderr)) ready.resolve();
      },
    }),
  ).finally(() => ready.reject(new Error(stderr)));
  try {
    await ready.promise;
    await use(child, port);
  } finally {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended already; its code tells.
    }
  }
  const { code } = await child.status;
  await heard;
  return { code, stderr };
}
