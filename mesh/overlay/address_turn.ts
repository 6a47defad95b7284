/**
 * Which of a member's addresses is dialled next: the one that worked last, then
 * the others in their order, the families taking turns, so that a dead IPv6
 * path delays by one dial only (after Happy Eyeballs, RFC 8305, section 4; one
 * after the other, not side by side, because each dial uses up a gate token).
 *
 * Bound: one address remembered.
 *
 * @module
 */

/**
 * Wait before the next address of the same round: the connection attempt delay
 * of RFC 8305, section 8.
 */
export const nextAddressMs = 250;

/** The turns of one member's addresses. */
export class AddressTurn {
  #lastGood: string | undefined;
  #failures = 0;
  #count = 1;

  /** The address to dial now; undefined if there is none. */
  next(addresses: readonly string[]): string | undefined {
    const order = this.#order(addresses);
    this.#count = Math.max(1, order.length);
    return order[this.#failures % this.#count];
  }

  /** The dial of `next` came to nothing; whether all were tried now. */
  failed(): boolean {
    this.#failures++;
    return this.#failures % this.#count === 0;
  }

  /** A link over this address opened. */
  succeeded(address: string): void {
    this.#lastGood = address;
    this.#failures = 0;
  }

  #order(addresses: readonly string[]): string[] {
    const first = addresses.filter((each) => each === this.#lastGood);
    const rest = addresses.filter((each) => each !== this.#lastGood);
    const v6 = rest.filter((each) => each.startsWith("["));
    const others = rest.filter((each) => !each.startsWith("["));
    const [a, b] = rest[0]?.startsWith("[") ? [v6, others] : [others, v6];
    const length = Math.max(a.length, b.length);
    const turns = Array.from({ length }, (_, at) => [a[at], b[at]]).flat();
    return [...first, ...turns.filter((each) => each !== undefined)];
  }
}
