/**
 * Stands between a client and a port and keeps what the client says, as an
 * observer on the wire would.
 *
 * @module
 */

/** What one client said, as far as it was passed on. */
export class Recorder implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #open: Deno.TcpConn[] = [];
  /** By connection. */
  readonly #said: Uint8Array[][] = [];
  readonly #passing: Promise<unknown>[] = [];

  /** @param forwardTo Port behind it; without, nobody ever answers. */
  constructor(port: number, forwardTo?: number) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.port = this.#listener.addr.port;
    this.#passing.push(this.#accept(forwardTo));
  }

  /** Everything said so far on the first connection. */
  said(): Uint8Array {
    return new Uint8Array(this.#said[0]?.flatMap((chunk) => [...chunk]) ?? []);
  }

  async #accept(forwardTo: number | undefined): Promise<void> {
    for await (const client of this.#listener) {
      this.#open.push(client);
      if (forwardTo === undefined) {
        this.#passing.push(this.#pass(client));
        continue;
      }
      const server = await Deno.connect({
        hostname: "127.0.0.1",
        port: forwardTo,
      });
      this.#open.push(server);
      this.#passing.push(this.#pass(client, server), pipe(server, client));
    }
  }

  async #pass(client: Deno.TcpConn, server?: Deno.TcpConn): Promise<void> {
    const said: Uint8Array[] = [];
    this.#said.push(said);
    await pipe(client, server, (chunk) => said.push(chunk));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) connection.close();
    await Promise.allSettled(this.#passing);
  }
}

async function pipe(
  from: Deno.TcpConn,
  to: Deno.TcpConn | undefined,
  keep: (chunk: Uint8Array) => void = () => {},
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) break;
      keep(buffer.slice(0, count));
      for (let at = 0; to && at < count;) {
        at += await to.write(buffer.subarray(at, count));
      }
    }
    await to?.closeWrite();
  } catch {
    // Either side is gone; so will the other be.
  }
}

/** The first record an ordinary client sends. */
export async function recordHello(certificatePem: string): Promise<Uint8Array> {
  const recorder = new Recorder(0);
  const connecting = Deno.connectTls({
    hostname: "127.0.0.1",
    port: recorder.port,
    caCerts: [certificatePem],
  }).then((connection) => connection.handshake()).catch(() => {});
  for (let tries = 0; tries < 500 && recorder.said().length < 100; tries++) {
    await new Promise((wake) => setTimeout(wake, 5));
  }
  const hello = recorder.said();
  await recorder[Symbol.asyncDispose]();
  await connecting;
  return hello;
}
