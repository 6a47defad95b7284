/**
 * A lab host that runs StealthMesh: the real program, as its user would start
 * it. `STEALTHMESH_BINARY` names a compiled one; without it `deno run` with the
 * permissions of `deno task start` is used.
 *
 * @module
 */
import type { LabChild, LabHost } from "./lab_network.ts";
import { type LabSshd, startSshd } from "./lab_sshd.ts";

const root = new URL("../../", import.meta.url).pathname;

/** The command that starts the program, without its arguments. */
export function program(): string[] {
  const binary = Deno.env.get("STEALTHMESH_BINARY");
  if (binary) return [binary];
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const flags = /deno run (.*) main\.ts/.exec(tasks.start.command)?.[1] ?? "";
  return [
    // It would wait for a name server that no host of the lab has.
    "env",
    "DENO_NO_UPDATE_CHECK=1",
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-check",
    ...flags.split(" "),
    `${root}main.ts`,
  ];
}

/** How a member is set up. */
export interface MemberPlan {
  readonly name: string;
  readonly profile: "lan" | "open";
  readonly neverBlock: readonly string[];
  /** Further keys of the configuration. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** One member of the lab's mesh. */
export class LabMember {
  readonly host: LabHost;
  readonly sshd: LabSshd;
  readonly #config: string;
  readonly #state: string;
  /** Where the configuration says something of the mode, no flag does. */
  #mode: readonly string[] = ["--enforce"];
  agent: LabChild | undefined;

  private constructor(host: LabHost, sshd: LabSshd) {
    this.host = host;
    this.sshd = sshd;
    this.#config = `${host.directory}/stealthmesh.yaml`;
    this.#state = `${host.directory}/state`;
  }

  /** Writes the configuration and starts the services worth attacking. */
  static async prepare(host: LabHost, plan: MemberPlan): Promise<LabMember> {
    const sshd = await startSshd(host);
    const member = new LabMember(host, sshd);
    const { name, profile, neverBlock, more } = plan;
    if (more && "mode" in more) member.#mode = [];
    const config = {
      name,
      profile,
      listen: `${host.address}:8443`,
      logs: [sshd.log],
      neverBlock,
      ...more,
    };
    // JSON is YAML.
    await Deno.writeTextFile(member.#config, JSON.stringify(config));
    return member;
  }

  /** Runs one command of the program to its end. */
  cli(
    ...args: string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const [command = "", ...rest] = program();
    return this.host.run(command, ...rest, ...args, ...this.#where());
  }

  /** Runs one command that must succeed; its JSON, a value a line. */
  async json(...args: string[]): Promise<Record<string, unknown>[]> {
    const { code, stdout, stderr } = await this.cli(...args, "--json");
    if (code !== 0) {
      throw new Error(`stealthmesh ${args.join(" ")}: ${code}: ${stderr}`);
    }
    return stdout.trim().split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }

  /** Starts the agent and waits until it answers. */
  async start(...args: string[]): Promise<void> {
    this.agent = this.host.start([
      ...program(),
      "agent",
      ...this.#mode,
      ...args,
      ...this.#where(),
    ]);
    await eventually(
      async () => (await this.cli("status", "--json")).code === 0,
      () => `the agent of ${this.host.namespace}: ${this.agent?.output()}`,
    );
  }

  /** Members that this one has a live link with. */
  async links(): Promise<number> {
    const [status] = await this.json("status");
    const mesh = status?.["mesh"] as { links?: unknown[] } | undefined;
    return mesh?.links?.length ?? 0;
  }

  /** Whether it is linked with every one of `members` and knows each by name. */
  async knows(members: readonly LabMember[]): Promise<boolean> {
    const [status] = await this.json("status");
    const { links } = status?.["mesh"] as { links: unknown[] };
    const known = status?.["members"] as { name: string }[];
    return links.length === members.length - 1 &&
      known.length === members.length &&
      known.every(({ name }) => name !== "");
  }

  /** When (wall clock, ms) this host's kernel first took a measure. */
  async measured(
    subject: string,
    measures: readonly string[],
  ): Promise<number | undefined> {
    const [story] = await this.json("explain", subject);
    const history = (story?.["history"] ?? []) as {
      stage: string;
      what: string;
      atMs: number;
      detail: { measure?: string };
    }[];
    const times = history.filter(({ stage, what, detail }) =>
      stage === "done" && what === "lease" &&
      measures.includes(detail.measure ?? "")
    ).map(({ atMs }) => atMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #where(): string[] {
    return ["--state-dir", this.#state, "--config", this.#config];
  }
}

/**
 * Founds a mesh at the first member and lets the others join it.
 *
 * @returns The invites, all used.
 */
export async function enrol(
  founder: LabMember,
  ...joiners: readonly LabMember[]
): Promise<string[]> {
  const invites: string[] = [];
  const founded = await founder.cli("keys", "init");
  if (founded.code !== 0) throw new Error(`keys init: ${founded.stderr}`);
  await founder.start();
  for (const joiner of joiners) {
    const invited = await founder.cli("keys", "invite");
    const invite = invited.stdout.trim().split("\n").find((line) =>
      line.startsWith("stealthmesh1:")
    );
    if (invite === undefined) {
      throw new Error(`keys invite: ${invited.stdout}${invited.stderr}`);
    }
    const joined = await joiner.cli("keys", "join", invite);
    if (joined.code !== 0) throw new Error(`keys join: ${joined.stderr}`);
    await joiner.start();
    invites.push(invite);
  }
  return invites;
}

/** Waits until few members are all linked and know each other by name. */
export async function acquainted(
  ...members: readonly LabMember[]
): Promise<void> {
  await eventually(
    async () =>
      (await Promise.all(members.map((each) => each.knows(members))))
        .every(Boolean),
    () => members.map(({ agent }) => agent?.output()).join("\n"),
  );
}

/**
 * Waits until a condition holds, at most `patienceMs`: far longer than it takes
 * on the slowest machine, since only a failure waits so long.
 */
export async function eventually(
  condition: () => Promise<boolean>,
  what: () => string,
  patienceMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!await condition()) {
    if (performance.now() > deadline) {
      throw new Error(`Waited ${patienceMs} ms in vain for ${what()}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
