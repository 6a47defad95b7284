/**
 * What a claim is worth away from the host that saw it: which evidence is a
 * vote, how long it stays fresh, and how much it may move a detector.
 *
 * Design §6 (classes of evidence) and §7. How many votes are enough is
 * `quorum.ts`; who has voted is `votes.ts`.
 *
 * @module
 */
import type { Address } from "../address.ts";
import type { EvidenceClass } from "../alert.ts";
import { type Measure, measures } from "../lease.ts";

/** One node's word about one subject. */
export interface Claim<Node extends string = string> {
  /** Who signed it. */
  readonly node: Node;
  readonly subject: Address;
  /** MITRE ATT&CK technique. */
  readonly technique: string;
  readonly scenario: string;
  readonly evidence: EvidenceClass;
  /** Nats, as the detector of the signer gave it. */
  readonly score: number;
  readonly observations: number;
  /** Wall clock milliseconds of the observation, by the signer's clock. */
  readonly atMs: number;
}

/** A claim counts for 10 minutes after its observation: design §7. */
export const freshMs = 600_000;

/**
 * How far a signer's clock may run ahead of ours. Our choice: hosts without
 * NTP drift by seconds a day, and 2 min more life for a claim harms nobody.
 */
export const aheadMsMax = 120_000;

/** Whether a claim of that time may be counted now. */
export type Freshness = "fresh" | "stale" | "future";

/** Judges the time a claim carries against our own clock. */
export function freshnessOf(atMs: number, wallMs: number): Freshness {
  if (wallMs - atMs > freshMs) return "stale";
  return atMs - wallMs > aheadMsMax ? "future" : "fresh";
}

/** Votes rest on a completed handshake: `E0` could be forged by a stranger. */
export function isVote(evidence: EvidenceClass): boolean {
  return evidence !== "E0";
}

/** 0 for the weakest class, so that classes can be compared. */
export function rankOf(evidence: EvidenceClass): 0 | 1 | 2 {
  return evidence === "E0" ? 0 : evidence === "E1" ? 1 : 2;
}

/** 0 for the mildest measure, so that measures can be compared. */
export function forceOf(measure: Measure): number {
  return measures.indexOf(measure);
}

/** What one voter adds to a detector's log likelihood ratio: design §7. */
export const natsPerVoter: number = Math.log(4);

/** What all voters together may add, in nats: design §7, words never block. */
export const hintNatsMax = 2 * natsPerVoter;

/** The head start, in nats, that detectors here give a subject with so many voters. */
export function hintNats(voters: number): number {
  return Math.min(voters * natsPerVoter, hintNatsMax);
}
