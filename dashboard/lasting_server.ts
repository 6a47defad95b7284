/**
 * Goes on serving when a program may open no more files. `Deno.serve` then ends
 * with an error, and with it the program; what it takes is a thousand
 * connections from one stranger that never finish their headers (the usual
 * limit is 1,024 files), for it has no bound on connections or their time.
 *
 * Whoever is connected then is let go, the slow ones as well as the others, and
 * it begins anew on the same port; browsers come back by themselves. What has
 * become a WebSocket stays, and so does a connection that never began its TLS
 * handshake: Deno closes it only when its other end does. Deno 2.6 lets nobody
 * go at all. Who holds so many then holds up the port until he lets go, and it
 * answers again within a second; the program goes on.
 *
 * It goes on as well where it may not listen again, as a running agent may not
 * at its socket: the defence outlives its API, which then takes a restart.
 *
 * @module
 */

import type { Later } from "./web/request_body.ts";

/** Something that listens, as `Deno.serve` returns it. */
export interface Listening<Place> {
  /** What was bound: an address and port, a path. */
  readonly addr: Place;
  /** Rejects if it ended by itself. */
  readonly finished: Promise<void>;
}

/** Until files are closed that were open. Our choice. */
const againMs = 250;

/** Begins to listen, `again` where it did before; ends all with the signal. */
export type Listen<Place> = (
  again: Place | undefined,
  signal: AbortSignal,
) => Listening<Place>;

/** Listens for as long as it is wanted. */
export class LastingServer<Place> {
  readonly #listen: Listen<Place>;
  readonly #later: Later;
  /** Where it listens, now and after it began anew. */
  readonly addr: Place;
  #abort = new AbortController();
  #ended: Promise<void>;
  #cancelAgain: () => void = () => {};
  #stopped = false;

  /**
   * Listens from now on.
   *
   * @param listen Begins; what it binds at first is where it stays.
   * @throws What `listen` throws the first time.
   */
  constructor(listen: Listen<Place>, later: Later) {
    this.#listen = listen;
    this.#later = later;
    const server = listen(undefined, this.#abort.signal);
    this.addr = server.addr;
    this.#ended = this.#watch(server);
  }

  /** Ends open requests. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelAgain();
    this.#abort.abort();
    await this.#ended;
  }

  #watch({ finished }: Listening<Place>): Promise<void> {
    return finished.catch(() => {
      // The connections of before hold the files that are missing.
      this.#abort.abort();
      this.#again();
    });
  }

  #again(): void {
    if (this.#stopped) return;
    this.#cancelAgain = this.#later(againMs, () => {
      this.#abort = new AbortController();
      try {
        this.#ended = this.#watch(
          this.#listen(this.addr, this.#abort.signal),
        );
      } catch {
        // Still no file, the port is not free yet, or it is not permitted.
        this.#again();
      }
    });
  }
}
