/**
 * The two ports that are compared, and whoever else listens: processes on the
 * loopback interface, started with the agent's own V8 flags so that both have
 * the agent's pace.
 *
 * @module
 */
import { serialize } from "node:v8";
import type { Lateness, PortPlan } from "./port_plan.ts";

/** As `deno task start` gives them. */
const v8Flags = /--v8-flags=\S+/.exec(
  Deno.readTextFileSync(new URL("../../../deno.json", import.meta.url)),
)?.[0] ?? "";
const script = new URL("./port_process.ts", import.meta.url).pathname;

/** A running port. */
export class LabPort implements AsyncDisposable {
  readonly port: number;
  /** Of the process. */
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: Deno.ChildProcess,
    lines: AsyncIterator<string>,
    port: number,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.port = port;
    this.pid = child.pid;
    this.#input = child.stdin.getWriter();
  }

  /** Starts one; see `port_process.ts` for the kinds. */
  static async start(
    kind: "mesh" | "timed" | "page",
    plan: PortPlan,
  ): Promise<LabPort> {
    const file = await Deno.makeTempFile({ prefix: "stealthmesh-port-" });
    await Deno.writeFile(file, serialize(plan));
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-check", "--unstable-worker-options", "-A"],
        ...[v8Flags, script, kind, file],
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = linesOf(child.stdout);
    const { value } = await lines.next();
    await Deno.remove(file);
    if (value === undefined) throw new Error(`the ${kind} port did not open`);
    return new LabPort(child, lines, JSON.parse(value).port);
  }

  /** What the timed isolate measured since the last call. */
  async lateness(): Promise<Lateness> {
    await this.#input.write(new TextEncoder().encode("\n"));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the port's process has ended");
    return JSON.parse(value);
  }

  /** CPU seconds the process has used, both modes. */
  cpuSeconds(): number {
    const stat = Deno.readTextFileSync(`/proc/${this.pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // utime and stime, in ticks of 10 ms (proc(5)).
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#child.status;
    while (!(await this.#lines.next()).done);
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
