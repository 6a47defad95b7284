/**
 * A first packet that waits for its outcome, as the tables of the packet
 * sensor keep it.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Connection, ConnectionOutcome, Probe } from "../observation.ts";
import type { PacketReader } from "./packet.ts";

/** Entries of each table of the packet sensor at a time. */
export const openMax = 65_536;
/** A SYN is repeated after 1 s and 3 s (RFC 6298); then the answer is late. */
export const halfOpenMs = 5_000;

/** Takes what was seen. */
export type ConnectionSink = (connection: Connection) => void;

/** Something that was asked, and waits for its outcome. */
export interface Attempt {
  /** The two ends, the source first; see `PacketReader`. */
  readonly key: string;
  /** Of the first packet. */
  readonly atMs: number;
  readonly line: number | undefined;
  readonly source: Address;
  readonly sourcePort: number;
  readonly destination: Address;
  readonly port: number;
  /** Sequence number of the first packet. */
  readonly sequence: number;
  /** What kind of probe, unless it was an ordinary first packet. */
  readonly probe: Probe | undefined;
  /** `told` holds only for UDP flows, whose later packets mean nothing new. */
  state: "asked" | "answered" | "told";
  /** What the source must acknowledge: the other side's initial number + 1. */
  expected: number;
  /** Of the last packet of a UDP flow, of the first of a TCP connection. */
  lastMs: number;
}

/** An attempt as it begins. */
export function attemptOf(
  packet: PacketReader,
  atMs: number,
  line: number | undefined,
  probe?: Probe,
): Attempt {
  return {
    key: packet.forwardKey,
    atMs,
    line,
    source: packet.source,
    sourcePort: packet.sourcePort,
    destination: packet.destination,
    port: packet.destinationPort,
    sequence: packet.sequence,
    probe,
    state: "asked",
    expected: 0,
    lastMs: atMs,
  };
}

/**
 * An attempt as it is told.
 *
 * @param payload Whether the source is known to have sent data.
 */
export function connectionOf(
  protocol: Connection["protocol"],
  attempt: Attempt,
  outcome: ConnectionOutcome,
  handshake: boolean,
  payload = false,
): Connection {
  const { atMs, line, source, destination, port, probe } = attempt;
  return {
    kind: "connection",
    atMs,
    protocol,
    source,
    destination,
    port,
    ...(probe === undefined ? {} : { probe }),
    outcome,
    handshake,
    ...(payload ? { payload } : {}),
    ...(line === undefined ? {} : { line }),
  };
}
