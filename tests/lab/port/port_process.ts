/**
 * A process that holds one port of the lab. Which one is its argument:
 *
 * - `mesh`: the mesh isolate as the agent starts it (`spawnMesh`);
 * - `timed`: the same parts with a clock that says how late it was;
 * - `page`: the reference, the cover page without a mesh.
 *
 * The plan is in the file its second argument names (`node:v8`); the port
 * is printed when it is open, a line of {@linkcode Lateness} for each further
 * line that comes in, and the end of the input ends the process.
 *
 * @module
 */
import { deserialize } from "node:v8";
import {
  meshIsolatePermissions,
  spawnMesh,
} from "../../../mesh/host/spawn_mesh.ts";
import type { PortPlan } from "./port_plan.ts";

const [kind = "", planFile = ""] = Deno.args;
const plan: PortPlan = deserialize(await Deno.readFile(planFile));

function say(message: unknown): void {
  Deno.stdout.writeSync(
    new TextEncoder().encode(JSON.stringify(message) + "\n"),
  );
}

if (kind === "mesh") {
  const mesh = await spawnMesh({
    ...plan,
    onFailure: (error) => {
      throw error;
    },
  });
  say({ port: Number(mesh.address.split(":").at(-1)) });
  mesh.onEvent((event) => event.type === "report" && say(event.report));
  for await (const _ of Deno.stdin.readable) mesh.send({ type: "report" });
} else {
  const file = kind === "timed"
    ? "./timed_isolate.ts"
    : "./reference_isolate.ts";
  const walls: WorkerOptions & { deno: { permissions: unknown } } = {
    type: "module",
    deno: { permissions: meshIsolatePermissions },
  };
  const worker = new Worker(
    new URL(file, import.meta.url),
    walls as WorkerOptions,
  );
  worker.onmessage = ({ data }) => say(data);
  worker.postMessage(plan);
  for await (const _ of Deno.stdin.readable) worker.postMessage("lateness");
}
Deno.exit();
