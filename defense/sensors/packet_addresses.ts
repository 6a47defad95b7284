/**
 * Spells the addresses in packets, each once as long as it is remembered: a
 * capture names few addresses many times.
 *
 * Bound: `addressesMax` texts; all are forgotten when full.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";

const addressesMax = 8_192;

/** Texts of the addresses that packets named lately. */
export class PacketAddresses {
  readonly #texts = new Map<number | string, Address>();

  /** The address that stands in `bytes` from `at` on. */
  text(bytes: Uint8Array, at: number, family: 4 | 6): Address {
    const key = family === 4
      ? (u16(bytes, at) << 16 | u16(bytes, at + 2)) >>> 0
      : String.fromCharCode(...bytes.subarray(at, at + 16));
    let text = this.#texts.get(key);
    if (text === undefined) {
      if (this.#texts.size >= addressesMax) this.#texts.clear();
      text = readAddress(spelled(bytes, at, family));
      if (text === undefined) throw new TypeError("Cannot spell an address");
      this.#texts.set(key, text);
    }
    return text;
  }
}

function spelled(bytes: Uint8Array, at: number, family: 4 | 6): string {
  if (family === 4) {
    return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  }
  const group = (_: unknown, index: number) =>
    u16(bytes, at + 2 * index).toString(16);
  return Array.from({ length: 8 }, group).join(":");
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}
