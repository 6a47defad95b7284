/**
 * Addresses that log lines named lately, each read once. A log names few
 * addresses many times, and a piece cut from a long text keeps the whole text
 * alive in memory; the cache hands out copies that stand alone, fit to be
 * kept in tables.
 *
 * Bound: `namesMax` names; all are forgotten when it is full.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";
import { ownCopy } from "./own_copy.ts";

const namesMax = 8_192;
/** No spelling of an address is longer (RFC 4291 with zone and brackets). */
const nameLengthMax = 64;

/** Reads addresses and remembers them. */
export class AddressCache {
  readonly #known = new Map<string, Address | undefined>();

  /** The address that `name` spells; `undefined` for a host name or noise. */
  read(name: string): Address | undefined {
    const known = this.#known.get(name);
    if (known !== undefined || this.#known.has(name)) return known;
    if (name.length > nameLengthMax) return undefined;
    if (this.#known.size >= namesMax) this.#known.clear();
    const copy = ownCopy(name);
    const address = readAddress(copy);
    this.#known.set(copy, address);
    return address;
  }
}
