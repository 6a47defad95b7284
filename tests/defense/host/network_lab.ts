/**
 * Two hosts on a wire, made of network namespaces that are gone afterwards:
 * `victim` (10.77.0.1, fd77::1) runs containment, `attacker` (10.77.0.2,
 * fd77::2) also owns 10.77.0.3. On demand, behind the victim,
 * `container` (10.88.0.2, fd88::2), whose port 80 is published as 8080 the way
 * Docker does it. Needs root, `ip`, `nft`.
 *
 * @module
 */
import type { PeerCommand } from "./namespace_peer.ts";

/** Addresses of the two hosts. */
export const victim = { v4: "10.77.0.1", v6: "fd77::1" };
/** `friend` is another address of the same host. */
export const attacker = { v4: "10.77.0.2", v6: "fd77::2", friend: "10.77.0.3" };
/** What runs behind the victim, and the port its port 80 is published as. */
export const container = { v4: "10.88.0.2", v6: "fd88::2", published: 8_080 };
type Host = "v" | "a" | "c";

/** Whether the lab can be built here. In CI it must be. */
export const labMissing: boolean = Deno.env.get("CI") !== "true" &&
  (Deno.uid() !== 0 ||
    !["ip", "nft", "nmap"].every((program) =>
      ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((folder) => {
        try {
          return Deno.statSync(`${folder}/${program}`).isFile;
        } catch {
          return false;
        }
      })
    ));

/** Test files that run side by side share a process id. */
const run = crypto.randomUUID().slice(0, 8);
let labs = 0;

/** A lab; dispose of it to remove the namespaces. */
export class NetworkLab implements AsyncDisposable {
  readonly #name = `smc${run}x${++labs}`;
  readonly #peers: Peer[] = [];

