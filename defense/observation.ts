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
  /** Machine that was asked, as the record names it; absent: this host. */
  readonly target?: string;
  /** Absent where the record does not say; never trusted as more than text. */
  readonly user?: string;
  /** The record itself says that this account does not exist. */
  readonly unknownUser?: boolean;
  /** `false` where the service answers over UDP: the source may be forged. */
  readonly handshake?: boolean;
  /**
   * What was refused, if the record says that it was no password: `none` if the
   * peer left before any verdict, as a client does whose keys were all refused.
   */
  readonly method?: "publickey" | "none";
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
  /** Machine that was asked, as the record names it; absent: this host. */
  readonly target?: string;
  /** Absent where the record does not say. */
  readonly user?: string;
  /** 1-based line or packet number in a replayed file. */
  readonly line?: number;
}

/** How an attempt to connect ended. */
export type ConnectionOutcome = "accepted" | "refused" | "unanswered";

/**
 * A first packet that no connection begins with: its flags, or a fragment too
 * short to show them.
 */
export type Probe = "fin" | "null" | "xmas" | "maimon" | "ack" | "fragment";

/** A first packet towards a service, with its outcome once that is known. */
export interface Connection {
  /** Tells the kinds of observation apart. */
  readonly kind: "connection";
  /** Wall clock milliseconds of the first packet. */
  readonly atMs: number;
  /**
   * What the packet was carried by; `icmp` and `arp` ask whether a host is
   * there, `arp` stands for IPv6 Neighbor Discovery too.
   */
  readonly protocol: "tcp" | "udp" | "icmp" | "arp";
  /** Who asked. */
  readonly source: Address;
  /** Who was asked. */
  readonly destination: Address;
  /** Port that was asked for; 0 where the protocol has none. */
  readonly port: number;
  /** Absent for an ordinary first packet. */
  readonly probe?: Probe;
  /** What came of it. */
  readonly outcome: ConnectionOutcome;
  /**
   * The source proved that it receives what we send: it acknowledged our
   * initial sequence number. Without it the source may be forged (E0).
   */
  readonly handshake: boolean;
  /**
   * The source had sent data when its handshake showed, as clients do and
   * connect scanners do not. Absent where that is not known.
   */
  readonly payload?: true;
  /** Program of the source that opened it, where that is known. */
  readonly process?: string;
  /** 1-based packet number in a replayed file. */
  readonly line?: number;
}

/** A request that a web server answered. */
export interface WebRequest {
  /** Tells the kinds of observation apart. */
  readonly kind: "web_request";
  /** Wall clock milliseconds of the record itself. */
  readonly atMs: number;
  /** Server that answered: `nginx`, `apache`, … */
  readonly service: string;
  /** Who asked. */
  readonly source: Address;
  /** `GET`, …; empty where the request was no HTTP. */
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  /** Status code of the answer. */
  readonly status: number;
  /** What the client calls itself. */
  readonly agent?: string;
  /** Account that the request named (HTTP authentication), right or wrong. */
  readonly user?: string;
  /** 1-based line in a replayed file. */
  readonly line?: number;
}

/** Something that only an intruder would touch, because nobody uses it. */
export interface DecoyTouch {
  /** Tells the kinds of observation apart. */
  readonly kind: "decoy_touch";
  /** Wall clock milliseconds of the touch. */
  readonly atMs: number;
  /** Decoy service or kind of honeytoken: `ssh`, `redis`, `canary_url`, … */
  readonly service: string;
  /** Who touched it. */
  readonly source: Address;
  /** Port of a decoy service. */
  readonly port?: number;
  /** Account that was tried. */
  readonly user?: string;
  /** The source proved that it receives what we send. */
  readonly handshake: boolean;
  /** 1-based line or packet number in a replayed file. */
  readonly line?: number;
}

/**
 * One machine had another do something: a remote procedure, a share, a
 * session of remote administration. What was answered is not told.
 */
export interface RemoteCall {
  /** Tells the kinds of observation apart. */
  readonly kind: "remote_call";
  /** Wall clock milliseconds of the record or packet. */
  readonly atMs: number;
  /** Interface or protocol: `svcctl`, `samr`, `wmi`, `winrm`, `rdp`, `smb`, … */
  readonly service: string;
  /** Operation as its document names it, without `R` or `IDL_`: `CreateServiceW`, … */
  readonly operation: string;
  /** Who asked. */
  readonly source: Address;
  /** Who was asked, where its address is known. */
  readonly destination?: Address;
  /** Who was asked, as the record names it; absent: see `destination`. */
  readonly target?: string;
  /** Account in whose name; never trusted as more than text. */
  readonly user?: string;
  /** 1-based line or packet number in a replayed file. */
  readonly line?: number;
}

/** Everything sensors can see so far. */
export type Observation =
  | AuthFailure
  | AuthSuccess
  | Connection
  | WebRequest
  | DecoyTouch
  | RemoteCall;

/** Tells the kinds apart. */
export const observationKinds = [
  "auth_failure",
  "auth_success",
  "connection",
  "web_request",
  "decoy_touch",
  "remote_call",
] as const satisfies readonly Observation["kind"][];
