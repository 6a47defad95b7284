/**
 * Where all subjects stand.
 *
 * Bound: `standingsMax` subjects. When full, remembered ones without a lease
 * go first; then what the mesh asks for is turned away, and our own evidence
 * displaces the lease that ends first (the kernel still ends it in time), but
 * never an operator's.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { Standing } from "./standing.ts";

/** Our choice: 500 members name at most 10,000 an hour, and few at once. */
export const standingsMax = 4_096;

/** Standings by subject. */
export class StandingTable<Node extends string = string> {
  readonly #bySubject = new Map<Address, Standing<Node>>();
  /** Leases displaced since the start. */
  displaced = 0;

  /** The standing of a subject, if there is one. */
  get(subject: Address): Standing<Node> | undefined {
    return this.#bySubject.get(subject);
  }

  /**
   * The standing of a subject, begun if need be.
   *
   * @param firstHand On our own evidence or the operator's word.
   * @returns `undefined` when the table is full.
   */
  claim(subject: Address, firstHand: boolean): Standing<Node> | undefined {
    const known = this.#bySubject.get(subject);
    if (known) return known;
    if (this.#bySubject.size >= standingsMax && !this.#makeRoom(firstHand)) {
      return undefined;
    }
    const standing = new Standing<Node>(subject);
    this.#bySubject.set(subject, standing);
    return standing;
  }

  /** Forgets a subject. */
  delete(subject: Address): void {
    this.#bySubject.delete(subject);
  }

  /** All of them, as a copy that bears deletions. */
  all(): Standing<Node>[] {
    return [...this.#bySubject.values()];
  }

  /** Next wall time at which one of them wants to be looked at. */
  nextMs(): number {
    let next = Infinity;
    for (const standing of this.#bySubject.values()) {
      next = Math.min(next, standing.nextMs());
    }
    return next;
  }

  #makeRoom(firstHand: boolean): boolean {
    let soonest: Standing<Node> | undefined;
    let soonestMs = Infinity;
    for (const standing of this.#bySubject.values()) {
      if (!standing.live) {
        this.#bySubject.delete(standing.subject);
        return true;
      }
      if (standing.ordered) continue;
      const { endsMs } = standing;
      if (endsMs < soonestMs) [soonest, soonestMs] = [standing, endsMs];
    }
    if (!firstHand || !soonest) return false;
    this.displaced++;
    this.#bySubject.delete(soonest.subject);
    return true;
  }
}
