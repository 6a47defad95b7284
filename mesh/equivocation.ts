/**
 * Proof that a member lies: two messages, both signed by it, that an honest
 * node cannot both have written (design §5). Whoever holds it can check it; who
 * passed it on does not matter.
 *
 * | reason        | the two messages of one incarnation                     |
 * | ------------- | ------------------------------------------------------- |
 * | `same_number` | differ and have one counter                             |
 * | `forked`      | follow each other, but the second names another as `previous` |
 *
 * Messages of different incarnations prove nothing: each start of a node
 * begins a chain of its own.
 *
 * | offset | size | meaning                                |
 * | ------ | ---- | -------------------------------------- |
 * | 0      | 2    | n, bytes of the first message          |
 * | 2      | n    | message with the lower counter         |
 * | 2 + n  | rest | the other message                      |
 *
 * @module
 */
import { concatBytes } from "@noble/hashes/utils.js";
import type { MuteReason } from "./mesh.ts";
import { readMessage, type SignedMessage, signerOf } from "./message.ts";
import type { NodeId } from "./node_id.ts";
import type { Roster } from "./roster.ts";

/** What a proof proves. */
export interface Equivocation {
  readonly node: NodeId;
  readonly reason: MuteReason;
}

/** The bytes of a proof; the order of the two does not matter. */
export function writeProof(
  one: { readonly counter: number; readonly bytes: Uint8Array },
  other: { readonly counter: number; readonly bytes: Uint8Array },
): Uint8Array {
  const [first, second] = one.counter <= other.counter
    ? [one.bytes, other.bytes]
    : [other.bytes, one.bytes];
  const size = Uint8Array.of(first.length >> 8, first.length & 0xff);
  return concatBytes(size, first, second);
}

/** Whose messages these claim to be, before anything is verified. */
export function accusedBy(
  proof: Uint8Array,
  roster: Roster,
): NodeId | undefined {
  const origin = readProof(proof)?.[0].origin;
  return origin && roster.byPrefix(origin)?.node;
}

/**
 * Checks a proof.
 *
 * @returns Undefined if it proves nothing: damaged, not signed by one active
 * member with keys that are accepted now, or no contradiction.
 */
export function judgeProof(
  proof: Uint8Array,
  roster: Roster,
  wallMs: number,
): Equivocation | undefined {
  const [first, second] = readProof(proof) ?? [];
  const reason = first && second && contradiction(first, second);
  if (!reason) return undefined;
  const node = signerOf(first, roster, wallMs)?.node;
  if (!node || signerOf(second, roster, wallMs)?.node !== node) {
    return undefined;
  }
  return { node, reason };
}

function readProof(
  proof: Uint8Array,
): [SignedMessage, SignedMessage] | undefined {
  if (proof.length < 2) return undefined;
  const end = 2 + ((proof[0]! << 8) | proof[1]!);
  const first = readMessage(proof.subarray(2, end));
  const second = readMessage(proof.subarray(end));
  return first && second && [first, second];
}

function contradiction(
  first: SignedMessage,
  second: SignedMessage,
): MuteReason | undefined {
  if (first.origin.toHex() !== second.origin.toHex()) return undefined;
  if (first.incarnation !== second.incarnation) return undefined;
  if (first.counter === second.counter) {
    return first.id === second.id ? undefined : "same_number";
  }
  const follows = first.counter + 1 === second.counter;
  return follows && second.previous.toHex() !== first.id ? "forked" : undefined;
}
