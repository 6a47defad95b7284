/**
 * Which drills there are: the one that this node began, and those of others
 * that it has answered. Says whether another one is too many.
 *
 * Bounds: one own drill at a time, {@linkcode drillsPerHourMax} an hour of each
 * member, the own ones included; `membersMax` members are remembered, the one
 * heard least recently dropped, and `marksMax` addresses.
 *
 * @module
 */
import type { NodeId } from "../../mesh/mod.ts";
import type { Address } from "../address.ts";
import { RecentMap } from "../recent_map.ts";

/** Our choice: enough to try something out, too few to disturb. */
export const drillsPerHourMax = 4;
/** How long a drill waits for answers: three attempts of a relayed answer on `metered` take 123 s. */
export const drillMs = 180_000;
/** How long an address is known as that of a drill. */
export const markMs = 3_600_000;
const hourMs = 3_600_000;
const membersMax = 1_024;
const marksMax = 64;

/** A drill that this node began. */
export interface OwnDrill {
  /** 16 hex characters. */
  readonly id: string;
  /** Whom the word was about. */
  readonly subject: Address;
  /** Wall clock milliseconds. */
  readonly toldMs: number;
  /** Who has not answered yet. */
  readonly awaited: Set<NodeId>;
  /** Members that were to hear it. */
  readonly of: number;
  /** Whether it has ended. */
  over: boolean;
}

/** Why there is no drill. */
export type DrillExcess = "repeated" | "too_many";

/** Remembers drills. */
export class DrillLog {
  /** The last one that this node began. */
  own: OwnDrill | undefined;
  readonly #begun = new RecentMap<NodeId, { id: string; atMs: number }[]>(
    membersMax,
  );
  readonly #marks = new RecentMap<Address, { node: NodeId; atMs: number }>(
    marksMax,
  );

  /**
   * Takes a drill of a member, unless that is one too many.
   *
   * @param node Who began it.
   */
  admit(
    node: NodeId,
    id: string,
    subject: Address,
    wallMs: number,
  ): DrillExcess | "admitted" {
    // A wall clock that was set back must not stretch the hour.
    const begun = (this.#begun.get(node) ?? [])
      .filter(({ atMs }) => wallMs - atMs < hourMs && atMs <= wallMs);
    if (begun.some((each) => each.id === id)) return "repeated";
    if (begun.length >= drillsPerHourMax) return "too_many";
    begun.push({ id, atMs: wallMs });
    this.#begun.set(node, begun);
    this.#marks.set(subject, { node, atMs: wallMs });
    return "admitted";
  }

  /** When a member may begin another one; 0 if at once. */
  notBeforeMs(node: NodeId, wallMs: number): number {
    const begun = (this.#begun.get(node) ?? [])
      .filter(({ atMs }) => wallMs - atMs < hourMs && atMs <= wallMs);
    const oldest = begun.at(-drillsPerHourMax);
    return oldest ? oldest.atMs + hourMs : 0;
  }

  /** Who held a drill about `subject` lately. */
  markOf(
    subject: Address,
    wallMs: number,
  ): { readonly node: NodeId; readonly atMs: number } | undefined {
    const mark = this.#marks.get(subject);
    return mark && Math.abs(wallMs - mark.atMs) < markMs ? mark : undefined;
  }
}
