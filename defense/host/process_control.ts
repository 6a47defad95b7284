/**
 * Processes of this host, held in control groups (cgroup v2). Deno opens
 * nothing below `/proc` and `/sys` without every permission there is, so
 * programs do it: `cat` reads, `mkdir` and `rmdir` make and remove groups,
 * `sort -o` writes, and `sleep` is the clock.
 *
 * What ends a measure when we are dead is not in the kernel: cgroups have no
 * timers. So before a process is touched, its way out is prepared:
 *
 * ```text
 * sleep 120 ── its stdout is a pipe nobody writes to
 *    └─ sort -o ORIGIN/cgroup.procs - /proc/SLEEP/fd/1   stdin: the process's number
 *    └─ sort -o GROUP/cgroup.freeze - /proc/SLEEP/fd/1   stdin: 0
 * ```
 *
 * sort(1) writes once all that it reads has ended, which for the pipe is when
 * `sleep` has: then the process is back where it came from, and its children
 * thaw where they are. The helpers have a session and a group of their own, so
 * neither the end of a terminal nor a service manager that kills what the
 * agent has left behind ends them. Killing `sleep` lets go at once. Somebody
 * who kills both `sort`s too must thaw by hand.
 *
 * Why nothing narrower than `sort -o`, which as root writes any file. What lets
 * go after our death must outlive us, wait, and then write `0` or a process id
 * into cgroupfs, and Deno starts it with pipes, never with a file of its own:
 *
 * | instead | why not |
 * | --- | --- |
 * | writing ourselves, through `--allow-write` | Deno writes below `/sys` with every permission only, and we are dead |
 * | `sleep` with its output in the file | it says nothing at its end, and nothing here redirects but a shell |
 * | `timeout`, `flock`, `xargs`, `systemd-run`, `setpriv` | run any program, which is wider; `systemd-run` is not everywhere |
 * | `tee`, `dd`, `cp` | write any file too, and at once: nothing in them waits |
 * | SIGSTOP, and `pkill -CONT` later | holds one process and not its children, and anybody of its user ends it early |
 * | a tracer such as `gdb` that is killed | runs any program, and is not everywhere |
 * | an element of nft, a timer of the kernel | neither reaches a control group |
 * | an isolate for these programs alone | is as wide, at 13 MiB, since no right can be lent later |
 *
 * Nor would the wall be narrow without it: Deno allows programs, not arguments,
 * and `ss -D` writes any file as well (`tcpdump -z` starts any program). A wall
 * of `run` holds mistakes and hostile input, not code that has taken over.
 *
 * Groups carry the agent's process id, so that agents of several network
 * namespaces do not meet. One that was killed leaves its empty groups behind.
 *
 * @module
 */
import type {
  ProcessSocket,
  ProcessView,
  ProcessWorld,
} from "../host_lease.ts";
import { outputOf } from "./program_output.ts";
import { portLister } from "./service_ports.ts";
import { tableReader } from "./socket_watch.ts";

/** Programs that touch processes, besides `cat` and `ss`. */
export const processPrograms = ["mkdir", "rmdir", "sort", "sleep"] as const;

/** Our groups, below the mount; `socket cgroupv2 level 2` counts from there. */
const baseName = `stealthmesh-${Deno.pid}`;
/** Where nft looks for groups, whatever is mounted there. */
const nftRoot = "/sys/fs/cgroup/";
/** A chain of parents is never longer, or it is a loop. */
const lineageMax = 64;

/** Where cgroup v2 is mounted; on hybrid hosts it is not the only kind. */
export function cgroupMount(mounts: string): string | undefined {
  for (const line of mounts.split("\n")) {
    const [, path, type] = line.split(" ");
    if (type === "cgroup2" && path?.startsWith(nftRoot.slice(0, -1))) {
      return path;
    }
  }
  return undefined;
}

