/**
 * A browser that follows `/live` and does as the pages do: it remembers the
 * last event, and when it is let go it comes back with it.
 *
 * @module
 */

/** Before it comes back. The pages begin with as much. */
const againMs = 500;
const eventStart = '{"type":"event",';
const numberStart = '"seq":';

/** Told of each event that is new to the browser. */
export type OnEvent = (seq: number) => void;

/** One window. */
export class LiveBrowser {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #onEvent: OnEvent;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  /** Number of the last event. */
  last = 0;
  /** Events that it never saw, nor was told to read elsewhere. */
  lost = 0;
  /** Events that it was told to read from the history. */
  gaps = 0;
  /** Events that came twice. */
  repeated = 0;
  /** How often it was let go. */
  letGo = 0;

  constructor(
    { url, headers }: { url: string; headers: Record<string, string> },
    onEvent: OnEvent,
  ) {
    this.#url = url;
    this.#headers = headers;
    this.#onEvent = onEvent;
  }

  /** Resolves once it follows. */
  open(): Promise<void> {
    const socket = new WebSocket(`${this.#url}?after=${this.last}`, {
      headers: this.#headers,
    });
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(String(data));
    return new Promise((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onclose = () => {
        reject(new Error("a browser was turned away"));
        if (this.#ended) return;
        this.letGo++;
        this.#timer = setTimeout(() => this.open().catch(() => {}), againMs);
      };
    });
  }

  /** Ends it. */
  close(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #hear(message: string): void {
    if (!message.startsWith(eventStart)) {
      const { type, to } = JSON.parse(message) as { type: string; to: number };
      if (type !== "gap") return;
      this.gaps += to - this.last;
      this.last = to;
      return;
    }
    // All of it is not read: a thousand windows share this process.
    const at = message.indexOf(numberStart) + numberStart.length;
    const seq = parseInt(message.slice(at, at + 16), 10);
    if (seq <= this.last) {
      this.repeated++;
      return;
    }
    this.lost += seq - this.last - 1;
    this.last = seq;
    this.#onEvent(seq);
  }
}
