/**
 * What the way from one host to another does to the bytes on it, in one
 * direction. Connections are TCP: nothing overtakes within one, and what is
 * lost comes later, not never, unless the loss goes on for so long that the
 * connection dies.
 *
 * Retransmission follows RFC 6298 as Linux has it: the first after 200 ms,
 * each further one after twice the wait, until `retriesMax` have failed.
 *
 * @module
 */

/** How long a cell travels: `baseMs + Exp(jitterMs)`. */
export interface Delay {
  readonly baseMs: number;
  readonly jitterMs: number;
}

/** A switched office network: a tenth of a millisecond, rarely more. */
export const officeDelay: Delay = { baseMs: 0.1, jitterMs: 0.05 };

/** One direction between two hosts. */
export interface Weather {
  readonly delay: Delay;
  /** Share of segments lost, retransmitted ones included; 0 to 1. */
  readonly lossShare: number;
  /** What is lost is gone, as no TCP would have it: the hard mode. */
  readonly losesForGood: boolean;
  /** Bytes per second that fit; Infinity for more than anybody sends. */
  readonly bytesPerSecond: number;
  /** Bytes that wait for the wire; what finds it full is lost. */
  readonly queueBytesMax: number;
}

/** Nothing but delay. */
export function fairWeather(delay: Delay): Weather {
  return {
    delay,
    lossShare: 0,
    losesForGood: false,
    bytesPerSecond: Infinity,
    queueBytesMax: 65_536,
  };
}

/** Linux: TCP_RTO_MIN. */
export const retransmitFirstMs = 200;
/** Linux: TCP_RTO_MAX is 120 s; nobody waits that long here, see below. */
export const retransmitMaxMs = 120_000;
/** Linux: net.ipv4.tcp_retries2 = 15, about 15 minutes. */
export const retriesMax = 15;
/** A cell in a TLS record in a TCP segment (design §12), with its IP header. */
export const wireBytes = 582;
/** Bytes a sender's kernel holds for one connection; our choice, as small as Linux begins. */
export const sendBufferCells = 64;
