/**
 * From packets to connections: who asked whom for which port, and what came
 * of it.
 *
 * A TCP connection begins with a SYN (or with the flags of a probe; see
 * `stray_probes.ts` for those with an ACK) and is told as soon as its outcome
 * is known:
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
 * unanswered after `datagramIdleMs`. Pings and address resolution are in
 * `host_inquiries.ts`. Time is the packets' own.
 *
 * As long as no answer at all was seen, the capture may show one direction
 * only; then a SYN whose source goes on with an ACK was accepted.
 *
 * Bound: `openMax` half-open connections and as many UDP flows; when full, the
 * oldest is dropped untold (told as a failure, it could blame the innocent)
 * and counted.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { Probe } from "../observation.ts";
import { RecentMap } from "../recent_map.ts";
import {
  type Attempt,
  attemptOf,
  connectionOf,
  type ConnectionSink,
  halfOpenMs,
  openMax,
} from "./connection_attempt.ts";
import { HostInquiries } from "./host_inquiries.ts";
import { type PacketKind, type PacketReader, tcpFlags } from "./packet.ts";
import { StrayProbes } from "./stray_probes.ts";

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

/** Conntrack's patience with an unanswered datagram. */
export const datagramIdleMs = 30_000;
const windowBytes = 65_535;
const lastWellKnownPort = 1_023;

/** The connections whose outcome is not known yet. */
export class ConnectionTable {
  #dropped = 0;
  /** Whether anybody ever answered a SYN: both directions are captured. */
  #answersSeen = false;
  readonly #isServed: ConnectionTableOptions["isServed"];
  /** In the order of first packets. */
  readonly #tcp = new RecentMap<string, Attempt>(openMax);
  /** In the order of last packets. */
  readonly #udp = new RecentMap<string, Attempt>(openMax);
  readonly #strays: StrayProbes;
  readonly #inquiries = new HostInquiries();
  #nowMs = -Infinity;

  constructor(options: ConnectionTableOptions = {}) {
    this.#isServed = options.isServed;
    this.#strays = new StrayProbes(options.isServed);
  }

  /** Attempts that were not followed to their end because a table was full. */
  get dropped(): number {
    return this.#dropped + this.#strays.dropped + this.#inquiries.dropped;
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
    else this.#inquiries.take(packet, kind, atMs, line, tell);
  }

  /** Tells what has waited too long at `nowMs`; for times without packets. */
  expire(nowMs: number, tell: ConnectionSink): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
    this.#tellOldest("tcp", this.#nowMs - halfOpenMs, tell);
    this.#tellOldest("udp", this.#nowMs - datagramIdleMs, tell);
    this.#strays.expire(this.#nowMs, tell);
    this.#inquiries.expire(this.#nowMs, tell);
  }

  /** The capture has ended: tells all that still waits. */
  end(tell: ConnectionSink): void {
    this.#tellOldest("tcp", Infinity, tell);
    this.#tellOldest("udp", Infinity, tell);
    this.#inquiries.expire(Infinity, tell);
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
      this.#answersSeen = true;
      const attempt = this.#tcp.get(packet.backwardKey);
      if (attempt?.state !== "asked") return this.#strays.known(packet);
      attempt.state = "answered";
      attempt.expected = (packet.sequence + 1) >>> 0;
      return;
    }
    const key = packet.forwardKey;
    const attempt = this.#tcp.get(key);
    if (attempt === undefined) {
      if (this.#tcp.has(packet.backwardKey)) return;
      return this.#strays.take(packet, atMs, line);
    }
    const proved = acknowledges(packet, attempt);
    if (proved || attempt.state === "asked" && !this.#answersSeen) {
      this.#tcp.delete(key);
      this.#strays.known(packet);
      const payload = proved && hasSent(packet, attempt);
      tell(connectionOf("tcp", attempt, "accepted", proved, payload));
    }
  }

  /** A packet that asks for a connection, or probes for one. */
  #ask(
    packet: PacketReader,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    if (packet.isGroup || this.#tcp.has(packet.forwardKey)) return;
    const attempt = attemptOf(packet, atMs, line, probeOf(packet));
    if (this.#isServed?.(attempt.port, attempt.destination) === false) {
      tell(connectionOf("tcp", attempt, "refused", false));
    } else if (this.#tcp.set(attempt.key, attempt)) this.#dropped++;
  }

  #takeReset(packet: PacketReader, isAck: boolean, tell: ConnectionSink): void {
    const backward = packet.backwardKey;
    const answered = this.#tcp.get(backward);
    if (answered) {
      this.#answersSeen = true;
      this.#tcp.delete(backward);
      const outcome = answered.state === "asked" ? "refused" : "accepted";
      tell(connectionOf("tcp", answered, outcome, false));
      return;
    }
    const forward = packet.forwardKey;
    const own = this.#tcp.get(forward);
    if (own === undefined) return this.#strays.takeReset(packet, isAck, tell);
    if (own.state !== "answered") return;
    this.#tcp.delete(forward);
    const proved = isAck && acknowledges(packet, own);
    const payload = proved && hasSent(packet, own);
    tell(connectionOf("tcp", own, "accepted", proved, payload));
  }

  #takeUdp(
    packet: PacketReader,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    const forward = packet.forwardKey;
    const flow = this.#udp.get(forward);
    if (flow) return this.#refresh(forward, flow, atMs);
    const backward = packet.backwardKey;
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
    if (this.#udp.set(forward, attempt)) this.#dropped++;
  }

  /** Keeps the table in the order of last packets. */
  #refresh(key: string, flow: Attempt, atMs: number): void {
    flow.lastMs = atMs;
    this.#udp.use(key);
  }

  /** The packet's fields are those of the packet that did not get through. */
  #takeError(packet: PacketReader, tell: ConnectionSink): void {
    const { protocol } = packet;
    if (protocol === "icmp") return this.#inquiries.takeError(packet, tell);
    if (protocol === "arp") return;
    const table = protocol === "tcp" ? this.#tcp : this.#udp;
    const key = packet.forwardKey;
    const attempt = table.get(key);
    if (attempt?.state !== "asked") return;
    if (protocol === "tcp" && packet.sequence !== attempt.sequence) return;
    table.delete(key);
    tell(connectionOf(protocol, attempt, "refused", false));
  }

  /** Tells, and forgets, what has been silent since `silentMs`. */
  #tellOldest(
    protocol: "tcp" | "udp",
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
      if (attempt.state === "answered") this.#strays.knownAs(attempt);
      const outcome = attempt.state === "asked" ? "unanswered" : "accepted";
      tell(connectionOf(protocol, attempt, outcome, false));
    }
  }
}

function acknowledges(packet: PacketReader, attempt: Attempt): boolean {
  if (attempt.state !== "answered") return false;
  return (packet.acknowledgement - attempt.expected) >>> 0 <= windowBytes;
}

/** Whether the source's numbers have gone beyond its SYN. */
function hasSent(packet: PacketReader, attempt: Attempt): boolean {
  const sent = (packet.sequence - attempt.sequence - 1) >>> 0;
  return packet.payloadEnd > packet.payloadStart ||
    sent > 0 && sent < 2 ** 31;
}

/** What flags without SYN and ACK probe for; `undefined` for an ordinary SYN. */
function probeOf({ flags, isTinyFragment }: PacketReader): Probe | undefined {
  if (isTinyFragment) return "fragment";
  if (flags & tcpFlags.syn) return undefined;
  if (flags === 0) return "null";
  return flags === tcpFlags.fin ? "fin" : "xmas";
}
