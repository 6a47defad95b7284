/**
 * The meaning of a set of roster entries, as `roster_fold.ts` finds it.
 *
 * @module
 */
import type { Authority, CardBody, KeyHex } from "./entry_body.ts";
import type { EntryOf } from "./entry_table.ts";
import type { NodeId } from "./node_id.ts";

/** One generation of a node's public keys. */
export interface KeyGeneration {
  readonly signing: KeyHex;
  readonly noise: KeyHex;
  /** When it came into use, by its own node's clock. */
  readonly sinceMs: number;
}

/** Everything the entries say about one node. */
export interface NodeState {
  readonly node: NodeId;
  readonly name: string;
  /** What the operator calls it; undefined: as it calls itself. */
  givenName: string | undefined;
  /** Admitted to listen only; see `Member.observer`. */
  readonly observer: boolean;
  readonly admittedBy: Authority;
  /** In office now; a revoked one is not. */
  custodian: boolean;
  /** Index is the generation; never empty. */
  readonly chain: readonly KeyGeneration[];
  readonly forked: boolean;
  /** Wall clock milliseconds when the membership ends. */
  notAfterMs: number;
  /** When the grant that ends then was written. */
  grantedAtMs: number;
  /** Wall clock milliseconds, as the revocation that counts states it. */
  revokedAtMs: number | undefined;
  card: (CardBody & Pick<EntryOf<"card">, "id">) | undefined;
}

/** A question that custodians have not answered yet. */
export interface PendingVote {
  /** What is asked. */
  readonly what: "revoke" | "promote" | "retire" | "succeed";
  /** Whom it is about; for `succeed` the next operator's key. */
  readonly about: string;
  /** Of `succeed`: from when on, wall clock milliseconds. */
  readonly sinceMs: number | undefined;
  /** Who has said so. */
  readonly voters: ReadonlySet<NodeId>;
  /** Votes that decide it. */
  readonly needed: number;
}

/** One entry and the authority it rests on. */
export interface StatementRef {
  readonly id: string;
  /** Wall clock milliseconds. */
  readonly statedMs: number;
  /** Of a renewal: until when. */
  readonly untilMs: number | undefined;
}

/** The meaning of a set of entries. */
export interface RosterState {
  /** Whose word is the operator's now. */
  readonly operator: KeyHex | undefined;
  readonly nodes: ReadonlyMap<NodeId, NodeState>;
  /**
   * Ids of the entries that count, each after those it rests on. The others
   * wait for an author still unknown, or lost against one that counts.
   */
  readonly counted: ReadonlySet<string>;
  readonly pending: readonly PendingVote[];
  /** What counts by whose word; of former operators, the operator's. */
  readonly statements: ReadonlyMap<Authority, readonly StatementRef[]>;
}
