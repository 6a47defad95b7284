/**
 * One connection that carries cells: a WebSocket whose messages are binary and
 * exactly `cellBytes` long. Anything else ends it.
 *
 * Bounds: at most `unsentBytesMax` wait for a peer that reads slowly, then the
 * link is dropped; a connection that is not up in `connectMsMax` is given up.
 * After `closed` nothing more is heard of a link, and `closed` is heard once.
 *
 * @module
 */
import { cellBytes } from "../limits.ts";

/** What a link says to the transport that holds it. */
export interface SocketLinkListener {
  opened(): void;
  cell(cell: Uint8Array): void;
  /** `foul` if the peer sent what is no cell, or did not read. */
  closed(reason: string, foul: boolean): void;
  /** The runtime let go of the socket; its place is free. Heard once. */
  released(): void;
}

/**
 * 1,024 cells. Our choice: a burst of profile `open` goes through (the runtime
 * hands nothing to the kernel before the burst is over), and 64 links hold at
 * most 32 MiB.
 */
export const unsentBytesMax = 1_024 * cellBytes;
/** Our choice; a TLS handshake over a bad mobile link takes under 3 s. */
export const connectMsMax = 10_000;

/** A WebSocket, dialled or accepted, as a link. */
export class SocketLink {
  readonly #socket: WebSocket;
  readonly #listener: SocketLinkListener;
  readonly #connectTimer: ReturnType<typeof setTimeout>;
  #closed = false;
  #released = false;
  #failure = "";

  constructor(socket: WebSocket, listener: SocketLinkListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#message(data);
    socket.onerror = (event) => this.#failure = messageOf(event);
    socket.onclose = () => {
      this.#end(this.#failure, false);
      this.#release();
    };
    this.#connectTimer = setTimeout(() => {
      this.#end(`no connection after ${connectMsMax / 1_000} s`, false);
      // A socket that never came up may never say that it is gone either.
      this.#release();
    }, connectMsMax);
  }

  /** Sends one cell; dropped unless the link is up. */
  send(cell: Uint8Array): void {
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > unsentBytesMax) {
      return this.#end("the peer stopped reading", true);
    }
    try {
      this.#socket.send(cell as Uint8Array<ArrayBuffer>);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error), false);
    }
  }

  /** Ends the link from our side. */
  close(): void {
    this.#end("", false);
  }

  #opened(): void {
    clearTimeout(this.#connectTimer);
    if (!this.#closed) this.#listener.opened();
  }

  #message(content: unknown): void {
    if (this.#closed) return;
    if (content instanceof ArrayBuffer && content.byteLength === cellBytes) {
      return this.#listener.cell(new Uint8Array(content));
    }
    const found = content instanceof ArrayBuffer
      ? `${content.byteLength} bytes`
      : "text";
    this.#end(`a message of ${found} is no cell`, true);
  }

  #release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#listener.released();
  }

  #end(reason: string, foul: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#connectTimer);
    try {
      // No code and no reason: those would differ from an ordinary app's.
      this.#socket.close();
    } catch {
      // Already going down; `onclose` follows.
    }
    // Not from within the caller's `send` or `close`.
    queueMicrotask(() => this.#listener.closed(reason, foul));
  }
}

function messageOf(event: Event): string {
  return event instanceof ErrorEvent ? event.message : "connection failed";
}
