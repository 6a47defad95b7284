/**
 * What a running process costs, as Linux tells it under `/proc`.
 *
 * @module
 */

/** `getconf CLK_TCK` on every Linux that Deno runs on. */
const ticksPerSecond = 100;

/** Memory that is resident, MiB. */
export function residentMiB(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
}

/** Time on a processor since its start, in user and kernel mode, seconds. */
export function cpuSeconds(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]
    ?.split(" ");
  return (Number(fields?.[11]) + Number(fields?.[12])) / ticksPerSecond;
}
