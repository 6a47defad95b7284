/**
 * Who asks whether a host is there: pings (ICMP echo, timestamp and mask
 * requests) and requests for a link address (ARP, Neighbor Discovery), told
 * as connections without a port. The answer makes them accepted, an ICMP
 * error refused, silence for `halfOpenMs` unanswered.
 *
 * A request for a link address goes to everybody, its answer to the asker
 * alone, so a bystander sees questions only. Who has been heard of (as the
 * sender of a request or an answer) is there, and a question about it counts
 * as answered.
 *
 * Bounds: `openMax` questions, the oldest dropped untold and counted;
 * `presentMax` hosts that are there, the one heard of longest ago forgotten.
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
import type { PacketKind, PacketReader } from "./packet.ts";

/** More than a link usually has hosts; our choice. */
export const presentMax = 4_096;

type Protocol = "icmp" | "arp";

/** Questions whose outcome is not known yet. */
export class HostInquiries {
  /** Questions dropped because there were too many. */
  dropped = 0;
  /** Both in the order of the questions. */
  readonly #asked: Readonly<Record<Protocol, RecentMap<string, Attempt>>> = {
    icmp: new RecentMap(openMax),
    arp: new RecentMap(openMax),
  };
  readonly #present = new RecentMap<Address, true>(presentMax);

  /** Takes a packet of any other kind than TCP and UDP. */
  take(
    packet: PacketReader,
    kind: PacketKind,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    switch (kind) {
      case "resolve":
        this.#present.set(packet.source, true);
        return this.#ask("arp", packet, atMs, line, tell);
      case "echo":
        return this.#ask("icmp", packet, atMs, line, tell);
      case "resolved":
        this.#present.set(packet.source, true);
        return this.#answer("arp", packet, tell);
      case "echo_reply":
        return this.#answer("icmp", packet, tell);
    }
  }

  /** An ICMP error about a ping, whose fields the packet holds. */
  takeError(packet: PacketReader, tell: ConnectionSink): void {
    this.#settle("icmp", packet.forwardKey, "refused", tell);
  }

  /** Tells what nobody answered until `nowMs`. */
  expire(nowMs: number, tell: ConnectionSink): void {
    for (const protocol of ["icmp", "arp"] as const) {
      const asked = this.#asked[protocol];
      for (
        let entry = asked.oldest();
        entry !== undefined && entry.value.atMs <= nowMs - halfOpenMs;
        entry = asked.oldest()
      ) this.#settle(protocol, entry.key, "unanswered", tell);
    }
  }

  #ask(
    protocol: Protocol,
    packet: PacketReader,
    atMs: number,
    line: number | undefined,
    tell: ConnectionSink,
  ): void {
    if (protocol === "icmp" && packet.isGroup) return;
    const asked = this.#asked[protocol];
    const key = packet.forwardKey;
    if (asked.has(key)) return;
    const attempt = { ...attemptOf(packet, atMs, line), port: 0 };
    if (protocol === "arp" && this.#present.has(packet.destination)) {
      return tell(connectionOf("arp", attempt, "accepted", false));
    }
    if (asked.set(key, attempt)) this.dropped++;
  }

  #answer(
    protocol: Protocol,
    packet: PacketReader,
    tell: ConnectionSink,
  ): void {
    this.#settle(protocol, packet.backwardKey, "accepted", tell);
  }

  #settle(
    protocol: Protocol,
    key: string,
    outcome: "accepted" | "refused" | "unanswered",
    tell: ConnectionSink,
  ): void {
    const attempt = this.#asked[protocol].get(key);
    if (attempt === undefined) return;
    this.#asked[protocol].delete(key);
    tell(connectionOf(protocol, attempt, outcome, false));
  }
}