  /** Builds it. */
  static async create(): Promise<NetworkLab> {
    const lab = new NetworkLab();
    try {
      await lab.#build();
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  async #build(): Promise<void> {
    const [v, a] = [this.#namespace("v"), this.#namespace("a")];
    await shell("ip", "netns", "add", v);
    await shell("ip", "netns", "add", a);
    const wire = ["veth", "peer", "name", "eth0", "netns", a];
    await shell("ip", "link", "add", "eth0", "netns", v, "type", ...wire);
    for (
      const [namespace, ...addresses] of [
        [v, `${victim.v4}/24`, `${victim.v6}/64`],
        [
          a,
          `${attacker.v4}/24`,
          `${attacker.friend}/24`,
          `${attacker.v6}/64`,
        ],
      ] as const
    ) {
      await shell("ip", "-n", namespace, "link", "set", "lo", "up");
      await shell("ip", "-n", namespace, "link", "set", "eth0", "up");
      for (const address of addresses) {
        const nodad = address.includes(":") ? ["nodad"] : [];
        await shell(
          ...["ip", "-n", namespace, "address", "add", address] as const,
          ...["dev", "eth0", ...nodad],
        );
      }
    }
  }

  /** Starts the container's network: a namespace behind the victim's DNAT. */
  async addContainer(): Promise<void> {
    const [v, c] = [this.#namespace("v"), this.#namespace("c")];
    await shell("ip", "netns", "add", c);
    // Without it a router's own link-local address is of no use for a second.
    const noDad = ["sysctl", "-q", "-w", "net.ipv6.conf.default.accept_dad=0"];
    for (const host of ["v", "c"] as const) await this.run(host, ...noDad);
    const wire = ["veth", "peer", "name", "eth0", "netns", c];
    await shell("ip", "link", "add", "inner", "netns", v, "type", ...wire);
    for (const family of ["4", "6"] as const) {
      const gateway = family === "4" ? "10.88.0.1" : "fd88::1";
      const length = family === "4" ? "/24" : "/64";
      const nodad = family === "4" ? [] : ["nodad"];
      const own = family === "4" ? container.v4 : container.v6;
      for (
        const [namespace, device, address] of [
          [v, "inner", gateway],
          [c, "eth0", own],
        ] as const
      ) {
        await shell(
          ...["ip", "-n", namespace, "address", "add", address + length],
          ...["dev", device, ...nodad],
        );
        await shell("ip", "-n", namespace, "link", "set", device, "up");
      }
      await shell(
        ...["ip", `-${family}`, "-n", c, "route", "add", "default"] as const,
        ...["via", gateway],
      );
    }
    const toPort = `fib daddr type local tcp dport ${container.published} dnat`;
    for (
      const command of [
        "sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1",
        "nft add table inet docker",
        "nft add chain inet docker published { type nat hook prerouting priority -100; }",
        "nft add chain inet docker forward { type filter hook forward priority 0; }",
        `nft add rule inet docker published ${toPort} ip to ${container.v4}:80`,
        `nft add rule inet docker published ${toPort} ip6 to [${container.v6}]:80`,
      ]
    ) await this.run("v", ...command.split(" "));
  }

  #namespace(host: Host): string {
    return this.#name + host;
  }

  /** Runs a program on one of the hosts; its output, both streams. */
  run(host: Host, ...command: string[]): Promise<string> {
    return shell("ip", "netns", "exec", this.#namespace(host), ...command);
  }

  /** Sends a signal to every process of this name on one of the hosts. */
  async signal(host: "v" | "a", name: string, signal: Deno.Signal) {
    const pids = await shell("ip", "netns", "pids", this.#namespace(host));
    for (const pid of pids.split("\n").filter((line) => line !== "")) {
      const comm = await Deno.readTextFile(`/proc/${pid}/comm`);
      if (comm.trim() === name) Deno.kill(Number(pid), signal);
    }
  }

  /** Starts a peer on one of the hosts, under `prefix` if given. */
  peer(host: Host, prefix: readonly string[] = []): Peer {
    const peer = new Peer(this.#namespace(host), prefix);
    this.#peers.push(peer);
    return peer;
  }

  /** What outlives a peer that was killed: `nft monitor`, `tcpdump`. */
  async #killAll(host: Host): Promise<void> {
    const pids = await shell("ip", "netns", "pids", this.#namespace(host))
      .catch(() => "");
    for (const pid of pids.split("\n").filter((line) => line !== "")) {
      try {
        Deno.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) {
      await peer.kill();
      removeGroups(peer.pid);
    }
    for (const host of ["v", "a", "c"] as const) {
      await this.#killAll(host);
      await shell("ip", "netns", "delete", this.#namespace(host))
        .catch(() => {});
    }
  }
}

/** A process in a namespace that does what it is told. */
export class Peer {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncIterator<string>;

  constructor(namespace: string, prefix: readonly string[]) {
    const script = new URL("./namespace_peer.ts", import.meta.url).pathname;
    // Unlike `ip netns exec` it leaves `/sys` as it is, control groups and all.
    this.#child = new Deno.Command("nsenter", {
      args: [
        `--net=/run/netns/${namespace}`,
        ...prefix,
        ...[Deno.execPath(), "run", "-A", "--unstable-worker-options"],
        ...["--no-check", script],
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = linesOf(this.#child.stdout);
  }

  /** Tells the peer one thing and waits for the answer. */
  async tell<Answer = unknown>(command: PeerCommand): Promise<Answer> {
    await this.#input.write(
      new TextEncoder().encode(JSON.stringify(command) + "\n"),
    );
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the peer has ended");
    const answer = JSON.parse(value) as { ok: Answer; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.ok;
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // Killed before.
    }
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    // To the end, so that the stream is closed.
    while (!(await this.#answers.next()).done);
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

async function shell(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${decode(stderr)}`);
  }
  return decode(stdout) + decode(stderr);
}

/** Empty control groups that an agent leaves behind when it is killed. */
function removeGroups(pid: number): void {
  for (const mount of ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"]) {
    const base = `${mount}/stealthmesh-${pid}`;
    for (const group of [`${base}/slot-0`, `${base}/helpers`, base]) {
      try {
        Deno.removeSync(group);
      } catch {
        // It never was, or has gone by itself.
      }
    }
  }
}
