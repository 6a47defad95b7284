/**
 * What a sensor saw: one fact about one moment, before anybody judges it.
 * Detectors read observations and nothing else, so a live host, a replayed
 * file and a simulation all feed them the same way.
 *
 * @module
 */
import type { Address } from "./address.ts";

/** A login that was refused. */
export interface AuthFailure {
  /** Tells the kinds of observation apart. */
  readonly kind: "auth_failure";
  /** Wall clock milliseconds of the record itself. */
  readonly atMs: number;
  /** Service that refused: `sshd`, `pam`, … */
  readonly service: string;
  /** Who tried to log in. */
  readonly source: Address;
  /** Absent where the record does not say; never trusted as more than text. */
  readonly user?: string;
  /** The record itself says that this account does not exist. */
  readonly unknownUser?: boolean;
  /** 1-based line or packet number in a replayed file. */
  readonly line?: number;
}

/** A login that was accepted. */
export interface AuthSuccess {
  /** Tells the kinds of observation apart. */
  readonly kind: "auth_success";
  /** Wall clock milliseconds of the record itself. */
  readonly atMs: number;
  /** Service that accepted. */
  readonly service: string;
  /** Who logged in. */
  readonly source: Address;
  /** Absent where the record does not say. */
  readonly user?: string;
  /** 1-based line or packet number in a replayed file. */
  readonly line?: number;
}

/** How an attempt to connect ended. */
export type ConnectionOutcome = "accepted" | "refused" | "unanswered";

/** A first packet towards a service, with its outcome once that is known. */
export interface Connection {
  /** Tells the kinds of observation apart. */
  readonly kind: "connection";
  /** Wall clock milliseconds of the first packet. */
  readonly atMs: number;
  /** What the packet was carried by. */
  readonly protocol: "tcp" | "udp";
  /** Who asked. */
  readonly source: Address;
  /** Who was asked. */
  readonly destination: Address;
  /** Port that was asked for. */
  readonly port: number;
  /** What came of it. */
  readonly outcome: ConnectionOutcome;
  /**
   * The source proved that it receives what we send: it acknowledged our
   * initial sequence number. Without it the source may be forged (E0).
   */
  readonly handshake: boolean;
  /** 1-based packet number in a replayed file. */
  readonly line?: number;
}

/** Everything sensors can see so far. */
export type Observation = AuthFailure | AuthSuccess | Connection;
