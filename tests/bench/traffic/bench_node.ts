/**
 * The bench's end of a `mesh_node.ts`: starts it, here or inside a host of the
 * lab, and talks to it.
 *
 * @module
 */
import { linesOf } from "./lines.ts";
import type { NodeDump } from "./mesh_node.ts";

const script = new URL("./mesh_node.ts", import.meta.url).pathname;
const encoder = new TextEncoder();

/** Flags of `deno task start` that shape the process. */
const processFlags =
  "--v8-flags=--no-short-builtin-calls,--max-semi-space-size=2,--no-maglev,--no-sparkplug";

/** What a node says of itself at any time. */
export interface NodeReport {
  readonly links: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** One node's process. */
export class BenchNode {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncGenerator<string>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#lines = linesOf(child.stdout);
  }

  /**
   * Starts node `number` of the plan in a file.
   *
   * @param inside Command that leads into a namespace; empty for this one.
   * @param bare Without the agent.
   */
  static async start(
    planPath: string,
    number: number,
    directory: string,
    inside: readonly string[] = [],
    bare = false,
  ): Promise<BenchNode> {
    await Deno.mkdir(directory, { recursive: true });
    const [command = "", ...args] = [
      ...inside,
      ...[Deno.execPath(), "run", "-A", "--quiet", "--no-check", processFlags],
      ...[script, planPath, `${number}`, directory],
      ...bare ? ["bare"] : [],
    ];
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const node = new BenchNode(child);
    await node.#answer("ready");
    return node;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Publishes `count` alerts at once. */
  alert(count: number): void {
    this.#say({ do: "alert", count });
  }

  /** Wakes the node as an alert would. */
  nothing(): void {
    this.#say({ do: "nothing" });
  }

  async report(): Promise<NodeReport> {
    this.#say({ do: "report" });
    return await this.#answer("report") as unknown as NodeReport;
  }

  async dump(): Promise<NodeDump> {
    this.#say({ do: "dump" });
    return await this.#answer("dump") as unknown as NodeDump;
  }

  /** As a power cut: the process is gone at once. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }

  /** Ends the process; after 5 s by force. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    try {
      this.#say({ do: "stop" });
      await this.#writer.close();
    } catch {
      // Already gone.
    }
    await this.#lines.return(undefined);
    await this.#child.status;
    clearTimeout(late);
  }

  #say(order: Record<string, unknown>): void {
    this.#writer.write(encoder.encode(`${JSON.stringify(order)}\n`))
      .catch(() => {});
  }

  async #answer(did: string): Promise<Record<string, unknown>> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`A node ended before it said "${did}"`);
      const answer = JSON.parse(value);
      if (answer.did === did) return answer;
    }
  }
}
