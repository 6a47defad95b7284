/**
 * Who is never contained (design §8). This is the one place where that is
 * decided: `warden.ts` asks it last, after every other check, and nobody can
 * overrule it, the operator included.
 *
 * Some networks are always in: to cut them off is to cut off the host itself.
 *
 * It has two parts. What was found, or stood on the list at the start, only
 * grows. Beside it stands what the operator put there while the agent runs,
 * which alone can be taken off again: no message and no mistake of ours can
 * take the host's own gateway off the list.
 *
 * Bound: {@linkcode protectedMax} networks; one more is a `RangeError`, never a
 * silent gap in the protection.
 *
 * @module
 */
import { type Address, readAddress } from "../address.ts";
import { prefix64Of } from "../prefix64.ts";
import type { ProtectedEntry } from "../world.ts";
import { type Network, NetworkMap, parseNetwork } from "./network.ts";

/** Our choice: every member of the largest mesh, and the operator's list. */
export const protectedMax = 16_384;

/** Protected on every host, whatever else is found. */
export const alwaysProtected: readonly ProtectedEntry[] = [
  { network: "127.0.0.0/8", reason: "loopback" },
  { network: "::1", reason: "loopback" },
  { network: "0.0.0.0/8", reason: "unspecified" },
  { network: "::", reason: "unspecified" },
  { network: "169.254.0.0/16", reason: "link-local" },
  { network: "fe80::/10", reason: "link-local" },
  { network: "224.0.0.0/4", reason: "multicast" },
  { network: "ff00::/8", reason: "multicast" },
  { network: "255.255.255.255", reason: "broadcast" },
];

/** An entry in the words of a refusal. */
export function protectionText({ network, reason }: ProtectedEntry): string {
  return `${network} (${reason})`;
}

/** The never-block list. */
export class NeverBlock {
  readonly #kept = new ProtectedSet();
  #listed = new ProtectedSet();

  /**
   * Begins with what is always protected, and `entries`.
   *
   * @throws {SyntaxError} If an entry's network cannot be read.
   */
  constructor(entries: readonly ProtectedEntry[] = []) {
    this.add(alwaysProtected);
    this.add(entries);
  }

  /** Every entry, the ones that are always in first; no network twice. */
  get entries(): readonly ProtectedEntry[] {
    const { entries } = this.#kept;
    if (this.#listed.entries.length === 0) return entries;
    const more = this.#listed.entries.filter(({ network }) =>
      !this.#kept.has(network)
    );
    return [...entries, ...more];
  }

  /**
   * Protects more networks for good, all or none of them.
   *
   * @returns Whether any of them is new.
   * @throws {SyntaxError} If a network cannot be read.
   * @throws {RangeError} If the list would exceed {@linkcode protectedMax}.
   */
  add(entries: readonly ProtectedEntry[]): boolean {
    return this.#kept.add(entries, protectedMax - this.#listed.entries.length);
  }

  /**
   * Replaces what the operator has listed while the agent runs, whole or not
   * at all; whatever else protects a network goes on doing so.
   *
   * @throws {SyntaxError} If a network cannot be read; the list stays.
   * @throws {RangeError} If the list would exceed {@linkcode protectedMax}.
   */
  list(entries: readonly ProtectedEntry[]): void {
    const next = new ProtectedSet();
    next.add(entries, protectedMax - this.#kept.entries.length);
    this.#listed = next;
  }

  /**
   * The entry that protects `subject`, if one does: a network that contains it,
   * or, where the subject is a whole /64, one that lies within it.
   */
  match(subject: Address): ProtectedEntry | undefined {
    return this.#kept.match(subject) ?? this.#listed.match(subject);
  }

  /** An entry that lies within a /64, if `subject` is one. */
  within(subject: Address): ProtectedEntry | undefined {
    return this.#kept.within(subject) ?? this.#listed.within(subject);
  }
}

/** Networks and why each is protected. */
class ProtectedSet {
  readonly entries: ProtectedEntry[] = [];
  readonly #networks = new NetworkMap<ProtectedEntry>();
  /** By the text of the network. */
  readonly #known = new Set<string>();
  /** The first entry within a /64, for those smaller than one. */
  readonly #within = new Map<Address, ProtectedEntry>();

  /** Whether this very network is in. */
  has(network: string): boolean {
    return this.#known.has(network);
  }

  /** As {@linkcode NeverBlock.add}, up to `sizeMax` networks. */
  add(entries: readonly ProtectedEntry[], sizeMax: number): boolean {
    const parsed = entries.map(({ network, reason }) => ({
      network: parseNetwork(network),
      reason,
    }));
    if (this.entries.length + parsed.length > sizeMax) {
      const fresh = new Set(parsed.map(({ network }) => network.text))
        .difference(this.#known);
      if (this.entries.length + fresh.size > sizeMax) {
        throw new RangeError(
          `Cannot protect ${fresh.size} more networks: the list ends at ${protectedMax}`,
        );
      }
    }
    let grown = false;
    for (const { network, reason } of parsed) {
      const entry = { network: network.text, reason };
      if (!this.#networks.add(network, entry)) continue;
      this.entries.push(entry);
      this.#known.add(network.text);
      this.#noteWithin(network, entry);
      grown = true;
    }
    return grown;
  }

  match(subject: Address): ProtectedEntry | undefined {
    return this.#networks.match(subject) ?? this.within(subject);
  }

  within(subject: Address): ProtectedEntry | undefined {
    return this.#within.get(subject);
  }

  #noteWithin({ family, prefixBits, text }: Network, entry: ProtectedEntry) {
    if (family === 4 || prefixBits <= 64) return;
    const first = readAddress(text.replace(/\/\d+$/, ""));
    if (first === undefined) return;
    const prefix = prefix64Of(first);
    if (!this.#within.has(prefix)) this.#within.set(prefix, entry);
  }
}
