/// <reference lib="deno.worker" />
/**
 * Tries to climb out of the mesh isolate, wall by wall, and reports what became
 * of each attempt. A fixture of `spawn_mesh_test.ts`.
 *
 * @module
 */
const here = new URL(import.meta.url);

// The `deno` option is only typed with `--unstable-worker-options`.
const withMore: WorkerOptions & { deno: { permissions: unknown } } = {
  type: "module",
  deno: { permissions: { read: true } },
};

const attempts: Record<string, () => unknown> = {
  net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  read: () => Deno.readTextFileSync("/etc/hostname"),
  read_proc: () => Deno.readTextFileSync("/proc/self/environ"),
  write: () => Deno.writeTextFileSync("/tmp/stealthmesh-climbed", ""),
  unix_socket: () => Deno.listen({ transport: "unix", path: "/tmp/sm-climb" }),
  run: () => new Deno.Command("/bin/true").outputSync(),
  env: () => Deno.env.get("HOME"),
  ffi: () => Deno.dlopen("libc.so.6", {}),
  sys: () => Deno.hostname(),
  // Not literals, or the runtime would load them before the worker starts.
  import: () =>
    import(`http://127.0.0.1:${here.searchParams.get("port")}/x.ts`),
  import_file: () => import(`${here.searchParams.get("file")}`),
  worker_with_more: () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("?nested", here), withMore);
      worker.onmessage = resolve;
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Deno.errors.NotCapable(event.message));
      };
    }),
};

const outcomes: Record<string, string> = {};
// A worker that got more than this one must not go on to start another.
const tried = here.search === "?nested" ? [] : Object.entries(attempts);
for (const [wall, attempt] of tried) {
  try {
    await attempt();
    outcomes[wall] = "climbed";
  } catch (error) {
    outcomes[wall] = error instanceof Error ? error.name : String(error);
  }
}
self.postMessage(outcomes);
