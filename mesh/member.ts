/**
 * A member as the rest of this program knows it: what its entries in the
 * roster come to. Whether it may still take part is told by its flags and
 * `active_members.ts`.
 *
 * @module
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import type { NodeId } from "./node_id.ts";
import type { NodeState } from "./roster_state.ts";

/** One node that was admitted, whether or not it may still take part. */
export interface Member {
  /** Its id, the same through all rotations. */
  readonly node: NodeId;
  /** Given by the operator, else chosen by the node; safe to show, not unique. */
  readonly name: string;
  /** What the node calls itself. */
  readonly ownName: string;
  /**
   * Admitted to listen only, as its invite says: it is linked and hears all
   * that members hear, and its word counts for nothing.
   */
  readonly observer: boolean;
  /** When its current keys came into use, by its own clock. */
  readonly keysSinceMs: number;
  /** Current X25519 static key, 32 bytes. */
  readonly noisePublic: Uint8Array;
  /** Current Ed25519 key, 32 bytes. */
  readonly signingPublic: Uint8Array;
  /** Rotations since admission. */
  readonly generation: number;
  /** `host:port`; empty before the first card. */
  readonly addresses: readonly string[];
  /** TLS certificate, DER. */
  readonly certificate: Uint8Array | undefined;
  /** Sequence number of the card these come from, -1 before the first. */
  readonly cardSeq: number;
  /** In office: may invite and renew others, and vote on who leaves. */
  readonly custodian: boolean;
  /** When the grant was written that ends at `notAfterMs`. */
  readonly grantedAtMs: number;
  /** Put out by the operator or by custodians, for good. */
  readonly revoked: boolean;
  /** Its key was rotated in two different ways: copied or stolen. Cut off. */
  readonly forked: boolean;
  /** Who wrote its invite; the operator for the founder. */
  readonly admittedBy: NodeId | "operator";
  /** Wall clock milliseconds when the membership ends. */
  readonly notAfterMs: number;
}

/** The member that a pass over the entries found. */
export function memberOf(state: NodeState): Member {
  const { card, chain } = state;
  const keys = chain.at(-1)!;
  return {
    node: state.node,
    name: state.givenName ?? card?.name ?? state.name,
    ownName: card?.name ?? state.name,
    observer: state.observer,
    keysSinceMs: keys.sinceMs,
    noisePublic: hexToBytes(keys.noise),
    signingPublic: hexToBytes(keys.signing),
    generation: chain.length - 1,
    addresses: card?.addresses ?? [],
    certificate: card?.certificate.length ? card.certificate : undefined,
    cardSeq: card?.seq ?? -1,
    custodian: state.custodian,
    revoked: state.revokedAtMs !== undefined,
    forked: state.forked,
    admittedBy: state.admittedBy,
    notAfterMs: state.notAfterMs,
    grantedAtMs: state.grantedAtMs,
  };
}
