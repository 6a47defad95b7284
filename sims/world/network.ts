/**
 * Connections between virtual hosts: reliable and in order like TCP, with a
 * delay drawn for each cell. It carries cells and tokens and knows nothing of
 * what is in them.
 *
 * @module
 */
import {
  cellBytes,
  type DialRequest,
  type LinkId,
  type Transport,
  type TransportEvent,
} from "../../mesh/mod.ts";
import type { VirtualClock } from "./clock.ts";
import type { SeededRandom } from "./random.ts";

/** How long a cell travels: `baseMs + Exp(jitterMs)`. */
export interface Delay {
  readonly baseMs: number;
  readonly jitterMs: number;
}

/** A switched office network: a tenth of a millisecond, rarely more. */
export const officeDelay: Delay = { baseMs: 0.1, jitterMs: 0.05 };

/** What a host does with what arrives. */
export interface Listener {
  admit(token: Uint8Array): boolean;
  transport(event: TransportEvent): void;
}

/** One end of a connection. */
interface End {
  readonly host: string;
  readonly link: LinkId;
  /** When the last cell towards this end arrives; later ones never overtake. */
  arrivesMs: number;
}

interface Connection {
  readonly ends: readonly [End, End];
  open: boolean;
}

/** The wire between all hosts. */
export class VirtualNetwork {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #delay: Delay;
  readonly #listeners = new Map<string, Listener>();
  readonly #connections = new Map<string, Connection>();
  #accepted = 0;
  /** Cells carried so far. */
  cells = 0;

  constructor(clock: VirtualClock, random: SeededRandom, delay: Delay) {
    this.#clock = clock;
    this.#random = random;
    this.#delay = delay;
  }

  /** Puts a host on the network under an address `host:port`. */
  attach(address: string, listener: Listener): void {
    this.#listeners.set(address, listener);
  }

  /** The connections of one host. */
  transport(host: string): Transport {
    return {
      dial: (request) => this.#dial(host, request),
      send: (link, cell) => this.#send(host, link, cell),
      close: (link) => {
        const connection = this.#connections.get(`${host}/${link}`);
        if (connection) this.#end(connection);
      },
    };
  }

  #dial(host: string, request: DialRequest): void {
    const { link, address, token } = request;
    this.#clock.after(2 * this.#travelMs(), () => {
      const listener = this.#listeners.get(address);
      const caller = this.#listeners.get(host);
      if (!listener || !listener.admit(token)) {
        caller?.transport({ type: "closed", link, reason: "refused" });
        return;
      }
      // Links that a host accepts are numbered apart from those it dials.
      const accepted = 1_000_000_000 + this.#accepted++;
      const connection: Connection = {
        open: true,
        ends: [
          { host, link, arrivesMs: 0 },
          { host: address, link: accepted, arrivesMs: 0 },
        ],
      };
      this.#connections.set(`${host}/${link}`, connection);
      this.#connections.set(`${address}/${accepted}`, connection);
      listener.transport({ type: "accepted", link: accepted, token });
      caller?.transport({ type: "connected", link });
    });
  }

  #send(host: string, link: LinkId, cell: Uint8Array): void {
    const connection = this.#connections.get(`${host}/${link}`);
    if (!connection?.open) return;
    if (cell.length !== cellBytes) {
      throw new RangeError(
        `Cannot send ${cell.length} bytes: cells have ${cellBytes}`,
      );
    }
    const [a, b] = connection.ends;
    const to = a.host === host && a.link === link ? b : a;
    this.cells++;
    to.arrivesMs = Math.max(
      to.arrivesMs,
      this.#clock.nowMs() + this.#travelMs(),
    );
    const copy = cell.slice();
    this.#clock.after(to.arrivesMs - this.#clock.nowMs(), () => {
      if (!connection.open) return;
      this.#listeners.get(to.host)?.transport({
        type: "cell",
        link: to.link,
        cell: copy,
      });
    });
  }

  #end(connection: Connection): void {
    if (!connection.open) return;
    connection.open = false;
    for (const { host, link } of connection.ends) {
      this.#connections.delete(`${host}/${link}`);
      this.#clock.after(this.#travelMs(), () => {
        this.#listeners.get(host)?.transport({
          type: "closed",
          link,
          reason: "",
        });
      });
    }
  }

  #travelMs(): number {
    return this.#delay.baseMs + this.#random.pause(this.#delay.jitterMs);
  }
}
