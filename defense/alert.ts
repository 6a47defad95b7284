/**
 * What a detector concluded: a subject did something that has a name.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Measure } from "./lease.ts";
import type { Service } from "./service.ts";

/**
 * How far the evidence reaches (design §6). `E0` may be forged by anyone who
 * can send a packet or a log line; `E1` needed a completed handshake with the
 * subject; `E2` is a decoy touched over a completed handshake.
 */
export type EvidenceClass = "E0" | "E1" | "E2";

/** The party an alert is about. */
export interface Subject {
  /** Where it comes from. */
  readonly address: Address;
}

/** One conclusion about one subject. */
export interface Alert {
  /** Wall clock milliseconds of the observation that crossed the threshold. */
  readonly atMs: number;
  /** MITRE ATT&CK technique, `T1046` or `T1110.001`. */
  readonly technique: string;
  /** Name of the scenario that fired. */
  readonly scenario: string;
  /** Who did it. */
  readonly subject: Subject;
  /** The one service that it was done to, as sensors call it: `sshd`, … */
  readonly serviceName?: string;
  /** Where this host offers that service, if at one port only. */
  readonly service?: Service;
  /** How far the evidence reaches. */
  readonly evidence: EvidenceClass;
  /** Natural log of the likelihood ratio attack : benign, or the scenario's fixed score. */
  readonly score: number;
  /** Observations that led here. */
  readonly observations: number;
  /** Local measure the scenario asks for. */
  readonly measure: Measure | "none";
  /** Plain words, for people only: never parsed, never sent to peers. */
  readonly summary: string;
}
