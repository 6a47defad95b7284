/**
 * A claim as the journal keeps it, told or heard.
 *
 * @module
 */
import type { Claim } from "./corroboration/evidence.ts";
import type { JournalEntry } from "./world.ts";

/** What an entry `claim` says besides subject and node. */
export function claimDetail(claim: Claim): JournalEntry["detail"] {
  return {
    technique: claim.technique,
    scenario: claim.scenario,
    evidence: claim.evidence,
    score: claim.score,
    observations: claim.observations,
    observedMs: claim.atMs,
  };
}
