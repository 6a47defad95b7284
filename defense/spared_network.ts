/**
 * A network that the operator calls its own: what may be put on the never-block
 * list from afar. A whole family could switch the defense off in one signal, so
 * a network is of a /16, or of IPv6 a /32, at most.
 *
 * @module
 */
import { parseNetwork } from "./containment/network.ts";

/** Leading bits that count, at least; a provider's usual block. Our choice. */
const prefixBitsMin = { 4: 16, 6: 32 } as const;

/**
 * Reads an address or a CIDR network.
 *
 * @returns Its canonical spelling; `undefined` if it is none, or too wide.
 */
export function readSparedNetwork(text: string): string | undefined {
  if (text.length > 64) return undefined;
  try {
    const { family, prefixBits, text: canonical } = parseNetwork(text);
    return prefixBits >= prefixBitsMin[family] ? canonical : undefined;
  } catch {
    return undefined;
  }
}
