/**
 * What a node asks of the world it runs in. The real one is built in `host/`,
 * the virtual one in `sims/world/`; the pure machines never see either, only
 * the driver does.
 *
 * @module
 */

/** Time, twice: a monotonic one for schedules, the wall's for expiry. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes backwards. */
  nowMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump either way. */
  wallMs(): number;
  /** Runs `wake` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, wake: () => void): () => void;
  /**
   * Holds everything up until `atMs`, a few milliseconds at most, and is more
   * exact than a timer. Absent where timers are exact, as on a virtual clock.
   */
  holdUntil?(atMs: number): void;
}

/** Unpredictable bytes on a real host, seeded ones in a simulation. */
export interface Random {
  /** Fills `bytes` in place. */
  fill(bytes: Uint8Array): void;
}

/** Number that names one connection of this node for as long as it lives. */
export type LinkId = number;

/** How to reach a peer's port and be let in through its gate. */
export interface DialRequest {
  /** Chosen by the caller: 1, 2, …; accepted links are numbered apart. */
  readonly link: LinkId;
  /** `host:port`, IPv6 in brackets. */
  readonly address: string;
  /** The peer's TLS certificate, DER; nothing else is trusted for this dial. */
  readonly certificate: Uint8Array;
  /** 32-byte gate token, see `gate.ts`. */
  readonly token: Uint8Array;
}

/** Connections that carry cells of exactly `cellBytes`. */
export interface Transport {
  /** Starts a connection; the outcome arrives as a {@linkcode TransportEvent}. */
  dial(request: DialRequest): void;
  /** Sends one cell; silently dropped if the link is gone. */
  send(link: LinkId, cell: Uint8Array): void;
  /** Ends a connection. A `closed` event follows. */
  close(link: LinkId): void;
}

/** What happens on connections. Links the peer dialled begin with `accepted`. */
export type TransportEvent =
  | { readonly type: "connected"; readonly link: LinkId }
  | {
    readonly type: "accepted";
    readonly link: LinkId;
    /** The token that the gate has already let through. */
    readonly token: Uint8Array;
  }
  | {
    readonly type: "cell";
    readonly link: LinkId;
    readonly cell: Uint8Array;
  }
  | {
    readonly type: "closed";
    readonly link: LinkId;
    /** For the operator's log; empty when the peer just went away. */
    readonly reason: string;
  };
