/**
 * Which neighbours lead towards whom, learned for free: the link over which an
 * origin's messages arrive first is the start of the fastest way back to it
 * (reverse-path forwarding, Dalal & Metcalfe 1978).
 *
 * Per origin a short ranking of neighbours: each first arrival counts for its
 * neighbour, all counts fade by half with each, so a change of the overlay
 * shows after a few messages.
 *
 * Bounds: `neighboursPerOriginMax` per origin, the weakest dropped;
 * `originsMax` origins, the longest unheard dropped. What was not confirmed
 * for `staleMs` is not used.
 *
 * @module
 */
import type { NodeId } from "../node_id.ts";

/** The best, a second choice, and one that may become either. */
export const neighboursPerOriginMax = 3;
/** Our choice: neighbours live for hours, a mesh may be silent for one. */
export const staleMs = 3_600_000;
const originsMax = 8_192;
const fading = 0.5;

interface Way {
  readonly neighbour: NodeId;
  weight: number;
  heardMs: number;
}

/** The ways of one node. */
export class Routes {
  /** By origin, the longest unheard first. */
  readonly #ways = new Map<NodeId, Way[]>();

  /** A message of `origin` arrived first over the link with `neighbour`. */
  heard(origin: NodeId, neighbour: NodeId, nowMs: number): void {
    const ways = this.#ways.get(origin) ?? [];
    for (const way of ways) way.weight *= fading;
    let way = ways.find((each) => each.neighbour === neighbour);
    if (!way) ways.push(way = { neighbour, weight: 0, heardMs: nowMs });
    way.weight++;
    way.heardMs = nowMs;
    ways.sort((a, b) => b.weight - a.weight);
    ways.length = Math.min(ways.length, neighboursPerOriginMax);
    this.#ways.delete(origin);
    this.#ways.set(origin, ways);
    if (this.#ways.size <= originsMax) return;
    const oldest = this.#ways.keys().next().value;
    if (oldest !== undefined) this.#ways.delete(oldest);
  }

  /** A message over this neighbour was not confirmed: others go first. */
  failed(origin: NodeId, neighbour: NodeId): void {
    const ways = this.#ways.get(origin) ?? [];
    for (const way of ways) {
      if (way.neighbour === neighbour) way.weight *= fading ** 2;
    }
    ways.sort((a, b) => b.weight - a.weight);
  }

  /**
   * Neighbours to try on the way to `target`, best first.
   *
   * @param linked Those with an open link; nobody else is named.
   */
  towards(
    target: NodeId,
    linked: ReadonlySet<NodeId>,
    nowMs: number,
  ): NodeId[] {
    const learned = (this.#ways.get(target) ?? [])
      .filter(({ heardMs }) => nowMs < heardMs + staleMs)
      .map(({ neighbour }) => neighbour)
      .filter((neighbour) => linked.has(neighbour) && neighbour !== target);
    return linked.has(target) ? [target, ...learned] : learned;
  }
}
