/**
 * The /64 of IPv6 in which each address stands for a machine of its own:
 * wherever somebody is never contained (`never_block.ts`), this host's own
 * addresses first of all, and on the wire itself. Everywhere else the kernel
 * counts a whole /64 as one sender, because whoever has one address of it
 * usually has them all (`prefix64.ts`).
 *
 * The set `neighbours6` holds them by their first addresses.
 *
 * @module
 */
import { readAddress } from "../address.ts";
import { prefix64Of } from "../prefix64.ts";
import type { ProtectedEntry } from "../world.ts";
import { senderPrefix, table } from "./families.ts";
import { parseNetwork } from "./network.ts";

/** Name of the set. */
export const neighbourSet = "neighbours6";
/** Link-local addresses (RFC 4291 §2.5.6) are everybody's on the wire. */
const linkLocal = "fe80::";

/** Each way to count senders, and the condition under which it holds. */
export const countedSenders = [
  { digit: 4, where: "", sender: "ip saddr" },
  { digit: 6, where: `${senderPrefix} @${neighbourSet} `, sender: "ip6 saddr" },
  {
    digit: 6,
    where: `${senderPrefix} != @${neighbourSet} `,
    sender: senderPrefix,
  },
] as const;

/** Creates the set; it may exist. */
export function neighbourSetCommand(): string {
  return `add set ${table} ${neighbourSet} { type ipv6_addr; }`;
}

/** Makes the set hold the networks of exactly these entries. */
export function neighbourCommands(
  entries: readonly ProtectedEntry[],
): string[] {
  const prefixes = new Set<string>([linkLocal]);
  for (const { network } of entries) {
    const { family, prefixBits, text } = parseNetwork(network);
    const first = readAddress(text.replace(/\/\d+$/, ""));
    // A shorter prefix protects whole /64, of which nothing is counted at all.
    if (family === 4 || prefixBits <= 64 || first === undefined) continue;
    const prefix = prefix64Of(first);
    if (prefix !== first) prefixes.add(prefix);
  }
  return [
    `flush set ${table} ${neighbourSet}`,
    ...[...prefixes].map((prefix) =>
      `add element ${table} ${neighbourSet} { ${prefix} }`
    ),
  ];
}
