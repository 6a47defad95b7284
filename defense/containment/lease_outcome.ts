/**
 * What came of a lease: what the warden judged, and what the firewall said.
 *
 * @module
 */
import type { Lease } from "../lease.ts";
import type { LeaseOutcome } from "../world.ts";
import type { Judgement } from "./warden.ts";

/**
 * Answers one lease.
 *
 * @param judgement Absent where there was no room even to judge it.
 * @param detail What the firewall complained about; `undefined` if it agreed.
 * @param atMs Wall clock milliseconds of its answer.
 */
export function outcomeOf(
  lease: Lease,
  judgement: Judgement | undefined,
  detail: string | undefined,
  atMs: number,
): LeaseOutcome {
  if (!judgement) return { applied: false, lease, refusal: { code: "full" } };
  if (!judgement.granted) {
    return { applied: false, lease, refusal: judgement.refusal };
  }
  return detail === undefined
    ? { applied: true, lease: judgement.lease, atMs }
    : { applied: false, lease, refusal: { code: "firewall", detail } };
}
