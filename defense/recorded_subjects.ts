/**
 * Which IPv6 addresses of a recording are one source: all of a /64
 * (`prefix64.ts`), so that who hops through his own is still one. On a live
 * host the networks that it is in are left out, where an address stands for a
 * machine; a recording does not say where it was made, but whoever is dialled
 * in it is in such a network, and unique local addresses (RFC 4193) always are.
 *
 * Bound: {@linkcode networksMax} networks, the one not dialled for longest
 * forgotten.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { Observation } from "./observation.ts";
import { prefix64Of } from "./prefix64.ts";
import { RecentMap } from "./recent_map.ts";

/** Our choice: a large site's. */
const networksMax = 1_024;
const uniqueLocal = /^f[cd]/;

/** Tells sources of a recording apart. */
export class RecordedSubjects {
  readonly #networks = new RecentMap<Address, true>(networksMax);
  /** Records come in runs of one source and one destination. */
  #lastDialled: Address | undefined;
  #last: { readonly source: Address; readonly prefix: Address } | undefined;

  /** Learns where the recording was made. */
  meet(seen: Observation): void {
    if (seen.kind !== "connection" || seen.protocol === "arp") return;
    const { destination } = seen;
    if (!destination.includes(":") || destination === this.#lastDialled) return;
    this.#lastDialled = destination;
    this.#networks.set(prefix64Of(destination), true);
  }

  /** The source that evidence against an address is kept under. */
  keyOf(source: Address): Address {
    if (!source.includes(":") || uniqueLocal.test(source)) return source;
    if (this.#last?.source !== source) {
      this.#last = { source, prefix: prefix64Of(source) };
    }
    const { prefix } = this.#last;
    return this.#networks.has(prefix) ? source : prefix;
  }
}