/** Reads `/proc/PID/stat` (proc_pid_stat(5)); the name may hold anything. */
export function parseStat(text: string): ProcessView | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ");
  const [pid, parent, flags, startTicks] = [
    text.slice(0, open),
    fields[1],
    fields[6],
    fields[19],
  ].map(Number);
  const numbers = [pid, parent, flags, startTicks];
  if (!numbers.every((each) => Number.isSafeInteger(each))) return undefined;
  return {
    pid: pid as number,
    parent: parent as number,
    name: text.slice(open + 1, close),
    flags: flags as number,
    startTicks: startTicks as number,
  };
}

/** The cgroup v2 path in `/proc/PID/cgroup`: `/` or `/a/b`. */
export function parseCgroup(text: string): string | undefined {
  const path = /^0::(\/.*)$/m.exec(text)?.[1]?.replace(/ \(deleted\)$/, "");
  // A group outside our namespace: `/../…`.
  return path?.split("/").includes("..") ? undefined : path;
}

/** Sockets of one process in what `ss -Htunap` prints. */
export function parseProcessSockets(
  text: string,
  pid: number,
): ProcessSocket[] {
  const line =
    /^(tcp|udp)\s+(\S+)\s+\d+\s+\d+\s+(\S+?)(?:%\S+)?:(\d+|\*)\s+(\S+):(\d+|\*)\s.*users:/;
  return text.split("\n").flatMap((each): ProcessSocket[] => {
    const match = line.exec(each);
    if (!match || !each.includes(`,pid=${pid},`)) return [];
    const [, kind, state, local = "", localPort, remote = "", far] = match;
    const protocol = kind === "udp" ? "udp" : "tcp";
    if (state === "LISTEN" || far === "*") {
      return [{ protocol, listeningPort: Number(localPort) }];
    }
    return [{
      protocol,
      localAddress: local,
      localPort: Number(localPort),
      remoteAddress: remote,
      remotePort: Number(far),
    }];
  });
}

/** Processes of this host; `undefined` where it has no cgroup v2. */
export async function processesOfHost(): Promise<ProcessWorld | undefined> {
  const mount = cgroupMount(await read("/proc/mounts"));
  if (mount === undefined) return undefined;
  return new CgroupProcesses(mount);
}

/** What outlives us, for one slot. */
interface Helpers {
  readonly clock: Deno.ChildProcess;
  readonly writers: readonly Deno.ChildProcess[];
}

class CgroupProcesses implements ProcessWorld {
  readonly ownPid = Deno.pid;
  readonly #mount: string;
  /** The helpers of what is held, by slot. */
  readonly #helpers = new Map<number, Helpers>();

  constructor(mount: string) {
    this.#mount = mount;
  }

  async lineage(pid: number): Promise<ProcessView[]> {
    const lineage: ProcessView[] = [];
    for (let each = pid; each > 0 && lineage.length < lineageMax;) {
      const view = parseStat(await read(`/proc/${each}/stat`));
      if (!view) break;
      lineage.push(view);
      each = view.parent;
    }
    return lineage;
  }

  async sockets(pid: number): Promise<ProcessSocket[]> {
    const text = await outputOf(portLister, ["-Htunap"]);
    return parseProcessSockets(text, pid);
  }

