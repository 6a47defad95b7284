/**
 * From packets to connections: who asked whom for which port, and what came
 * of it.
 *
 * A TCP connection begins with a SYN (or with the odd flags of a FIN, NULL or
 * Xmas probe) and is told as soon as its outcome is known:
 *
 * | then | outcome | handshake |
 * | --- | --- | --- |
 * | nobody listens there, as the host itself says | refused | no |
 * | RST or ICMP error from the other side | refused | no |
 * | SYN-ACK, and the source acknowledges our initial number | accepted | yes |
 * | SYN-ACK, then a bare RST of the source, or nothing for `halfOpenMs` | accepted | no |
 * | nothing for `halfOpenMs` | unanswered | no |
 *
 * Only the acknowledgement of a number that was sent to the source proves that
 * it receives what is sent to its address. A later segment may be the first
 * that we see, so it may be up to `windowBytes` beyond; who guesses blindly
 * hits with a chance of 2^-16.
 *
 * UDP is told as accepted at the first answer, refused at an ICMP error, else
 * unanswered after `datagramIdleMs`. Time is the packets' own.
 *
 * Bound: `openMax` half-open connections and as many UDP flows; when full, the
 * oldest is dropped untold (told as a failure, it could blame the innocent).
 * A capture that shows one direction only makes every connection look
 * unanswered.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Connection, ConnectionOutcome } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import { type PacketKind, type PacketReader, tcpFlags } from "./packet.ts";

/** What the table asks of its host. */
export interface ConnectionTableOptions {
  /**
   * Whether somebody listens on a TCP port of `destination`; `undefined` when
   * that is not known, as in a capture or for another host's port.
   */
  readonly isServed?: (
    port: number,
    destination: Address,
  ) => boolean | undefined;
}

/** Half-open TCP connections, and UDP flows, remembered at a time. */
export const openMax = 65_536;
/** A SYN is repeated after 1 s and 3 s (RFC 6298); then the answer is late. */
export const halfOpenMs = 5_000;
/** Conntrack's patience with an unanswered datagram. */
export const datagramIdleMs = 30_000;
const windowBytes = 65_535;
const lastWellKnownPort = 1_023;

interface Attempt {
  /** Of the first packet. */
  readonly atMs: number;
  readonly line: number | undefined;
  readonly source: Address;
  readonly destination: Address;
  readonly port: number;
  /** Sequence number of the first packet. */
  readonly sequence: number;
  /** `told` holds only for UDP flows, whose later packets mean nothing new. */
  state: "asked" | "answered" | "told";
  /** What the source must acknowledge: the other side's initial number + 1. */
  expected: number;
  /** Of the last packet of a UDP flow, of the first of a TCP connection. */
  lastMs: number;
}

/** Takes what was seen. */
export type ConnectionSink = (connection: Connection) => void;

/** The connections whose outcome is not known yet. */
export class ConnectionTable {
  /** Attempts dropped because the table was full. */
  dropped = 0;
  readonly #isServed: ConnectionTableOptions["isServed"];
  /** In the order of first packets. */
  readonly #tcp = new RecentMap<string, Attempt>(openMax);
  /** In the order of last packets. */
  readonly #udp = new RecentMap<string, Attempt>(openMax);
  #nowMs = -Infinity;

  constructor(options: ConnectionTableOptions = {}) {
    this.#isServed = options.isServed;
  }

  /**
   * Takes one packet.
   *
   * @param packet Holds the fields of the packet just read.
   * @param line Number of the packet, for people; left out of a live capture.
   */
  take(
    packet: PacketReader,
    kind: PacketKind,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    this.expire(atMs, tell);
    if (kind === "tcp") this.#takeTcp(packet, atMs, line, tell);
    else if (kind === "udp") this.#takeUdp(packet, atMs, line, tell);
    else if (kind === "unreachable") this.#takeError(packet, tell);
  }

