/**
 * Cells over WebSocket over TLS, on real sockets (design §5, "Outer"). Dials
 * peers and, where it is told to listen, lets them in.
 *
 * What TLS proves here is little: that the far side holds the key of the pinned
 * certificate (or, since the runtime only *adds* certificates to those it
 * trusts, that a public authority vouches for the dialled name). Who the peer
 * is the Noise handshake proves, inside the cells.
 *
 * The runtime puts `Deno/<version>` into the user agent of every dial and lets
 * nobody take it out; only the peer, behind TLS, can see it.
 *
 * Bounds: `dialsMax` dialled links (opening, up and closing), `linksMax`
 * accepted ones (`listener.ts`); a dial beyond that is closed at once. One HTTP
 * client per dial, closed as soon as the dial has an outcome.
 *
 * @module
 */
import { linksMax } from "../limits.ts";
import type {
  DialRequest,
  LinkId,
  Transport,
  TransportEvent,
} from "../world.ts";
import type { CoverPage } from "./cover_page.ts";
import {
  type Listener,
  type ListenerOptions,
  openListener,
} from "./listener.ts";
import { pemOf } from "./pem.ts";
import { SocketLink } from "./socket_link.ts";
import { tokenHeaders, upgradeUrlOf } from "./upgrade.ts";

/** Real links, and the port peers dial. */
export interface HostTransport extends Transport {
  /** `host:port` listened on; empty where nothing listens. */
  readonly address: string;
  /** Counts since the start, for `report`. */
  readonly counters: Readonly<TransportCounters>;
  /** Closes the port and every link. */
  shutdown(): Promise<void>;
}

/** What happened at the edge. */
export interface TransportCounters {
  /** Links dropped because the peer sent no cell or did not read. */
  foul: number;
  /** Dials that found every place taken. */
  dialsRefused: number;
}

/** What a transport needs. */
export interface TransportOptions {
  /** Absent for a node that only dials. */
  readonly listen?: ListenerOptions;
  /** The gate; called for every request to the port. */
  admit(token: Uint8Array): boolean;
  /** Hears of every connection; never called from within a call to the transport. */
  onEvent(event: TransportEvent): void;
  /** What strangers get; needed only where something listens. */
  readonly page: CoverPage;
}

/** Both directions may fill up on their own. */
const dialsMax = linksMax;

/**
 * Opens the port, where there is one, and stands ready to dial.
 *
 * Accepted links get negative ids, -1, -2, …; those of dials are the caller's
 * and must not be negative.
 *
 * @throws {TransportError} If the port cannot be opened.
 */
export function openTransport(
  options: TransportOptions,
): Promise<HostTransport> {
  // `Deno.serve` throws at once; an async function makes that a rejection.
  return Promise.resolve().then(() => new WebSocketTransport(options));
}

class WebSocketTransport implements HostTransport {
  readonly counters: TransportCounters = { foul: 0, dialsRefused: 0 };
  readonly #onEvent: (event: TransportEvent) => void;
  readonly #links = new Map<LinkId, SocketLink>();
  readonly #listener: Listener | undefined;
  #dials = 0;
  #lastAccepted = 0;

  constructor(options: TransportOptions) {
    this.#onEvent = options.onEvent;
    this.#listener = options.listen && openListener(
      options.listen,
      options.page,
      options.admit,
      (socket, token, release) => this.#accept(socket, token, release),
    );
  }

  get address(): string {
    return this.#listener?.address ?? "";
  }

  dial({ link, address, certificate, token }: DialRequest): void {
    if (this.#links.has(link) || link < 0) {
      throw new RangeError(`Cannot dial ${address}: link ${link} is taken`);
    }
    const url = upgradeUrlOf(address);
    if (!url) return this.#refuse(link, "the peer's address is not host:port");
    if (this.#dials >= dialsMax) {
      this.counters.dialsRefused++;
      return this.#refuse(link, `already ${dialsMax} dials`);
    }
    let client: Deno.HttpClient | undefined;
    try {
      client = Deno.createHttpClient({
        caCerts: [pemOf("CERTIFICATE", certificate)],
      });
      const headers = tokenHeaders(token);
      this.#hold(link, new WebSocket(url, { headers, client }), client);
    } catch (error) {
      client?.close();
      // A peer chose the certificate: what is wrong with it is no exception.
      this.#refuse(link, error instanceof Error ? error.message : `${error}`);
    }
  }

  send(link: LinkId, cell: Uint8Array): void {
    this.#links.get(link)?.send(cell);
  }

  close(link: LinkId): void {
    this.#links.get(link)?.close();
  }

  async shutdown(): Promise<void> {
    for (const link of this.#links.values()) link.close();
    await this.#listener?.close();
  }

  #hold(link: LinkId, socket: WebSocket, client: Deno.HttpClient): void {
    this.#dials++;
    let clientOpen = true;
    const closeClient = () => {
      if (clientOpen) client.close();
      clientOpen = false;
    };
    this.#add(link, socket, {
      opened: () => {
        closeClient();
        this.#onEvent({ type: "connected", link });
      },
      released: () => {
        closeClient();
        this.#dials--;
      },
    });
  }

  #accept(socket: WebSocket, token: Uint8Array, release: () => void): void {
    const link = --this.#lastAccepted;
    this.#add(link, socket, {
      opened: () => this.#onEvent({ type: "accepted", link, token }),
      released: release,
    });
  }

  #add(
    link: LinkId,
    socket: WebSocket,
    { opened, released }: { opened: () => void; released: () => void },
  ): void {
    const held = new SocketLink(socket, {
      opened,
      released,
      cell: (cell) => this.#onEvent({ type: "cell", link, cell }),
      closed: (reason, foul) => {
        if (foul) this.counters.foul++;
        this.#links.delete(link);
        this.#onEvent({ type: "closed", link, reason });
      },
    });
    this.#links.set(link, held);
  }

  #refuse(link: LinkId, reason: string): void {
    queueMicrotask(() => this.#onEvent({ type: "closed", link, reason }));
  }
}
