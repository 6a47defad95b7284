/**
 * When a link counts as dead, and when to dial again.
 *
 * Cells come at a constant rate, so a missing one is a sign of life that did
 * not come; no extra probes are needed (design §5).
 *
 * @module
 */

/** Silence allowed, in periods of the sender: slots jitter by up to T/2. */
const silentPeriodsMax = 4;
/**
 * Silence always allowed. Our choice: one lost segment stalls a TCP stream for
 * 0.2 to 1 s and a second loss doubles that (RFC 6298), so at T = 0.25 s four
 * periods would cut links that are merely lossy.
 */
const silentFloorMs = 3_000;
/**
 * Before a link is open, beyond the allowed silence. Our choice: the time to
 * connect and of a busy host, and more than one slot of the slowest profile,
 * since the peer has not said its pace yet.
 */
const handshakeExtraMs = 10_000;
/**
 * From the dial to the first authentic cell. Our choice: at most seven cells
 * (`handshakeCellsMax`) and two slots of waiting at 5 s, the slowest profile,
 * and the time to connect.
 */
const openMsMax = 60_000;

/**
 * From the dial to the connection. Our choice: TCP, TLS and the upgrade take
 * four round trips; a second lost SYN is sent again after 3 s (RFC 6298).
 */
export const connectWithinMs = 8_000;

/** Shortest and longest wait before a new dial. */
export const redialFirstMs = 1_000;
/**
 * See {@linkcode redialFirstMs}. Our choice: so short that on `lan` the halves
 * of a healed partition are linked and repaired within 70 slots, 17.5 s.
 */
export const redialMaxMs = 10_000;

/** How long a peer with period `periodMs` may be silent. */
export function silenceMaxMs(periodMs: number): number {
  return Math.max(silentPeriodsMax * periodMs, silentFloorMs);
}

/** How long a link that is not open may be without any cell, or a dial take. */
export function openWithinMs(periodMs: number): number {
  return silenceMaxMs(periodMs) + handshakeExtraMs;
}

/**
 * Until when a link must have opened, on the clock of its arguments.
 *
 * @param startedMs When it was dialled or accepted.
 * @param lastCellMs When the last cell came, a filler or a piece; the start
 * before that.
 */
export function openByMs(
  startedMs: number,
  lastCellMs: number,
  periodMs: number,
): number {
  return Math.min(startedMs + openMsMax, lastCellMs + openWithinMs(periodMs));
}

/** The waits before one peer is dialled again: 1 s doubling to 10 s, of which half is drawn. */
export class Backoff {
  #failures = 0;

  /** Dials that failed since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * A dial failed, or a link broke.
   *
   * @param uniform A draw from [0, 1), so that peers do not dial in step.
   * @returns Milliseconds to wait.
   */
  failed(uniform: number): number {
    const doubled = redialFirstMs * 2 ** Math.min(this.#failures, 16);
    this.#failures++;
    return Math.min(redialMaxMs, doubled) * (0.5 + uniform / 2);
  }

  /** A link opened and lived for a while. */
  succeeded(): void {
    this.#failures = 0;
  }
}
