/**
 * Which members a node links to.
 *
 * Up to `fullMeshMax` nodes everybody links to everybody; each pair's dialler
 * is fixed by the order of their ids on a ring, so that both dial about as
 * many as they accept. Beyond that a node dials half its degree itself: its
 * successor on each of as many rings, on each of which the hash of the signed
 * node ids puts all members in another order (unions of random Hamiltonian
 * cycles are good expanders: Law & Siu, INFOCOM 2003). So every node has very
 * nearly the same degree, and none hangs on two links that a traitor could
 * hold. The first ring is the same for ever and alone keeps the overlay
 * connected; the others are drawn anew in each epoch, so neighbours change by
 * the clock, and who wants to sit next to a victim must be admitted under the
 * right id first. Stand-ins are the next successors on the same rings.
 *
 * Compared with ranking all others by the hash of the pair (rendezvous), which
 * stood here before: p95 of an alert at 10 nodes 1.2 T instead of 1.3 T, worst
 * of 150 meshes 1.4 T instead of 1.8 T, because pairs that chose each other
 * left nodes with two links; and rings cost one sort, not one per node.
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
/** Stand-ins that a plan names, for each peer it wants. Our choice. */
const standInsPerPlace = 7;

/** Two epochs are in force at a time; who only dials out uses 8 rings of each. */
const ringsMax = 16;

/** Whom one node should dial. */
export interface DialPlan {
  /** Members to dial, best first, and stand-ins; not all there are. */
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
  return new Neighbourhood(members.filter((node) => node !== self).concat(self))
    .planOf(self, epoch, nodes);
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
  return new Neighbourhood(members.filter((node) => node !== self).concat(self))
    .planOut(self, epoch, nodes);
}

/**
 * The members and their order on each ring, for whoever plans for many of
 * them. Bound: the rings of the last two epochs asked for.
 */
export class Neighbourhood {
  readonly #members: readonly NodeId[];
  readonly #rings = new Map<string, Ring>();

  /**
   * No ring is made yet.
   *
   * @param members Active members without repetition, in any order.
   */
  constructor(members: readonly NodeId[]) {
    this.#members = members;
  }

  /**
   * The dial plan of one of the members.
   *
   * @param nodes How many are active, with those that can only dial out.
   */
  planOf(
    self: NodeId,
    epoch: number,
    nodes: number = this.#members.length,
  ): DialPlan {
    if (this.#members.length <= fullMeshMax) {
      return planFullMesh(self, this.#members.filter((node) => node !== self));
    }
    const count = degreeOf(nodes) / 2;
    const rings = this.#ringsOf(count, epoch);
    // Whose successor we are on the first ring links to us of its own accord.
    const before = rings[0] && stepFrom(rings[0], self, -1);
    return { order: successors(self, rings, before), count, awaited: [] };
  }

  /** See {@linkcode planDialsOut}; `self` is one of the members here. */
  planOut(self: NodeId, epoch: number, nodes: number): DialPlan {
    const count = Math.min(this.#members.length - 1, degreeOf(nodes));
    const rings = this.#ringsOf(count, epoch);
    return { order: successors(self, rings), count, awaited: [] };
  }

  #ringsOf(count: number, epoch: number): Ring[] {
    return Array.from(
      { length: count },
      (_, ring) => this.#ring(ring === 0 ? "ring" : `ring ${ring} ${epoch}`),
    );
  }

  #ring(name: string): Ring {
    const known = this.#rings.get(name);
    if (known) return known;
    if (this.#rings.size >= ringsMax) this.#rings.clear();
    const order = this.#members
      .map((node) => ({ node, place: hashOf(`${name} ${node}`) }))
      .sort((a, b) => a.place < b.place ? -1 : 1)
      .map(({ node }) => node);
    const ring = { order, at: new Map(order.map((node, at) => [node, at])) };
    this.#rings.set(name, ring);
    return ring;
  }
}

interface Ring {
  readonly order: readonly NodeId[];
  readonly at: ReadonlyMap<NodeId, number>;
}

/** The next on each ring in turn, nobody twice, no one that dials us anyway. */
function successors(
  self: NodeId,
  rings: readonly Ring[],
  before?: NodeId,
): NodeId[] {
  const chosen = new Set<NodeId>();
  const [first] = rings;
  const steps = rings.map(() => 0);
  const nodes = first?.order.length ?? 0;
  const wanted = Math.min(nodes - 1, rings.length * (1 + standInsPerPlace));
  for (let turn = 0; chosen.size < wanted; turn++) {
    const which = turn % rings.length;
    const ring = rings[which]!;
    for (;;) {
      const step = ++steps[which]!;
      if (step >= nodes) break;
      const node = stepFrom(ring, self, step);
      if (chosen.has(node)) continue;
      if (node === before && chosen.size < rings.length) continue;
      chosen.add(node);
      break;
    }
    if (steps.every((step) => step >= nodes)) break;
  }
  return [...chosen];
}

function stepFrom({ order, at }: Ring, self: NodeId, step: number): NodeId {
  const here = at.get(self) ?? 0;
  return order[(here + step + order.length) % order.length]!;
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

function hashOf(text: string): string {
  return blake2s(utf8ToBytes(text), { dkLen: 16 }).toHex();
}
