/**
 * The effects of one event, in the order in which they matter: first what the
 * kernel must hold, then what others must hear, then what is written down.
 *
 * @module
 */
import type { Address } from "./address.ts";
import type { AgentEffect } from "./agent_event.ts";
import type { Lease } from "./lease.ts";
import type { JournalEntry, JournalStage } from "./world.ts";

/** Collects the effects of one event. */
export class Turn {
  readonly #releases = new Set<Address | "all">();
  readonly leases: Lease[] = [];
  readonly others: AgentEffect[] = [];
  readonly records: AgentEffect[] = [];
  readonly wallMs: number;

  constructor(wallMs: number) {
    this.wallMs = wallMs;
  }

  release(subject: Address | "all"): void {
    this.#releases.add(subject);
  }

  record(
    stage: JournalStage,
    what: string,
    subject: string,
    detail: JournalEntry["detail"],
    node = "",
  ): void {
    const entry = { atMs: this.wallMs, stage, subject, node, what, detail };
    this.records.push({ type: "record", entry });
  }

  effects(): AgentEffect[] {
    const { leases, others, records } = this;
    const subjects = this.#releases.has("all") ? ["all"] : this.#releases;
    const releases = Array.from(
      subjects as Iterable<Address | "all">,
      (subject): AgentEffect => ({ type: "release", subject }),
    );
    const apply: AgentEffect[] = leases.length > 0
      ? [{ type: "apply", leases }]
      : [];
    return [...releases, ...apply, ...others, ...records];
  }
}
