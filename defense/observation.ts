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
  readonly kind: "auth_failure";
  /** Wall clock milliseconds of the record itself. */
  readonly atMs: number;
  /** Service that refused: `sshd`, `pam`, … */
  readonly service: string;
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
  readonly kind: "auth_success";
  readonly atMs: number;
  readonly service: string;
  readonly source: Address;
  readonly user?: string;
  readonly line?: number;
}

/** How an attempt to connect ended. */
export type ConnectionOutcome = "accepted" | "refused" | "unanswered";

/** A first packet towards a service, with its outcome once that is known. */
export interface Connection {
  readonly kind: "connection";
  readonly atMs: number;
  readonly protocol: "tcp" | "udp";
  readonly source: Address;
  readonly destination: Address;
  readonly port: number;
  readonly outcome: ConnectionOutcome;
  /**
   * The source proved that it receives what we send: it acknowledged our
   * initial sequence number. Without it the source may be forged (E0).
   */
  readonly handshake: boolean;
  readonly line?: number;
}

/** Everything sensors can see so far. */
export type Observation = AuthFailure | AuthSuccess | Connection;
