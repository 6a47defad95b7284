/**
 * Probes that look like the middle of a connection: a bare ACK (ACK scan) or
 * FIN+ACK (Maimon's scan), without payload. Real ones belong to connections,
 * of which more is seen: before, a handshake or data; after, whatever comes
 * next in either direction. So such a packet is a probe only if it is all that
 * is ever seen of its two ends but an RST in answer:
 *
 * | then | told as |
 * | --- | --- |
 * | RST from the other side | refused |
 * | nothing for `halfOpenMs` | unanswered |
 * | anything else | nothing, and the ends are known from now on |
 *
 * A packet from a well-known port to a high one, or to one from which programs
 * ask, is taken for a late farewell of a service. What still waits when a capture ends says nothing.
 *
 * A live capture does not show bare ACKs (`packet_capture.ts`), only our own
 * RST: one without ACK, as RFC 9293 (§3.5.2) has it sent in answer to a packet
 * with ACK, from a port that is not served.
 *
 * Bounds: `openMax` probes, dropped untold and counted; `openMax` pairs of
 * known ends, the one unused for longest then unknown again.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";
import {
  type Attempt,
  attemptOf,
  connectionOf,
  type ConnectionSink,
  halfOpenMs,
  openMax,
} from "./connection_attempt.ts";
import { type PacketReader, tcpFlags } from "./packet.ts";

const lastWellKnownPort = 1_023;
/** Linux asks from this port on (`ip_local_port_range`). */
const firstEphemeralPort = 32_768;

/** Packets of which nothing else is known yet. */
export class StrayProbes {
  /** Probes dropped because there were too many. */
  dropped = 0;
  readonly #isServed:
    | ((port: number, destination: Address) => boolean | undefined)
    | undefined;
  /** In the order of their times. */
  readonly #asked = new RecentMap<string, Attempt>(openMax);
  readonly #known = new RecentMap<string, true>(openMax);
  #nowMs = 0;

  constructor(
    isServed?: (port: number, destination: Address) => boolean | undefined,
  ) {
    this.#isServed = isServed;
  }

  /** The packet's ends have a connection. */
  known(packet: PacketReader): void {
    const ends = endsOf(packet);
    this.#asked.delete(ends);
    this.#known.set(ends, true);
  }

  /** So have the ends of `attempt`. */
  knownAs(attempt: Attempt): void {
    this.#known.set(endsOfAttempt(attempt), true);
  }

  /** Takes a packet with ACK, without SYN and RST, of no attempt. */
  take(packet: PacketReader, atMs: number, line: number | undefined): void {
    const ends = endsOf(packet);
    if (this.#known.use(ends)) return;
    const { flags, sourcePort, destinationPort } = packet;
    const carriesNothing = packet.payloadStart === packet.payloadEnd &&
      (flags & (tcpFlags.psh | tcpFlags.urg)) === 0;
    const isFarewell = destinationPort >= firstEphemeralPort ||
      sourcePort <= lastWellKnownPort && destinationPort > lastWellKnownPort;
    if (this.#asked.delete(ends) || !carriesNothing || isFarewell) {
      this.#known.set(ends, true);
      return;
    }
    if (packet.isGroup) return;
    const probe = flags & tcpFlags.fin ? "maimon" : "ack";
    const attempt = attemptOf(packet, atMs, line, probe);
    if (this.#asked.set(ends, attempt)) this.dropped++;
  }

  /** Takes an RST of no attempt. */
  takeReset(packet: PacketReader, isAck: boolean, tell: ConnectionSink): void {
    const ends = endsOf(packet);
    const attempt = this.#asked.get(ends);
    if (attempt !== undefined) {
      this.#asked.delete(ends);
      const isAnswer = attempt.port === packet.sourcePort &&
        attempt.source === packet.destination;
      if (isAnswer) tell(connectionOf("tcp", attempt, "refused", false));
      else this.#known.set(ends, true);
      return;
    }
    const { source, sourcePort, destination } = packet;
    if (isAck || this.#isServed?.(sourcePort, source) !== false) return;
    if (this.#known.has(ends)) return;
    tell({
      kind: "connection",
      atMs: this.#nowMs,
      protocol: "tcp",
      source: destination,
      destination: source,
      port: sourcePort,
      probe: "ack",
      outcome: "refused",
      handshake: false,
    });
  }

  /** Tells what nobody answered until `nowMs`. */
  expire(nowMs: number, tell: ConnectionSink): void {
    this.#nowMs = nowMs;
    for (
      let entry = this.#asked.oldest();
      entry !== undefined && entry.value.atMs <= nowMs - halfOpenMs;
      entry = this.#asked.oldest()
    ) {
      this.#asked.delete(entry.key);
      tell(connectionOf("tcp", entry.value, "unanswered", false));
    }
  }
}

/** The two ends, the same for both directions. */
function endsOf(packet: PacketReader): string {
  const { sourcePort, destinationPort } = packet;
  if (sourcePort < destinationPort) return packet.forwardKey;
  if (sourcePort > destinationPort) return packet.backwardKey;
  const { forwardKey, backwardKey } = packet;
  return forwardKey < backwardKey ? forwardKey : backwardKey;
}

function endsOfAttempt({ key, sourcePort, port }: Attempt): string {
  if (sourcePort < port) return key;
  const half = key.length / 2;
  const backward = key.slice(half) + key.slice(0, half);
  return sourcePort > port || backward < key ? backward : key;
}
