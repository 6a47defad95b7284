/**
 * Which IPv6 addresses are one subject: all of a /64, unless somebody in it is
 * never contained. Such a /64 is a network of ours, with more than one owner
 * behind its addresses, and each address then stands for itself.
 *
 * Bound: `learnedMax` prefixes of which containment said so, the one learned
 * longest ago forgotten; containment would say so again.
 *
 * @module
 */
import type { Address } from "../address.ts";
import { isPrefix64, prefix64Of } from "../prefix64.ts";
import { RecentMap } from "../recent_map.ts";

const learnedMax = 256;

/** Tells subjects apart. */
export class SharedPrefixes {
  readonly #listed: (prefix: Address) => boolean;
  readonly #learned = new RecentMap<Address, true>(learnedMax);
  #members: ReadonlySet<Address> = new Set();

  /** @param listed Whether the never-block list has somebody in a /64. */
  constructor(listed: (prefix: Address) => boolean) {
    this.#listed = listed;
  }

  /** Members have these addresses now. */
  readMembers(addresses: Iterable<Address>): void {
    this.#members = new Set(Array.from(addresses, prefix64Of));
  }

  /** Containment refused a /64 because of somebody in it. */
  learn(subject: Address): void {
    if (isPrefix64(subject)) this.#learned.set(subject, true);
  }

  /** The subject that `address` belongs to: its /64, or itself. */
  subjectOf(address: Address): Address {
    const prefix = prefix64Of(address);
    if (prefix === address) return address;
    const shared = this.#learned.has(prefix) || this.#members.has(prefix) ||
      this.#listed(prefix);
    return shared ? address : prefix;
  }
}
