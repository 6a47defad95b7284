/**
 * How long a port takes to answer, measured as its best observer would: on
 * connections that are up already, one request at a time, the kinds in an order
 * drawn anew for each round, so that what else the machine does falls on all of
 * them alike.
 *
 * The clock stops at the first byte. The runtime writes head and body apart and
 * its kernel holds the body back until the head is acknowledged (Nagle), which
 * ours would delay by 40 ms; an empty line (RFC 9112, section 2.2, lets a server
 * ignore it) carries the acknowledgement at once.
 *
 * @module
 */
import type { Target } from "./probe.ts";

/** A kind of request whose answers are timed. */
export interface TimedRequest {
  readonly name: string;
  readonly target: Target;
  /** The bytes of the next one. */
  readonly next: () => Uint8Array;
}

/** Microseconds from request to the first byte of the answer, by name. */
export type AnswerTimes = ReadonlyMap<string, readonly number[]>;

/** Rounds whose times are thrown away: both ends warm up. */
const warmUpRounds = 100;
const emptyLine = new TextEncoder().encode("\r\n");

/**
 * Times `rounds` answers of each kind.
 *
 * @throws {Error} If a port hangs up.
 */
export async function timeAnswers(
  requests: readonly TimedRequest[],
  rounds: number,
): Promise<AnswerTimes> {
  const lines = new Map<number, Line>();
  for (const { target } of requests) {
    if (lines.has(target.port)) continue;
    lines.set(target.port, await Line.open(target));
  }
  const times = new Map<string, number[]>(
    requests.map(({ name }) => [name, []]),
  );
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const { name, target, next } of shuffled(requests)) {
      const microseconds = await lines.get(target.port)!.ask(next());
      if (round >= warmUpRounds) times.get(name)!.push(microseconds);
    }
  }
  for (const line of lines.values()) line.close();
  return times;
}

/** One kept-alive connection. */
class Line {
  readonly #connection: Deno.TlsConn;
  readonly #buffer = new Uint8Array(65_536);

  private constructor(connection: Deno.TlsConn) {
    this.#connection = connection;
  }

  static async open({ port, certificatePem }: Target): Promise<Line> {
    const connection = await Deno.connectTls({
      hostname: "127.0.0.1",
      port,
      caCerts: [certificatePem],
      alpnProtocols: ["http/1.1"],
    });
    return new Line(connection);
  }

  async ask(request: Uint8Array): Promise<number> {
    const startMs = performance.now();
    await this.#connection.write(request);
    let size = await this.#read(0);
    const microseconds = (performance.now() - startMs) * 1_000;
    let whole = wholeSize(this.#buffer.subarray(0, size));
    if (size < whole) await this.#connection.write(emptyLine);
    while (size < whole) {
      size += await this.#read(size);
      if (whole === Infinity) whole = wholeSize(this.#buffer.subarray(0, size));
    }
    return microseconds;
  }

  async #read(at: number): Promise<number> {
    const count = await this.#connection.read(this.#buffer.subarray(at));
    if (count === null) throw new Error("the port hung up");
    return count;
  }

  close(): void {
    this.#connection.close();
  }
}

/** Bytes of the answer, once its head is there. */
function wholeSize(bytes: Uint8Array): number {
  const text = new TextDecoder("latin1").decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return end < 0 ? Infinity : end + 4 + Number(length ?? 0);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

/** The value below which a share of the sample lies. */
export function quantileOf(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((one, other) => one - other);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
}
