/**
 * A set of networks in CIDR notation that answers "which of you contains this
 * address" in at most one look-up per prefix length in use, however many
 * networks it holds.
 *
 * IPv4-mapped IPv6 networks of at least 96 bits are the IPv4 network that
 * they spell, as in `address.ts`.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { type Address, familyOf, readAddress } from "../address.ts";

/** An address and how many of its leading bits count. */
export interface Network {
  /** IPv4 or IPv6. */
  readonly family: 4 | 6;
  /** Leading bits that count: 0 to 32, or 0 to 128. */
  readonly prefixBits: number;
  /** The leading bits as a number; bits that do not count are dropped. */
  readonly prefix: bigint;
  /** Canonical text: an address, or `address/bits` if some bits do not count. */
  readonly text: string;
}

/**
 * Reads an address or a CIDR network.
 *
 * @throws {SyntaxError} If `text` is neither.
 */
export function parseNetwork(text: string): Network {
  const slash = text.indexOf("/");
  const bare = slash < 0 ? text : text.slice(0, slash);
  const address = readAddress(bare);
  const bitsText = slash < 0 ? undefined : text.slice(slash + 1);
  if (
    address === undefined ||
    (bitsText !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(bitsText))
  ) throw unreadable(text);
  const family = familyOf(address);
  const width = family === 4 ? 32 : 128;
  // `::ffff:10.0.0.0/104` counts its bits from the start of the IPv6 address.
  const mapped = family === 4 && bare.includes(":") ? 96 : 0;
  const prefixBits = bitsText === undefined ? width : Number(bitsText) - mapped;
  if (prefixBits < 0 || prefixBits > width) throw unreadable(text);
  const prefix = numberOf(address) >> BigInt(width - prefixBits);
  return { family, prefixBits, prefix, text: spell(prefix, prefixBits, width) };
}

/** Networks, each with a value; the first value given for a network stays. */
export class NetworkMap<Value> {
  readonly #byLength = new Map<string, Map<bigint, Value>>();

  /** @returns Whether the network is new. */
  add(network: Network, value: Value): boolean {
    const length = `${network.family}/${network.prefixBits}`;
    let sameLength = this.#byLength.get(length);
    if (!sameLength) this.#byLength.set(length, sameLength = new Map());
    if (sameLength.has(network.prefix)) return false;
    sameLength.set(network.prefix, value);
    return true;
  }

  /** The value of a network that contains `address`. */
  match(address: Address): Value | undefined {
    const family = familyOf(address);
    const width = family === 4 ? 32 : 128;
    const number = numberOf(address);
    for (const [length, sameLength] of this.#byLength) {
      if (!length.startsWith(`${family}/`)) continue;
      const shift = BigInt(width - Number(length.slice(2)));
      const value = sameLength.get(number >> shift);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

function numberOf(address: Address): bigint {
  return ipaddr.parse(address).toByteArray().reduce(
    (number, byte) => number << 8n | BigInt(byte),
    0n,
  );
}

function spell(prefix: bigint, prefixBits: number, width: number): string {
  let rest = prefix << BigInt(width - prefixBits);
  const bytes: number[] = [];
  for (let at = 0; at < width; at += 8) {
    bytes.unshift(Number(rest & 255n));
    rest >>= 8n;
  }
  const address = ipaddr.fromByteArray(bytes);
  const text = address instanceof ipaddr.IPv6
    ? address.toRFC5952String()
    : address.toString();
  return prefixBits === width ? text : `${text}/${prefixBits}`;
}

function unreadable(text: string): SyntaxError {
  return new SyntaxError(
    `Cannot parse network "${text}": expected an address or a network such as 192.0.2.0/24`,
  );
}
