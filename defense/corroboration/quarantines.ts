/**
 * Members that this node has agreed to cut off from everything but the mesh
 * (design §7), and what came of each: agreed, then in force, refused, released
 * or over. Whether the votes are enough is `quorum.ts`.
 *
 * An agreement stands for its ten minutes whatever became of it: what
 * containment refused, or an operator released, is not asked again on the votes
 * that are known already.
 *
 * Bound: one for each member. `quorum.ts` lets `max(1, N/10)` of them be cut off
 * at once; who was let go, or never was cut off, does not count.
 *
 * @module
 */
import type { NodeId } from "../../mesh/mod.ts";
import type { Address } from "../address.ts";
import type { Refusal } from "../lease.ts";

/** How far an agreement has come; `would` is all that there is in observe. */
export type QuarantineState =
  | "asked"
  | "in_force"
  | "would"
  | "refused"
  | "released";

/** One agreement, as people see it. */
export interface QuarantineView {
  /** Who is cut off. */
  readonly member: NodeId;
  /** Under which of its addresses it was accused; empty if it has none. */
  readonly subject: Address | "";
  /** Wall clock milliseconds when it was agreed on, or the order came. */
  readonly sinceMs: number;
  /** Wall clock milliseconds when the agreement ends. */
  readonly untilMs: number;
  /** How far it has come. */
  readonly state: QuarantineState;
  /** The operator ordered it; absent: the members voted. */
  readonly ordered?: true;
  /** Why this host does not do it, where containment refused. */
  readonly refusal?: Refusal;
}

/** Agreements by member. */
export class Quarantines {
  readonly #agreed = new Map<NodeId, QuarantineView>();

  /** Members that are cut off, are about to be, or would be. */
  get cutOff(): number {
    return [...this.#agreed.values()].filter(({ state }) =>
      state !== "refused" && state !== "released"
    ).length;
  }

  /** Whether there is an agreement about a member. */
  has(member: NodeId): boolean {
    return this.#agreed.has(member);
  }

  /** The agreement about a member. */
  get(member: NodeId): QuarantineView | undefined {
    return this.#agreed.get(member);
  }

  /** When the next agreement ends; infinite if there is none. */
  nextMs(): number {
    return Math.min(...[...this.#agreed.values()].map((each) => each.untilMs));
  }

  /** Every agreement that nobody has ended and that lasts at `wallMs`. */
  views(wallMs: number): QuarantineView[] {
    return [...this.#agreed.values()].filter(({ state, untilMs }) =>
      state !== "released" && untilMs > wallMs
    );
  }

  /** Notes what was agreed. */
  agree(asked: Omit<QuarantineView, "state" | "ordered" | "refusal">): void {
    this.#agreed.set(asked.member, { ...asked, state: "asked" });
  }

  /** Notes what the operator ordered. */
  order(asked: Omit<QuarantineView, "state" | "ordered" | "refusal">): void {
    this.#agreed.set(asked.member, { ...asked, state: "asked", ordered: true });
  }

  /** Members that were cut off by vote and still are, or would be. */
  voted(): QuarantineView[] {
    return [...this.#agreed.values()].filter(({ state, ordered }) =>
      !ordered && state !== "refused" && state !== "released"
    );
  }

  /**
   * Notes what containment answered.
   *
   * @returns The agreement, unless it is over or an operator has ended it.
   */
  answered(
    member: NodeId,
    refusal: Refusal | undefined,
  ): QuarantineView | undefined {
    const agreed = this.#agreed.get(member);
    if (!agreed || agreed.state === "released") return undefined;
    const state = refusal === undefined
      ? "in_force"
      : refusal.code === "observe"
      ? "would"
      : "refused";
    const { refusal: _old, ...asked } = agreed;
    const next: QuarantineView = state === "refused" && refusal
      ? { ...asked, state, refusal }
      : { ...asked, state };
    this.#agreed.set(member, next);
    return next;
  }

  /** An operator lets go of a member, or of all; those that were held. */
  release(member: NodeId | "all"): QuarantineView[] {
    const released: QuarantineView[] = [];
    for (const [each, agreed] of this.#agreed) {
      if (member !== "all" && each !== member) continue;
      if (agreed.state !== "released") released.push(agreed);
      // An order stands on no votes that could bring it back.
      if (agreed.ordered) this.#agreed.delete(each);
      else this.#agreed.set(each, { ...agreed, state: "released" });
    }
    return released;
  }

  /** Forgets what is over by `wallMs`, and tells it. */
  expire(wallMs: number): QuarantineView[] {
    const ended = [...this.#agreed.values()].filter(({ untilMs }) =>
      untilMs <= wallMs
    );
    for (const { member } of ended) this.#agreed.delete(member);
    return ended;
  }
}
