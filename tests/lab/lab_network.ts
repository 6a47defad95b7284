/**
 * Hosts of the lab: network namespaces on one bridge, made by the test and
 * removed by it. Nothing outside them is reachable from inside, and the
 * machine's own network is never touched.
 *
 * @module
 */

/** Runs a command to its end; its output is for the reader of a failure. */
export async function run(
  command: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

async function must(command: string, ...args: string[]): Promise<string> {
  const result = await run(command, ...args);
  if (result.code !== 0) {
    throw new Error(
      `Cannot run ${command} ${args.join(" ")}: ${result.stderr.trim()}`,
    );
  }
  return result.stdout;
}

/** A process started inside a host, ended with the lab at the latest. */
export interface LabChild {
  readonly pid: number;
  readonly child: Deno.ChildProcess;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** Waits until it has ended by itself and all it wrote is here; its code. */
  ended(): Promise<number>;
  /** Ends it and waits until it is gone. */
  stop(signal?: Deno.Signal): Promise<void>;
}

/** One host: a namespace with one interface on the lab's bridge. */
export class LabHost {
  /** Name of the namespace. */
  readonly namespace: string;
  readonly address: string;
  /** Private directory: state, logs, configuration. */
  readonly directory: string;
  readonly #children: LabChild[] = [];

  constructor(namespace: string, address: string, directory: string) {
    this.namespace = namespace;
    this.address = address;
    this.directory = directory;
  }

  /** Some tools leave files where they are started (hydra.restore). */
  get #inside(): [string, ...string[]] {
    return [
      ...["ip", "netns", "exec", this.namespace] as const,
      ...["env", "-C", this.directory] as const,
    ];
  }

  /** Runs a command inside the host to its end. */
  run(
    command: string,
    ...args: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return run(...this.#inside, command, ...args);
  }

  /** Runs a command that must succeed; returns what it printed. */
  must(command: string, ...args: string[]): Promise<string> {
    return must(...this.#inside, command, ...args);
  }

  /** Starts a command inside the host and leaves it running. */
  start(
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): LabChild {
    const child = new Deno.Command("ip", {
      args: ["netns", "exec", this.namespace, ...command],
      env: { ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let text = "";
    const collect = async (stream: ReadableStream<Uint8Array>) => {
      const decoder = new TextDecoder();
      for await (const chunk of stream) {
        text += decoder.decode(chunk, { stream: true });
      }
    };
    const done = Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      child.status,
    ]);
    const started: LabChild = {
      pid: child.pid,
      child,
      output: () => text,
      ended: async () => (await done)[2].code,
      stop: async (signal = "SIGTERM") => {
        try {
          child.kill(signal);
        } catch {
          // Already gone.
        }
        const late = setTimeout(() => {
          try {
            child.kill("SIGKILL");
          } catch {
            // Already gone.
          }
        }, 8_000);
        await done;
        clearTimeout(late);
      },
    };
    this.#children.push(started);
    return started;
  }

  /** Every process inside the host, whoever started it. */
  async pids(): Promise<number[]> {
    const list = await must("ip", "netns", "pids", this.namespace);
    return list.split("\n").filter(Boolean).map(Number);
  }

  /**
   * Ends what was started here, last first, and what that left behind: an agent
   * that was killed cannot end its own programs.
   */
  async stop(): Promise<void> {
    for (const child of this.#children.reverse()) await child.stop();
    for (const pid of await this.pids()) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // Already gone.
      }
    }
  }
}

/** A bridge and the hosts on it. */
export class Lab {
  readonly directory: string;
  readonly #prefix: string;
  readonly #hosts: LabHost[] = [];

  private constructor(prefix: string, directory: string) {
    this.#prefix = prefix;
    this.directory = directory;
  }

  /** Makes the bridge; nothing else on the machine changes. */
  static async open(): Promise<Lab> {
    const prefix = `sm${Deno.pid}`;
    const directory = await Deno.makeTempDir({ prefix: "stealthmesh-lab-" });
    const lab = new Lab(prefix, directory);
    await must("ip", "netns", "add", `${prefix}-sw`);
    await must(
      "ip",
      "-n",
      `${prefix}-sw`,
      "link",
      "add",
      "br0",
      "type",
      "bridge",
    );
    await must("ip", "-n", `${prefix}-sw`, "link", "set", "br0", "up");
    return lab;
  }

  /** The namespace of the bridge `br0`, which every host's packets cross. */
  get bridge(): string {
    return `${this.#prefix}-sw`;
  }

  /** Adds a host with `10.77.0.<number>/24`. */
  async host(name: string, number: number): Promise<LabHost> {
    const namespace = `${this.#prefix}-${name}`;
    const wire = `w${Deno.pid % 10_000}-${number}`;
    const address = `10.77.0.${number}`;
    const directory = `${this.directory}/${name}`;
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    await must("ip", "netns", "add", namespace);
    await must(
      ...["ip", "link", "add", "eth0", "netns", namespace] as const,
      ...["type", "veth", "peer", "name", wire] as const,
      ...["netns", `${this.#prefix}-sw`] as const,
    );
    const ip = (...args: string[]) => must("ip", "-n", namespace, ...args);
    await ip("link", "set", "lo", "up");
    await ip("addr", "add", `${address}/24`, "dev", "eth0");
    await ip("link", "set", "eth0", "up");
    const bridge = ["-n", `${this.#prefix}-sw`, "link", "set", wire];
    await must("ip", ...bridge, "master", "br0");
    await must("ip", ...bridge, "up");
    const host = new LabHost(namespace, address, directory);
    this.#hosts.push(host);
    return host;
  }

  /** Ends every child, removes every namespace and directory. */
  async close(): Promise<void> {
    for (const host of this.#hosts) await host.stop();
    for (const host of this.#hosts) {
      await run("ip", "netns", "del", host.namespace);
    }
    await run("ip", "netns", "del", `${this.#prefix}-sw`);
    await Deno.remove(this.directory, { recursive: true });
  }
}
