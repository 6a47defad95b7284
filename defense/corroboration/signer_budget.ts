/**
 * How many subjects one signer may name: at most 20 in any hour (design §7),
 * so that a member gone bad can harm only a handful of addresses at a time.
 *
 * Bounds: `signersMax` signers with 20 subjects each. When full, the signer
 * that has been silent longest is forgotten.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";

/** Design §7. */
export const subjectsPerHourMax = 20;
/** Twice the largest network of design §1. */
const signersMax = 1_024;
const hourMs = 3_600_000;

/** Subjects each signer named within the last hour. */
export class SignerBudget<Node extends string = string> {
  readonly #named = new RecentMap<Node, Map<Address, number>>(signersMax);

  /**
   * Asks whether `node` may speak about `subject` now; yes is remembered.
   *
   * @param limit Smaller than the default where part is to be kept back.
   */
  spend(
    node: Node,
    subject: Address,
    wallMs: number,
    limit: number = subjectsPerHourMax,
  ): boolean {
    const named = this.#named.get(node) ?? new Map<Address, number>();
    for (const [each, sinceMs] of named) {
      // A wall clock that was set back must not stretch the hour.
      if (wallMs - sinceMs >= hourMs || sinceMs > wallMs) named.delete(each);
    }
    const allowed = named.has(subject) || named.size < limit;
    if (allowed && !named.has(subject)) named.set(subject, wallMs);
    this.#named.set(node, named);
    return allowed;
  }
}
