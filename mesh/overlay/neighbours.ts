/**
 * Which members a node links to.
 *
 * Up to `fullMeshMax` nodes everybody links to everybody; each pair's dialler
 * is fixed by the order of their ids on a ring, so that both dial about as
 * many as they accept. Beyond that a node dials half its degree itself: its
 * successor on a ring drawn by hash, which alone keeps the overlay connected,
 * and then the best in its own hash order (rendezvous hashing: Thaler &
 * Ravishankar 1998). The hashes run over signed node ids, so who wants to sit
 * next to a victim must be admitted under the right id first, and over an
 * epoch, so neighbours change by the clock.
 *
 * Which candidates can be reached now is `node.ts`'s question: this file gives
 * an order, and how many of it to keep.
 *
 * @module
 */
import { blake2s } from "@noble/hashes/blake2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { NodeId } from "../node_id.ts";

/** Up to so many nodes, this one included, form a full mesh (design §5). */
export const fullMeshMax = 6;
/** Life of a choice of neighbours: within the design's 2 to 12 h. */
export const epochMs = 6 * 3_600_000;

/** Whom one node should dial. */
export interface DialPlan {
  /** Members to dial, best first. */
  readonly order: readonly NodeId[];
  /** How many of `order` to be linked to; those beyond stand in. */
  readonly count: number;
  /**
   * Members whose turn it is to dial us; dialled from here only when they
   * do not come. Empty beyond the full mesh.
   */
  readonly awaited: readonly NodeId[];
}

/**
 * Links per node: 4 at 10 nodes, 6 at 100, 8 from 1,000 (design §5). The step
 * between 10 and 100 is at their geometric mean.
 */
export function degreeOf(nodes: number): number {
  if (nodes <= fullMeshMax) return Math.max(0, nodes - 1);
  if (nodes < 32) return 4;
  return nodes < 1_000 ? 6 : 8;
}

/** The epoch in force; nodes change at different times, by their id. */
export function epochOf(self: NodeId, wallMs: number): number {
  const shift = Number.parseInt(self.slice(0, 8), 16) / 2 ** 32;
  return Math.floor(wallMs / epochMs + shift);
}

/**
 * The dial plan of one node.
 *
 * @param members Active members that can be dialled, `self` included or not,
 * in any order.
 * @param nodes How many are active, with those that can only dial out.
 */
export function planDials(
  self: NodeId,
  members: readonly NodeId[],
  epoch: number,
  nodes: number = members.filter((node) => node !== self).length + 1,
): DialPlan {
  const others = members.filter((node) => node !== self);
  return nodes <= fullMeshMax
    ? planFullMesh(self, others)
    : planRanked(self, others, epoch, degreeOf(nodes) / 2);
}

/**
 * The dial plan of a node that nobody can dial: all its links are its own
 * dials, so it dials as many as others have in all.
 *
 * @param members Active members that can be dialled.
 * @param nodes How many are active, with those that can only dial out.
 */
export function planDialsOut(
  self: NodeId,
  members: readonly NodeId[],
  epoch: number,
  nodes: number,
): DialPlan {
  const others = members.filter((node) => node !== self);
  const count = Math.min(others.length, degreeOf(nodes));
  return planRanked(self, others, epoch, count);
}

function planFullMesh(self: NodeId, others: readonly NodeId[]): DialPlan {
  const order: NodeId[] = [];
  const awaited: NodeId[] = [];
  const ring = [...others, self].sort();
  const at = ring.indexOf(self);
  for (let step = 1; step < ring.length; step++) {
    const peer = ring[(at + step) % ring.length]!;
    // Dial the half of the ring ahead; of two that face each other, the lower.
    const facing = step * 2 === ring.length;
    const ours = facing ? self < peer : step * 2 < ring.length;
    (ours ? order : awaited).push(peer);
  }
  return { order, count: order.length, awaited };
}

function planRanked(
  self: NodeId,
  others: readonly NodeId[],
  epoch: number,
  count: number,
): DialPlan {
  const place = (node: NodeId) => hashOf(`ring ${node}`);
  const here = place(self);
  const places = others.map((node) => ({ node, place: place(node) }))
    .sort((a, b) => a.place < b.place ? -1 : 1);
  const successor = places.find((each) => each.place > here) ?? places[0];
  const ranked = others.map((node) => ({
    node,
    rank: hashOf(`rank ${epoch} ${self} ${node}`),
  })).sort((a, b) => a.rank < b.rank ? -1 : 1).map(({ node }) => node);
  const order = successor
    ? [successor.node, ...ranked.filter((node) => node !== successor.node)]
    : ranked;
  return { order, count, awaited: [] };
}

function hashOf(text: string): string {
  return blake2s(utf8ToBytes(text), { dkLen: 16 }).toHex();
}