  /** Tells what has waited too long at `nowMs`; for times without packets. */
  expire(nowMs: number, tell: ConnectionSink): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
    this.#tellOldest("tcp", this.#nowMs - halfOpenMs, tell);
    this.#tellOldest("udp", this.#nowMs - datagramIdleMs, tell);
  }

  /** The capture has ended: tells all that still waits. */
  end(tell: ConnectionSink): void {
    this.#tellOldest("tcp", Infinity, tell);
    this.#tellOldest("udp", Infinity, tell);
  }

  #takeTcp(
    packet: PacketReader,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    const { flags } = packet;
    const isSyn = (flags & tcpFlags.syn) !== 0;
    const isAck = (flags & tcpFlags.ack) !== 0;
    if (flags & tcpFlags.rst) return this.#takeReset(packet, isAck, tell);
    if (!isAck) return this.#ask(packet, atMs, line, tell);
    if (isSyn) {
      const attempt = this.#tcp.get(backwardKey(packet));
      if (attempt?.state !== "asked") return;
      attempt.state = "answered";
      attempt.expected = (packet.sequence + 1) >>> 0;
      return;
    }
    if (this.#tcp.size === 0) return;
    const key = forwardKey(packet);
    const attempt = this.#tcp.get(key);
    if (attempt && acknowledges(packet, attempt)) {
      this.#tcp.delete(key);
      tell(connectionOf("tcp", attempt, "accepted", true));
    }
  }

  /** A packet that asks for a connection, or probes for one. */
  #ask(
    packet: PacketReader,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    const key = forwardKey(packet);
    if (packet.isGroup || this.#tcp.has(key)) return;
    const attempt = attemptOf(packet, atMs, line);
    if (this.#isServed?.(attempt.port, attempt.destination) === false) {
      tell(connectionOf("tcp", attempt, "refused", false));
    } else if (this.#tcp.set(key, attempt)) this.dropped++;
  }

  #takeReset(packet: PacketReader, isAck: boolean, tell: ConnectionSink): void {
    if (this.#tcp.size === 0) return;
    const backward = backwardKey(packet);
    const answered = this.#tcp.get(backward);
    if (answered) {
      this.#tcp.delete(backward);
      const outcome = answered.state === "asked" ? "refused" : "accepted";
      tell(connectionOf("tcp", answered, outcome, false));
      return;
    }
    const forward = forwardKey(packet);
    const own = this.#tcp.get(forward);
    if (own?.state !== "answered") return;
    this.#tcp.delete(forward);
    const proved = isAck && acknowledges(packet, own);
    tell(connectionOf("tcp", own, "accepted", proved));
  }

  #takeUdp(
    packet: PacketReader,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    const forward = forwardKey(packet);
    const flow = this.#udp.get(forward);
    if (flow) return this.#refresh(forward, flow, atMs);
    const backward = backwardKey(packet);
    const asked = this.#udp.get(backward);
    if (asked) {
      if (asked.state === "asked") {
        asked.state = "told";
        tell(connectionOf("udp", asked, "accepted", false));
      }
      return this.#refresh(backward, asked, atMs);
    }
    // A service's port towards a high one is an answer whose question we missed.
    const isAnswer = packet.sourcePort <= lastWellKnownPort &&
      packet.destinationPort > lastWellKnownPort;
    if (packet.isGroup || isAnswer) return;
    const attempt = attemptOf(packet, atMs, line);
    if (this.#udp.set(forward, attempt)) this.dropped++;
  }

  /** Keeps the table in the order of last packets. */
  #refresh(key: string, flow: Attempt, atMs: number): void {
    flow.lastMs = atMs;
    this.#udp.use(key);
  }

  /** The packet's fields are those of the packet that did not get through. */
  #takeError(packet: PacketReader, tell: ConnectionSink): void {
    const { protocol } = packet;
    const table = protocol === "tcp" ? this.#tcp : this.#udp;
    const key = forwardKey(packet);
    const attempt = table.get(key);
    if (attempt?.state !== "asked") return;
    if (protocol === "tcp" && packet.sequence !== attempt.sequence) return;
    table.delete(key);
    tell(connectionOf(protocol, attempt, "refused", false));
  }

  /** Tells, and forgets, what has been silent since `silentMs`. */
  #tellOldest(
    protocol: Connection["protocol"],
    silentMs: number,
    tell: ConnectionSink,
  ): void {
    const table = protocol === "tcp" ? this.#tcp : this.#udp;
    for (
      let entry = table.oldest();
      entry !== undefined && entry.value.lastMs <= silentMs;
      entry = table.oldest()
    ) {
      const attempt = entry.value;
      table.delete(entry.key);
      if (attempt.state === "told") continue;
      const outcome = attempt.state === "asked" ? "unanswered" : "accepted";
      tell(connectionOf(protocol, attempt, outcome, false));
    }
  }
}

function acknowledges(packet: PacketReader, attempt: Attempt): boolean {
  if (attempt.state !== "answered") return false;
  return (packet.acknowledgement - attempt.expected) >>> 0 <= windowBytes;
}

function forwardKey(packet: PacketReader): string {
  return `${packet.source} ${packet.sourcePort} ${packet.destination} ${packet.destinationPort}`;
}

function backwardKey(packet: PacketReader): string {
  return `${packet.destination} ${packet.destinationPort} ${packet.source} ${packet.sourcePort}`;
}

function attemptOf(
  packet: PacketReader,
  atMs: number,
  line: number | undefined,
): Attempt {
  return {
    atMs,
    line,
    source: packet.source,
    destination: packet.destination,
    port: packet.destinationPort,
    sequence: packet.sequence,
    state: "asked",
    expected: 0,
    lastMs: atMs,
  };
}

function connectionOf(
  protocol: Connection["protocol"],
  attempt: Attempt,
  outcome: ConnectionOutcome,
  handshake: boolean,
): Connection {
  const { atMs, line, source, destination, port } = attempt;
  return {
    kind: "connection",
    atMs,
    protocol,
    source,
    destination,
    port,
    outcome,
    handshake,
    ...(line === undefined ? {} : { line }),
  };
}
