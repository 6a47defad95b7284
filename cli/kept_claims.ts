/**
 * What members have told lately, from the journal: they tell it again to an
 * agent that starts, which must not write it down, and alert people, twice.
 *
 * Bound: {@linkcode claimsMax}, the newest.
 *
 * @module
 */
import {
  freshMs,
  type JournalReader,
  type KeptClaim,
  readAddress,
} from "../defense/mod.ts";
import type { NodeId } from "../mesh/mod.ts";

/** Our choice: a page of the journal. */
const claimsMax = 1_000;

/** Reads those that may still be told: a signer's clock may run ahead. */
export function keptClaims(
  journal: Pick<JournalReader, "read">,
  wallMs: number,
): KeptClaim[] {
  const { entries } = journal.read({
    stage: "claimed",
    what: "claim",
    sinceMs: wallMs - 2 * freshMs,
    limit: claimsMax,
  });
  return entries.flatMap(({ node, subject: text, detail }): KeptClaim[] => {
    const { technique, observedMs } = detail;
    const subject = readAddress(text);
    return node !== "" && subject !== undefined &&
        typeof technique === "string" && typeof observedMs === "number"
      ? [{ node: node as NodeId, subject, technique, observedMs }]
      : [];
  });
}
