/**
 * Two ends of real links on the loopback interface, for the tests of this
 * folder: a transport that records what it hears, and lets a test wait for the
 * next event of a kind.
 *
 * @module
 */
import {
  type Certificate,
  makeCertificate,
} from "../../../mesh/host/certificate.ts";
import { createCoverPage } from "../../../mesh/host/cover_page.ts";
import { systemRandom } from "../../../mesh/host/random.ts";
import {
  type HostTransport,
  openTransport,
} from "../../../mesh/host/websocket_transport.ts";
import type { TransportEvent } from "../../../mesh/world.ts";

/** The only token the test gates let in, as often as it comes. */
export const goodToken: Uint8Array = new Uint8Array(32).fill(7);

/** One certificate for the whole run: making it takes 50 ms. */
export const certificate: Certificate = await makeCertificate({
  name: "status",
  hosts: ["127.0.0.1", "localhost"],
  nowMs: Date.now(),
}, systemRandom);

type EventOf<Type extends TransportEvent["type"]> = Extract<
  TransportEvent,
  { type: Type }
>;

/** A transport and what it has heard. */
export class Endpoint {
  transport!: HostTransport;
  readonly heard: TransportEvent[] = [];
  /** Answers each cell with itself. */
  echo = false;
  /** Calls of the gate. */
  asked = 0;
  readonly #waiting = new Set<() => void>();

  static async open(options: { listen: boolean }): Promise<Endpoint> {
    const endpoint = new Endpoint();
    endpoint.transport = await openTransport({
      ...(options.listen && {
        listen: { hostname: "127.0.0.1", port: 0, ...certificate },
      }),
      admit: (token) => {
        endpoint.asked++;
        return token.every((byte) => byte === 7);
      },
      onEvent: (event) => endpoint.#hear(event),
      page: createCoverPage(
        { businessName: "Miller Bakery" },
        () => Date.UTC(2026, 0, 2),
      ),
    });
    return endpoint;
  }

  /** The first event of a kind that no earlier call returned. */
  async next<Type extends TransportEvent["type"]>(
    type: Type,
  ): Promise<EventOf<Type>> {
    for (;;) {
      const at = this.heard.findIndex((event) => event.type === type);
      if (at >= 0) return this.heard.splice(at, 1)[0] as EventOf<Type>;
      await new Promise<void>((wake) => this.#waiting.add(wake));
    }
  }

  #hear(event: TransportEvent): void {
    this.heard.push(event);
    if (this.echo && event.type === "cell") {
      this.transport.send(event.link, event.cell);
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/** A listening and a dialling endpoint, closed when `use` is done. */
export async function withPair(
  use: (server: Endpoint, client: Endpoint) => Promise<void>,
): Promise<void> {
  const server = await Endpoint.open({ listen: true });
  const client = await Endpoint.open({ listen: false });
  try {
    await use(server, client);
  } finally {
    await client.transport.shutdown();
    await server.transport.shutdown();
    // Sockets say good-bye after the transports have returned.
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** The raw bytes a stranger gets for `request` over TLS. */
export async function askRaw(
  address: string,
  request: string,
): Promise<string> {
  const connection = await Deno.connectTls({
    hostname: "127.0.0.1",
    port: Number(address.split(":")[1]),
    caCerts: [certificate.certificatePem],
  });
  try {
    await connection.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(65_536);
    let text = "";
    while (!isWhole(text)) {
      const count = await connection.read(buffer);
      if (count === null) break;
      text += new TextDecoder().decode(buffer.subarray(0, count));
    }
    return text;
  } finally {
    connection.close();
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  if (end < 0) return false;
  return length === undefined || text.length >= end + 4 + Number(length);
}
