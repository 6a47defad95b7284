/**
 * Spells the addresses in packets, each once as long as it is remembered: a
 * capture names few addresses many times. And tells the two ends of packets
 * apart without spelling them.
 *
 * Bound: `addressesMax` texts; all are forgotten when full.
 *
 * @module
 */
import { type Address, parseAddress } from "../address.ts";

const addressesMax = 8_192;
/** Octets as text: a flood from made-up sources spells thousands a second. */
const decimals = Array.from({ length: 256 }, (_, octet) => String(octet));

/** Texts of the addresses that packets named lately. */
export class PacketAddresses {
  readonly #texts = new Map<number | string, Address>();

  /** The address that stands in `bytes` from `at` on. */
  text(bytes: Uint8Array, at: number, family: 4 | 6): Address {
    const key = family === 4
      ? (u16(bytes, at) << 16 | u16(bytes, at + 2)) >>> 0
      : end6(bytes, at, 0);
    let text = this.#texts.get(key);
    if (text === undefined) {
      if (this.#texts.size >= addressesMax) this.#texts.clear();
      text = family === 4 ? spelled4(bytes, at) : spelled6(bytes, at);
      this.#texts.set(key, text);
    }
    return text;
  }
}

/**
 * Two ends of a packet as a short text of their bytes: addresses and ports, 16
 * bits to a unit. No other two ends have the same.
 *
 * @param from Where the first end's address stands in `bytes`, and its port.
 */
export function endsKey(
  bytes: Uint8Array,
  family: 4 | 6,
  [from, fromPort]: readonly [number, number],
  [to, toPort]: readonly [number, number],
): string {
  return family === 4
    ? String.fromCharCode(
      u16(bytes, from),
      u16(bytes, from + 2),
      fromPort,
      u16(bytes, to),
      u16(bytes, to + 2),
      toPort,
    )
    : end6(bytes, from, fromPort) + end6(bytes, to, toPort);
}

function end6(bytes: Uint8Array, at: number, port: number): string {
  return String.fromCharCode(
    u16(bytes, at),
    u16(bytes, at + 2),
    u16(bytes, at + 4),
    u16(bytes, at + 6),
    u16(bytes, at + 8),
    u16(bytes, at + 10),
    u16(bytes, at + 12),
    u16(bytes, at + 14),
    port,
  );
}

/** Four octets in decimal, which is their canonical spelling. */
function spelled4(bytes: Uint8Array, at: number): Address {
  return `${decimals[bytes[at] ?? 0]}.${decimals[bytes[at + 1] ?? 0]}.${
    decimals[bytes[at + 2] ?? 0]
  }.${decimals[bytes[at + 3] ?? 0]}` as Address;
}

function spelled6(bytes: Uint8Array, at: number): Address {
  const group = (_: unknown, index: number) =>
    u16(bytes, at + 2 * index).toString(16);
  return parseAddress(Array.from({ length: 8 }, group).join(":"));
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}
