/**
 * The meaning of a set of roster entries, as `roster_fold.ts` finds it.
 *
 * @module
 */
import type { Authority, CardBody, KeyHex } from "./entry_body.ts";
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
  readonly admittedBy: Authority;
  readonly custodian: boolean;
  /** Index is the generation; never empty. */
  readonly chain: readonly KeyGeneration[];
  readonly forked: boolean;
  /** Wall clock milliseconds when the membership ends. */
  notAfterMs: number;
  /** Wall clock milliseconds, as the revocation that counts states it. */
  revokedAtMs: number | undefined;
  card: CardBody | undefined;
}

/** The meaning of a set of entries. */
export interface RosterState {
  readonly operator: KeyHex | undefined;
  readonly nodes: ReadonlyMap<NodeId, NodeState>;
  /**
   * Ids of the entries that count, each after those it rests on. The others
   * wait for an author still unknown, or lost against one that counts.
   */
  readonly counted: ReadonlySet<string>;
}
