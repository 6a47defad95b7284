/**
 * Who is a custodian, who was at some time, and who was put out. Offices may be
 * given or taken before the node they are about has entered; they count once it
 * has.
 *
 * Bound: the statements that the roster holds.
 *
 * @module
 */
import type { NodeId } from "./node_id.ts";

/** The offices of all nodes. */
export class Offices {
  /** In the order in which they were given or taken. */
  readonly #turns = new Map<NodeId, { atMs: number; held: boolean }[]>();
  readonly #custodians = new Set<NodeId>();
  readonly #revoked = new Map<NodeId, number>();

  /** Custodians in office now, of those who have entered. */
  get custodians(): ReadonlySet<NodeId> {
    return this.#custodians;
  }

  /** Whether a node is a custodian now. */
  holds(node: NodeId): boolean {
    return this.#custodians.has(node);
  }

  /** Those of `nodes` that were in office at a time, whatever came later. */
  heldAt(nodes: Iterable<NodeId>, atMs: number): ReadonlySet<NodeId> {
    const held = new Set<NodeId>();
    for (const node of nodes) {
      const until = (this.#turns.get(node) ?? [])
        .filter((turn) => turn.atMs <= atMs);
      if (until.at(-1)?.held) held.add(node);
    }
    return held;
  }

  /** A node enters as a custodian; what was said before still follows. */
  enterWith(node: NodeId, atMs: number): void {
    const turns = this.#turns.get(node) ?? [];
    turns.unshift({ atMs, held: true });
    this.#turns.set(node, turns);
  }

  /** A node gets or loses its office. */
  set(node: NodeId, atMs: number, held: boolean): void {
    const turns = this.#turns.get(node) ?? [];
    turns.push({ atMs, held });
    this.#turns.set(node, turns);
  }

  /** Puts a node out, for good. */
  revoke(node: NodeId, atMs: number): void {
    this.#revoked.set(node, atMs);
  }

  /** When a node was put out. */
  revokedAtMs(node: NodeId): number | undefined {
    return this.#revoked.get(node);
  }

  /** A node that has entered: whether it is a custodian from here on. */
  settle(node: NodeId): boolean {
    const held = this.#turns.get(node)?.at(-1)?.held ?? false;
    const custodian = held && !this.#revoked.has(node);
    if (custodian) this.#custodians.add(node);
    else this.#custodians.delete(node);
    return custodian;
  }
}