  async hold(
    process: ProcessView,
    slot: number,
    forMs: number,
    frozen: boolean,
  ): Promise<string> {
    const { pid } = process;
    const origin = parseCgroup(await read(`/proc/${pid}/cgroup`));
    if (origin === undefined) throw new Error(`process ${pid} has no group`);
    const group = this.#group(slot);
    const helpers = `${this.#mount}/${baseName}/helpers`;
    await outputOf("mkdir", ["-p", group, helpers]);
    const clock = spawn("sleep", [`${forMs / 1_000}`], "null", "piped");
    try {
      const end = `/proc/${clock.pid}/fd/1`;
      const home = `${this.#mount}${origin === "/" ? "" : origin}`;
      const writers = [
        await writeAfter(end, `${home}/cgroup.procs`, `${pid}`),
        await writeAfter(end, `${group}/cgroup.freeze`, "0"),
      ];
      for (const helper of [clock, ...writers]) {
        await write(`${helpers}/cgroup.procs`, `${helper.pid}`);
        if (!await this.#isIn(helper.pid, "helpers")) {
          throw new Error("the helpers that end a measure did not start");
        }
      }
      await write(`${group}/cgroup.procs`, `${pid}`);
      const [now] = await this.lineage(pid);
      if (
        now?.startTicks !== process.startTicks ||
        !await this.#isIn(pid, `slot-${slot}`)
      ) throw new Error(`process ${pid} could not be moved`);
      if (frozen) {
        await write(`${group}/cgroup.freeze`, "1");
        if ((await read(`${group}/cgroup.freeze`)).trim() !== "1") {
          throw new Error(`process ${pid} could not be frozen`);
        }
      }
      this.#helpers.set(slot, { clock, writers });
    } catch (error) {
      end(clock);
      throw error;
    }
    void this.#tidyAfter(slot);
    return group.slice(nftRoot.length);
  }

  async letGo(slot: number): Promise<void> {
    const helpers = this.#helpers.get(slot);
    if (!helpers) return;
    end(helpers.clock);
    await this.#tidyAfter(slot);
  }

  /** Once a slot's time is over: makes sure, and leaves nothing behind. */
  async #tidyAfter(slot: number): Promise<void> {
    const helpers = this.#helpers.get(slot);
    if (!helpers) return;
    await helpers.clock.status;
    for (const writer of helpers.writers) await writer.status;
    if (this.#helpers.get(slot) !== helpers) return;
    this.#helpers.delete(slot);
    // For the case that somebody killed the writers.
    await write(`${this.#group(slot)}/cgroup.freeze`, "0");
    await this.#removeGroups(slot);
  }

  /** Those that are empty; the rest stays for the next time. */
  async #removeGroups(slot: number): Promise<void> {
    const base = `${this.#mount}/${baseName}`;
    await outputOf("rmdir", [this.#group(slot), `${base}/helpers`, base]);
  }

  #group(slot: number): string {
    return `${this.#mount}/${baseName}/slot-${slot}`;
  }

  async #isIn(pid: number, group: string): Promise<boolean> {
    const path = parseCgroup(await read(`/proc/${pid}/cgroup`));
    return path?.endsWith(`/${baseName}/${group}`) ?? false;
  }
}

/** Starts a `sort` that writes `text` to `path` once `end` has ended. */
async function writeAfter(
  end: string,
  path: string,
  text: string,
): Promise<Deno.ChildProcess> {
  const child = spawn("sort", ["-o", path, "-", end], "piped", "null");
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(`${text}\n`));
  await input.close();
  return child;
}

function spawn(
  command: string,
  args: string[],
  stdin: "piped" | "null",
  stdout: "piped" | "null",
): Deno.ChildProcess {
  const child = new Deno.Command(command, {
    args,
    stdin,
    stdout,
    stderr: "null",
    clearEnv: true,
    env: { LC_ALL: "C" },
    detached: true,
  }).spawn();
  // Nobody waits for it, and we do not either when we end.
  child.unref();
  return child;
}

function end(clock: Deno.ChildProcess): void {
  try {
    clock.kill("SIGKILL");
  } catch {
    // Its time was over.
  }
}

/** Writes a file of the kernel; whether it took it is read afterwards. */
async function write(path: string, text: string): Promise<void> {
  const child = new Deno.Command("sort", {
    args: ["-o", path],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
    clearEnv: true,
    env: { LC_ALL: "C" },
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(`${text}\n`));
  await input.close().catch(() => {});
  await child.status;
}

async function read(path: string): Promise<string> {
  return await outputOf(tableReader, [path]);
}
