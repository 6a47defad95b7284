/**
 * When this node speaks: a subject is told again after a minute or with
 * stronger evidence, so that claims are merged before they are sent, and
 * forged sources cannot use up what peers will hear from us.
 *
 * Bound: `toldMax` subjects, the one told longest ago is forgotten.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";
import { type Claim, freshnessOf, isVote, rankOf } from "./evidence.ts";
import { SignerBudget, subjectsPerHourMax } from "./signer_budget.ts";

const toldMax = 1_024;
/** Our choice: some ten renewals within the 10 minutes a claim lives. */
const toldAgainMs = 60_000;
/**
 * Of the 20 subjects an hour that peers hear from us, so many may rest on
 * `E0`. Our choice: half.
 */
const spoofablePerHourMax = subjectsPerHourMax / 2;

/** Why a claim is told or kept back. */
export type Speech = "told" | "stale" | "merged" | "budget";

/** What this node has said. */
export class Voice<Node extends string = string> {
  readonly #told = new RecentMap<Address, { atMs: number; rank: number }>(
    toldMax,
  );
  readonly #budget = new SignerBudget<Node>();

  /** Asks whether to speak; "told" is remembered. */
  speak(claim: Claim<Node>, wallMs: number): Speech {
    const { node, subject, evidence, atMs } = claim;
    if (freshnessOf(atMs, wallMs) !== "fresh") return "stale";
    const rank = rankOf(evidence);
    const told = this.#told.get(subject);
    const soon = told !== undefined && wallMs >= told.atMs &&
      wallMs - told.atMs < toldAgainMs;
    if (soon && rank <= told.rank) return "merged";
    const limit = isVote(evidence) ? subjectsPerHourMax : spoofablePerHourMax;
    if (!this.#budget.spend(node, subject, wallMs, limit)) return "budget";
    this.#told.set(subject, { atMs: wallMs, rank });
    return "told";
  }

  /** What was said is taken back; the next word is news. */
  forget(subject: Address): void {
    this.#told.delete(subject);
  }
}
