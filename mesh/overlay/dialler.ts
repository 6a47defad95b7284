/**
 * When to dial whom: the plan of `neighbours.ts` against who is linked now,
 * with a wait after each failure.
 *
 * A planned peer that failed `standInAfter` times keeps being tried, and the
 * next of the plan's order stands in for it, so a node never waits for the
 * dead. Neither does a dial into nothing hold a place for long: what does not
 * connect within `patienceMs` goes on, and the next in order is tried beside it
 * (as RFC 8305 does with addresses), for a machine without power refuses no
 * dial, and when many are gone, one after the other would take minutes. A peer whose turn it is to dial us is dialled from here when it has
 * not come for `awaitMs`: it may not reach us, or not know that we are back.
 *
 * Bound: one record per member of the plan.
 *
 * @module
 */
import type { NodeId } from "../node_id.ts";
import { AddressTurn, nextAddressMs } from "./address_turn.ts";
import { Backoff } from "./liveness.ts";
import type { DialPlan } from "./neighbours.ts";

/** Failures after which somebody else stands in. Our choice: about 7 s. */
const standInAfter = 3;
/** Candidates that are looked at, for each place; a plan names no more. */
const candidatesPerPlace = 8;
/** Our choice: far above a round trip, so that it means nobody answers. */
export const patienceMs = 1_500;
/**
 * Our choice: a peer that lost its link dials again within a second, and its
 * handshake shows here before this is over.
 */
const awaitMs = 1_500;

interface Prospect {
  readonly backoff: Backoff;
  readonly turn: AddressTurn;
  notBeforeMs: number;
}

/** The dialling decisions of one node. */
export class Dialler {
  readonly #prospects = new Map<NodeId, Prospect>();

  /**
   * Who is to be dialled now.
   *
   * @param busy Members with a link or a dial under way.
   * @param slow Of those, whose dial has not connected within `patienceMs`.
   */
  due(
    plan: DialPlan,
    busy: ReadonlySet<NodeId>,
    nowMs: number,
    slow: ReadonlySet<NodeId> = new Set(),
  ): NodeId[] {
    const known = new Set([...plan.order, ...plan.awaited]);
    for (const peer of this.#prospects.keys()) {
      if (!known.has(peer)) this.#prospects.delete(peer);
    }
    const due: NodeId[] = [];
    let places = plan.count;
    const candidates = plan.order.slice(0, plan.count * candidatesPerPlace);
    for (const peer of candidates) {
      if (places === 0) break;
      const prospect = this.#prospect(peer, nowMs);
      const likely = busy.has(peer)
        ? !slow.has(peer)
        : prospect.backoff.failures < standInAfter;
      if (likely) places--;
      if (!busy.has(peer) && nowMs >= prospect.notBeforeMs) due.push(peer);
    }
    for (const peer of plan.awaited) {
      const prospect = this.#prospect(peer, nowMs + awaitMs);
      if (busy.has(peer)) prospect.notBeforeMs = nowMs + awaitMs;
      else if (nowMs >= prospect.notBeforeMs) due.push(peer);
    }
    return due;
  }

  /**
   * Whom we dialled and no longer need: the epoch has changed, or those they
   * stood in for are back. A peer that needs the link will dial it.
   */
  surplus(
    plan: DialPlan,
    dialled: ReadonlySet<NodeId>,
    linked: ReadonlySet<NodeId>,
  ): NodeId[] {
    const chosen = new Set(
      plan.order.filter((peer) => linked.has(peer)).slice(0, plan.count),
    );
    if (chosen.size < plan.count) return [];
    const kept = chosen.union(new Set(plan.awaited));
    return [...dialled].filter((peer) => !kept.has(peer));
  }

  /** Which of its addresses to dial a peer at; undefined if it has none. */
  addressOf(
    peer: NodeId,
    addresses: readonly string[],
    nowMs: number,
  ): string | undefined {
    return this.#prospect(peer, nowMs).turn.next(addresses);
  }

  /** A dial reached nobody: the peer's next address comes soon. */
  unreached(peer: NodeId, nowMs: number, uniform: number): void {
    const prospect = this.#prospect(peer, nowMs);
    if (prospect.turn.failed()) this.failed(peer, nowMs, uniform);
    else prospect.notBeforeMs = nowMs + nextAddressMs;
  }

  /** A link over this address opened. */
  reached(peer: NodeId, address: string): void {
    this.#prospects.get(peer)?.turn.succeeded(address);
  }

  /** A dial failed or a link broke. */
  failed(peer: NodeId, nowMs: number, uniform: number): void {
    const prospect = this.#prospect(peer, nowMs);
    prospect.notBeforeMs = nowMs + prospect.backoff.failed(uniform);
  }

  /** A link with `peer` proved to last. */
  succeeded(peer: NodeId): void {
    this.#prospects.get(peer)?.backoff.succeeded();
  }

  #prospect(peer: NodeId, notBeforeMs: number): Prospect {
    const known = this.#prospects.get(peer);
    if (known) return known;
    const prospect = {
      backoff: new Backoff(),
      turn: new AddressTurn(),
      notBeforeMs,
    };
    this.#prospects.set(peer, prospect);
    return prospect;
  }
}
