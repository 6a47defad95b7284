/**
 * A worker that tries what the containment isolate must not be able to do.
 *
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

const attempts: Readonly<Record<string, () => unknown>> = {
  "connect": () => Deno.connect({ hostname: "127.0.0.1", port: 9 }),
  "listen": () => Deno.listen({ port: 0 }),
  "resolve": () => Deno.resolveDns("localhost", "A"),
  "write": () => Deno.writeTextFile("/tmp/stealthmesh_climbed", ""),
  "read": () => Deno.readTextFile("/etc/shadow"),
  "run sh": () => new Deno.Command("sh", { args: ["-c", ":"] }).output(),
  "run ip": () => new Deno.Command("ip", { args: ["link"] }).output(),
  "preload": () =>
    new Deno.Command("nft", {
      args: ["--version"],
      env: { LD_PRELOAD: "/tmp/x.so" },
    }).output(),
  "env": () => Deno.env.get("HOME"),
  "ffi": () => Deno.dlopen("libc.so.6", {}),
  "host name": () => Deno.hostname(),
  "worker with more": () =>
    new Worker("data:text/javascript,", {
      type: "module",
      deno: { permissions: { net: true } },
    } as WorkerOptions),
};

/** `climbed`, or the name of the error that stopped it. */
async function outcomeOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "climbed";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

self.onmessage = async () => {
  const outcomes: Record<string, string> = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    outcomes[name] = await outcomeOf(attempt);
  }
  self.postMessage(outcomes);
};
