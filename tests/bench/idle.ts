/**
 * What one idle agent costs: resident memory of its process, that of the
 * programs it runs, and time on a core, on profile `open`.
 *
 * @module
 */
import { cpuSeconds, residentMiB } from "./process_cost.ts";
import { program } from "../lab/lab_member.ts";

const settleMs = 10_000;
const watchMs = 20_000;

const wait = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** Programs that any of its threads started. */
function childrenOf(pid: number): number[] {
  return [...Deno.readDirSync(`/proc/${pid}/task`)].flatMap(({ name }) => {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`);
    return text.trim().split(" ").filter((each) => each !== "").map(Number);
  });
}

/** Prints both. */
export async function benchIdle(): Promise<void> {
  const state = await Deno.makeTempDir();
  const [command = "", ...args] = program();
  const child = new Deno.Command(command, {
    args: [
      ...args,
      ...["agent", "--profile", "open", "--listen", "127.0.0.1:18443"],
      ...["--state-dir", `${state}/state`],
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await wait(settleMs);
    const before = cpuSeconds(child.pid);
    await wait(watchMs);
    const used = cpuSeconds(child.pid) - before;
    const programs = childrenOf(child.pid).map(residentMiB);
    console.log(
      `idle agent: ${
        residentMiB(child.pid).toFixed(0)
      } MiB resident, its ${programs.length} programs ${
        programs.reduce((sum, each) => sum + each, 0).toFixed(0)
      } MiB, ${(used / watchMs * 1e5).toFixed(2)} % of a core`,
    );
  } finally {
    child.kill();
    await child.status;
    await Deno.remove(state, { recursive: true });
  }
}

if (import.meta.main) await benchIdle();
